"""The organisations of the bank: what they are called, and which belong together."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from crm_core.demo.generator.chance import Curve
from crm_core.demo.generator.plan import LANGUAGES, Plan
from crm_core.demo.generator.words import LEXICONS

GROUPS = 420
"""Groups and holdings that some organisations form, at 50,000 clients."""

GROUP_SIZES = Curve((0, 500_000, 800_000, 950_000, 990_000, 1_000_000), (2, 3, 6, 12, 22, 30))
"""How many organisations a group or holding has, its head included."""

_YEARS = 30
_REGISTRATION_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Firm:
    """What an organisation is called. `group` numbers its group, whose head stands first in it."""

    name: str
    legal_name: str
    registration_number: str
    founded: date
    language: str
    group: int | None = None


def firms(plan: Plan, total: int) -> Iterator[Firm]:
    """So many organisations that are clients: the groups first, one after the other."""
    chance = plan.chance("organisations")
    heads = _heads(plan, total)
    for n, language in enumerate(chance.dealt(total, LANGUAGES[plan.locale])):
        group = heads[n] if n < len(heads) else None
        words = LEXICONS[language]
        first, second = (chance.of(one) for one in words.firm_words)
        name = words.firm_pattern.format(first=first, second=second)
        yield Firm(
            name=name,
            legal_name=chance.of(words.legal_patterns).format(name=name),
            registration_number=_registration(n, words.language),
            founded=plan.as_of - timedelta(days=chance.between(200, _YEARS * 365)),
            language=words.language,
            group=group,
        )


def _heads(plan: Plan, total: int) -> list[int]:
    """The number of its group for each organisation that belongs to one."""
    return [group for group, size in enumerate(_sizes(plan, total)) for _ in range(size)]


def _sizes(plan: Plan, total: int) -> list[int]:
    """The sizes of the groups, in a drawn order, for at most two thirds of the organisations."""
    wanted = plan.chance("sizes of groups").shuffled(
        GROUP_SIZES.spread(plan.count(GROUPS, least=1))
    )
    sizes: list[int] = []
    for size in wanted:
        fits = min(size, total * 2 // 3 - sum(sizes))
        if fits >= 2:
            sizes.append(fits)
    return sizes or [2]


def _registration(n: int, language: str) -> str:
    """A registration number that no register has given: it begins with 00."""
    return f"00{n:0{_REGISTRATION_DIGITS}}" + {"ru": "77", "uk": "32", "zh": "31"}.get(
        language, "1"
    )
