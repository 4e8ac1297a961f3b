"""One thing that a caller is told: a prompt by name, with the values that its text has places for.

How a value is spoken (gender, case, "рубля" or "рублей") is written in each language's own text:
"Ваш платёж {amount} до {day:genitive}". So nothing that is told knows any grammar.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from crm_core.money import Money


@dataclass(frozen=True, slots=True)
class Digits:
    """Read out one by one, such as a card's last four."""

    digits: str


@dataclass(frozen=True, slots=True)
class Name:
    """A name of the bank's own, such as a product or a branch, by language; "" serves the rest."""

    by_language: tuple[tuple[str, str], ...]


Value = Money | Decimal | int | date | Digits | Name
"""A number, an amount, a day, digits or a name. A Decimal is percent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A prompt and its values, by the name of their place in the text."""

    prompt: str
    values: tuple[tuple[str, Value], ...] = ()


def told(prompt: str, **values: Value) -> Told:
    """Write a Told."""
    return Told(prompt=prompt, values=tuple(values.items()))
