"""How Russian and Ukrainian tell values: one grammar, two tables of words.

Three forms follow a number (1 день, 2 дня, 5 дней); one and two agree in gender (один рубль, одна
копейка); in the genitive everything declines (одной тысячи двухсот рублей). What follows a
fraction stands in the genitive singular (двенадцать целых пять десятых процента), and so does a
year after its day (второе марта две тысячи двадцать шестого года).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property

from ivr.speech.forms import Case, Form, Noun
from ivr.speech.tongue import Tokens

MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july", "august"),
    *("september", "october", "november", "december"),
)
SCALES = ((10**9, "billion"), (10**6, "million"), (10**3, "thousand"))
PERCENT = "percent"
_PARTS = ("whole", "tenth", "hundredth", "thousandth", "ten-thousandth")


class Gender(StrEnum):
    """Of a noun. Neuter has no noun here."""

    M = "m"
    F = "f"


class Follows(StrEnum):
    """The form of a noun after a number. `OF_ONE` is the genitive singular."""

    ONE = "one"
    FEW = "few"
    MANY = "many"
    OF_ONE = "of-one"


@dataclass(frozen=True, slots=True)
class Counted:
    """A noun: after 1, after 2 to 4, after 5 and more, and in the genitive singular."""

    gender: Gender
    one: str
    few: str
    many: str
    of_one: str

    def texts(self) -> Mapping[Follows, str]:
        return dict(zip(Follows, (self.one, self.few, self.many, self.of_one), strict=True))


@dataclass(frozen=True, slots=True)
class Fraction:
    """A part of a number: after 1, after all others, and after 1 in the genitive."""

    one: str
    many: str
    of_one: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A language's words. `teens` are 0 to 19, `tens` 20 to 90, `hundreds` 100 to 900; those `of_`
    are genitives. `one_two` are the feminine ones; `days` are ordinals, 1 to 31; `round_days` are
    the ordinals 40 to 90, in the genitive; `fractions` are whole, tenths ... ten-thousandths."""

    teens: tuple[str, ...]
    tens: tuple[str, ...]
    hundreds: tuple[str, ...]
    one_two: tuple[str, str]
    of_teens: tuple[str, ...]
    of_tens: tuple[str, ...]
    of_hundreds: tuple[str, ...]
    of_one_feminine: str
    days: tuple[str, ...]
    of_days: tuple[str, ...]
    round_days: tuple[str, ...]
    months: tuple[str, ...]
    centuries: Mapping[int, str]
    """What the years that begin with 19 and 20 begin with."""
    round_years: Mapping[int, str]
    """1900 and 2000, as ordinals in the genitive."""
    of_year: str
    minus: str
    fractions: tuple[Fraction, ...]
    nouns: Mapping[str, Counted]
    currencies: Mapping[str, tuple[str, str]]
    """Of each currency the nouns of its major and its minor unit; "" where it has none."""


