"""The persons of the bank, household by household, so that families share a name and a father.

A household's members stand one after the other: the head, the spouse who takes the name, then the
grown-up children, called after the father where that is the custom. Everybody is 18 or older;
minors are among the golden cases.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from crm_core.demo.generator.chance import Chance, Curve
from crm_core.demo.generator.oddities import odd_birth, odd_name
from crm_core.demo.generator.plan import LANGUAGES, Plan
from crm_core.demo.generator.words import LEXICONS

PERSONS, HOUSEHOLDS = 46_500, 11_000
"""Clients who are persons, and the households that some of them form, at 50,000 clients."""

AGES = Curve(
    (0, 100_000, 300_000, 500_000, 700_000, 900_000, 1_000_000), (18, 24, 33, 42, 54, 69, 92)
)
"""Ages of grown-ups in whole years."""

_MEMBERS = {2: 55, 3: 27, 4: 18}
_PARENT_AGES = (45, 70)
_YEAR = 365
_HEADS_MALE = 800


@dataclass(frozen=True, slots=True)
class Human:
    """Who somebody is, before the bank knows him. `place` in the household: 0 is its head."""

    family: str
    given: str
    middle: str
    sex: str
    born: date
    language: str
    home: int | None = None
    place: int = 0


def clients(plan: Plan) -> Iterator[Human]:
    """All persons who are clients: the households first, then those who live alone."""
    total = plan.count(PERSONS)
    chance = plan.chance("people")
    sizes = chance.dealt(min(plan.count(HOUSEHOLDS), total // 4), _MEMBERS)
    languages = chance.dealt(len(sizes) + total - sum(sizes), LANGUAGES[plan.locale])
    drawing = _Drawing(plan, chance)
    for home, size in enumerate(sizes):
        yield from drawing.household(home, size, languages[home])
    for language in languages[len(sizes) :]:
        yield drawing.stranger(language)


def others(plan: Plan, count: int, *, block: str = "people who are no clients") -> Iterator[Human]:
    """So many persons who are no clients, drawn from the stream of the block."""
    chance = plan.chance(block)
    drawing = _Drawing(plan, chance)
    for language in chance.dealt(count, LANGUAGES[plan.locale]):
        yield drawing.stranger(language)


class _Drawing:
    """Draws persons from one stream."""

    def __init__(self, plan: Plan, chance: Chance) -> None:
        self._plan = plan
        self._chance = chance

    def stranger(self, language: str) -> Human:
        """Somebody with no family that we know of."""
        chance = self._chance
        sex = "f" if chance.hits(520) else "m"
        family = chance.early(LEXICONS[language].families)
        father = self._father(language)
        return self._human(family, sex, father, AGES.draw(chance), language)

    def household(self, home: int, size: int, language: str) -> Iterator[Human]:
        """The members of one household, the head first."""
        chance, words = self._chance, LEXICONS[language]
        family = chance.early(words.families)
        age = chance.between(*_PARENT_AGES) if size > 2 else AGES.draw(chance)
        head = "m" if chance.hits(_HEADS_MALE) else "f"
        man = self._father(language)
        for place in range(size):
            sex = head if place == 0 else "fm"[head == "f"] if place == 1 else chance.of("mf")
            given = man if sex == "m" and place < 2 and man else None
            years = age if place < 2 else chance.between(18, age - 22)
            if place == 1:
                years = max(18, age - chance.between(-3, 6))
            father = man if place > 1 else self._father(language)
            human = self._human(family, sex, father, years, language, given=given)
            yield _at_home(human, home, place)

    def _father(self, language: str) -> str:
        fathers = LEXICONS[language].fathers
        return self._chance.early(tuple(fathers)) if fathers else ""

    def _human(
        self,
        family: str,
        sex: str,
        father: str,
        years: int,
        language: str,
        given: str | None = None,
    ) -> Human:
        chance, words, unusual = self._chance, LEXICONS[language], self._plan.unusual
        born = self._plan.as_of - timedelta(days=years * _YEAR + years // 4 + chance.below(_YEAR))
        names = (
            words.family(family, sex),
            given or chance.early(words.given[sex]),
            words.patronymic(father, sex),
        )
        if unusual.odd_names and chance.hits(unusual.odd_names):
            names = odd_name(chance, names)
        if unusual.extreme_dates and chance.hits(unusual.extreme_dates):
            born = odd_birth(chance, self._plan.as_of)
        return Human(*names, sex, born, language)


def _at_home(one: Human, home: int, place: int) -> Human:
    return Human(
        one.family, one.given, one.middle, one.sex, one.born, one.language, home=home, place=place
    )
