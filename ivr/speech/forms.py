"""What a place in a prompt's text may hold, and the forms in which a text may ask for it.

    {amount}  {amount:genitive}  {days:day}  {day:genitive:year}  {last4}

After the name of a place stand words, in any order: a case, the noun that is counted, or `year`
for a day that is told with its year. What kind of value a place holds follows from its name.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Case(StrEnum):
    """Cases that a text may need. A language without cases knows the first alone."""

    NOMINATIVE = "nominative"
    GENITIVE = "genitive"


class Noun(StrEnum):
    """What a number may count."""

    DAY = "day"
    MONTH = "month"
    MINUTE = "minute"


class Kind(StrEnum):
    """Of what kind a place's value is."""

    MONEY = "money"
    PERCENT = "percent"
    COUNT = "count"
    DAY = "day"
    DIGITS = "digits"
    NAME = "name"


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "amount": Kind.MONEY,
        "rate": Kind.PERCENT,
        "days": Kind.COUNT,
        "months": Kind.COUNT,
        "day": Kind.DAY,
        "opened": Kind.DAY,
        "last4": Kind.DIGITS,
        "name": Kind.NAME,
        "address": Kind.NAME,
    }
)
"""What each place holds."""

_DECLINED = frozenset({Kind.MONEY, Kind.PERCENT, Kind.COUNT, Kind.DAY})
_WITH_YEAR = "year"


class FormRefused(ValueError):
    """A text asks for a value in a form that it has not; the message says which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """In which form a value is told. `noun` stands for counts alone, `year` for days alone."""

    case: Case = Case.NOMINATIVE
    noun: Noun | None = None
    year: bool = False


def read_form(place: str, words: tuple[str, ...], cases: frozenset[Case]) -> Form:
    """The form that a text asks for, in a language of these cases. Raises FormRefused."""
    kind = KINDS.get(place)
    if kind is None:
        raise FormRefused(f"no value is called {place}")
    form = Form()
    for word in words:
        form = _with(form, word, kind, cases)
    if kind is Kind.COUNT and form.noun is None:
        raise FormRefused(f"{{{place}}} must say what it counts, such as {{{place}:{Noun.DAY}}}")
    return form


def _with(form: Form, word: str, kind: Kind, cases: frozenset[Case]) -> Form:
    if word in cases and kind in _DECLINED:
        return Form(case=Case(word), noun=form.noun, year=form.year)
    if word in set(Noun) and kind is Kind.COUNT:
        return Form(case=form.case, noun=Noun(word), year=form.year)
    if word == _WITH_YEAR and kind is Kind.DAY:
        return Form(case=form.case, noun=form.noun, year=True)
    raise FormRefused(f"{word or 'nothing'} is no form of a {kind} in this language")