@dataclass(frozen=True)
class Slavic:
    """A tongue of these words. See ivr.speech.tongue."""

    words: Words
    cases = frozenset(Case)
    between = " "

    @property
    def currencies(self) -> frozenset[str]:
        return frozenset(self.words.currencies)

    def number(self, number: int, case: Case) -> Tokens:
        return self._number(number, Gender.M, case)

    def count(self, number: int, noun: Noun, case: Case) -> Tokens:
        return self._counted(number, noun, case)

    def money(self, major: int, minor: int, currency: str, case: Case) -> Tokens:
        unit, part = self.words.currencies[currency]
        told = self._counted(major, unit, case) if major or not minor else ()
        return told + self._counted(minor, part, case) if minor else told

    def percent(self, whole: int, decimals: str, case: Case) -> Tokens:
        if not decimals:
            return self._counted(whole, PERCENT, case)
        return (
            *self._part(whole, 0, case),
            *self._part(int(decimals), len(decimals), case),
            self._noun(PERCENT, Follows.OF_ONE),
        )

    def day(self, day: date, form: Form) -> Tokens:
        of = "-gen" if form.case is Case.GENITIVE else ""
        told = (f"day-{day.day}{of}", MONTHS[day.month - 1])
        return told + self._year(day.year) if form.year else told

    def minus(self) -> Tokens:
        return ("minus",)

    def digits(self, digits: str) -> Tokens:
        return tuple(digits)

    def _counted(self, number: int, noun: str, case: Case) -> Tokens:
        told = self._number(number, self.words.nouns[noun].gender, case)
        return (*told, self._noun(noun, _follows(number, case)))

    def _part(self, number: int, part: int, case: Case) -> Tokens:
        told = self._number(number, Gender.F, case)
        if follows(number) is not Follows.ONE:
            return (*told, f"{_PARTS[part]}-many")
        return (*told, f"{_PARTS[part]}-{'of-one' if case is Case.GENITIVE else 'one'}")

    def _number(self, number: int, gender: Gender, case: Case) -> Tokens:
        told: list[str] = []
        rest = number
        for size, scale in SCALES:
            group, rest = divmod(rest, size)
            if group:
                told += self._group(group, self.words.nouns[scale].gender, case)
                told.append(self._noun(scale, _follows(group, case)))
        if rest or not told:
            told += self._group(rest, gender, case)
        return tuple(told)

    def _group(self, number: int, gender: Gender, case: Case) -> Iterator[str]:
        hundreds, rest = divmod(number, 100)
        of = "-gen" if case is Case.GENITIVE else ""
        if hundreds:
            yield f"{hundreds}00{of}"
        if rest or not number:
            yield from _of_below_100(rest, gender) if of else (_below_100(rest, gender),)

    def _year(self, year: int) -> Tokens:
        century, rest = divmod(year, 100)
        if not rest:
            return (f"years-{year}-gen", "year-gen")
        return (f"years-{century}00", *_of_ordinal(rest), "year-gen")

    def _noun(self, noun: str, form: Follows) -> str:
        """The file of a form: forms that are spelt the same share one."""
        texts = self.words.nouns[noun].texts()
        return f"{noun}-{next(each for each in Follows if texts[each] == texts[form])}"

    @cached_property
    def vocabulary(self) -> Mapping[str, str]:
        return dict(self._vocabulary())

    def _vocabulary(self) -> Iterator[tuple[str, str]]:
        words = self.words
        yield from self._numbers()
        yield "minus", words.minus
        yield "year-gen", words.of_year
        for number, (name, of_name) in enumerate(zip(words.days, words.of_days, strict=True), 1):
            yield f"day-{number}", name
            yield f"day-{number}-gen", of_name
        yield from ((f"day-{ten}0-gen", name) for ten, name in enumerate(words.round_days, 4))
        yield from zip(MONTHS, words.months, strict=True)
        yield from ((f"years-{year}", text) for year, text in words.centuries.items())
        yield from ((f"years-{year}-gen", text) for year, text in words.round_years.items())
        for part, fraction in zip(_PARTS, words.fractions, strict=True):
            yield f"{part}-one", fraction.one
            yield f"{part}-many", fraction.many
            yield f"{part}-of-one", fraction.of_one
        for noun, forms in words.nouns.items():
            for form, text in forms.texts().items():
                yield self._noun(noun, form), text

    def _numbers(self) -> Iterator[tuple[str, str]]:
        words = self.words
        for number in range(100):
            yield str(number), _spelt(number, words.teens, words.tens)
        feminine = (words.teens[0], *words.one_two, *words.teens[3:])
        for number in (one for one in range(100) if _agrees(one)):
            yield f"{number}-f", _spelt(number, feminine, words.tens)
        yield from ((f"{number}-gen", text) for number, text in enumerate(words.of_teens))
        yield from ((f"{ten}0-gen", text) for ten, text in enumerate(words.of_tens, 2))
        yield "1-f-gen", words.of_one_feminine
        yield from ((f"{hundred}00", text) for hundred, text in enumerate(words.hundreds, 1))
        yield from ((f"{hundred}00-gen", text) for hundred, text in enumerate(words.of_hundreds, 1))


def follows(number: int) -> Follows:
    """The form of a noun after a whole number, in the nominative."""
    one, two = number % 10, number % 100
    if one == 1 and two != 11:
        return Follows.ONE
    return Follows.FEW if one in (2, 3, 4) and two not in (12, 13, 14) else Follows.MANY


def _follows(number: int, case: Case) -> Follows:
    form = follows(number)
    if case is Case.NOMINATIVE:
        return form
    return Follows.OF_ONE if form is Follows.ONE else Follows.MANY


def _spelt(number: int, teens: tuple[str, ...], tens: tuple[str, ...]) -> str:
    if number < 20:
        return teens[number]
    ten, one = divmod(number, 10)
    return f"{tens[ten - 2]} {teens[one]}" if one else tens[ten - 2]


def _agrees(number: int) -> bool:
    """Whether a number below 100 has a feminine of its own."""
    return number % 10 in (1, 2) and number not in (11, 12)


def _below_100(number: int, gender: Gender) -> str:
    return f"{number}-f" if gender is Gender.F and _agrees(number) else str(number)


def _of_below_100(number: int, gender: Gender) -> Iterator[str]:
    """In the genitive, which is rare, tens and ones are files of their own."""
    ten, one = divmod(number, 10)
    if number >= 20:
        yield f"{ten}0-gen"
        number = one
    if number or not ten:
        yield "1-f-gen" if number == 1 and gender is Gender.F else f"{number}-gen"


def _of_ordinal(number: int) -> Iterator[str]:
    ten, one = divmod(number, 10)
    if number <= 31 or not one:
        yield f"day-{number}-gen"
    else:
        yield from (f"{ten}0", f"day-{one}-gen")
