"""What a language must be able to say, and telling a value in it.

A value becomes a sequence of tokens: names, in ASCII, of entries of the language's vocabulary,
which is closed. Each token is one sound file. A number below 100 is one token, since a word put
together from two recordings sounds like it.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Protocol

from crm_core.money import EXPONENTS, Money
from ivr.speech.forms import Case, Form, Noun
from ivr.speech.told import Digits, Name, Value

LARGEST = 10**12 - 1
"""The largest whole number that is spoken."""
FINEST = 4
"""Decimals of a percentage that are spoken; no rate of the bank has more."""
YEARS = range(1900, 2100)

Tokens = tuple[str, ...]


class Unspeakable(ValueError):
    """No words exist for the value: too large, too fine, or of a currency the language lacks. The
    message never holds the value."""


class Tongue(Protocol):
    """A language. Every method raises Unspeakable; numbers come without a sign."""

    @property
    def cases(self) -> frozenset[Case]: ...

    @property
    def between(self) -> str:
        """What is written between two words."""
        ...

    @property
    def vocabulary(self) -> Mapping[str, str]:
        """The text of each token."""
        ...

    @property
    def currencies(self) -> frozenset[str]: ...

    def number(self, number: int, case: Case) -> Tokens: ...

    def count(self, number: int, noun: Noun, case: Case) -> Tokens: ...

    def money(self, major: int, minor: int, currency: str, case: Case) -> Tokens: ...

    def percent(self, whole: int, decimals: str, case: Case) -> Tokens: ...

    def day(self, day: date, form: Form) -> Tokens: ...

    def minus(self) -> Tokens: ...

    def digits(self, digits: str) -> Tokens: ...


def tokens(tongue: Tongue, value: Value, form: Form) -> Tokens:
    """Tell a value that is no Name. Raises Unspeakable."""
    match value:
        case Money():
            return _money(tongue, value, form.case)
        case Decimal():
            return _percent(tongue, value, form.case)
        case int():
            return _count(tongue, value, form)
        case date():
            if value.year not in YEARS:
                raise Unspeakable("a day too far away")
            return tongue.day(value, form)
        case Digits():
            if not (value.digits.isascii() and value.digits.isdigit()):
                raise Unspeakable("not all are digits")
            return tongue.digits(value.digits)
        case Name():
            raise TypeError("a name has a file of its own")


def _money(tongue: Tongue, money: Money, case: Case) -> Tokens:
    if money.currency not in tongue.currencies:
        raise Unspeakable(f"amounts in {money.currency} have no words")
    major, minor = divmod(abs(money.minor), 10 ** EXPONENTS[money.currency])
    _speakable(major)
    sign = tongue.minus() if money.minor < 0 else ()
    return sign + tongue.money(major, minor, money.currency, case)


def _percent(tongue: Tongue, rate: Decimal, case: Case) -> Tokens:
    if not rate.is_finite():
        raise Unspeakable("no number")
    whole, _, decimals = f"{abs(rate):f}".partition(".")
    decimals = decimals.rstrip("0")
    _speakable(int(whole))
    if len(decimals) > FINEST:
        raise Unspeakable("too many decimals")
    sign = tongue.minus() if rate < 0 else ()
    return sign + tongue.percent(int(whole), decimals, case)


def _count(tongue: Tongue, number: int, form: Form) -> Tokens:
    _speakable(abs(number))
    sign = tongue.minus() if number < 0 else ()
    if form.noun is None:
        return sign + tongue.number(abs(number), form.case)
    return sign + tongue.count(abs(number), form.noun, form.case)


def _speakable(number: int) -> None:
    if number > LARGEST:
        raise Unspeakable("too large a number")
