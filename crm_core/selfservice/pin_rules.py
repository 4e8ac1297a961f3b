"""Which PINs are too easy to guess: at first sight, or for whoever knows the client. Pure.

Of the 10,000 PINs of four digits the rules forbid 123 to everybody; those are what people choose
most and what is tried first.
"""

from collections.abc import Iterable
from datetime import date
from itertools import permutations

SHORTEST, LONGEST = 4, 8
_UP = "01234567890"
_DOWN = _UP[::-1]
_COMMON = frozenset({"1379", "2580", "0852", "1470", "1004", "2000", "6969", "5683", "159753"})
"""Patterns of the keypad and other favourites."""


def is_pin(text: str) -> bool:
    """Whether the text could be a PIN at all."""
    return SHORTEST <= len(text) <= LONGEST and text.isascii() and text.isdigit()


def is_weak(pin: str) -> bool:
    """Whether a stranger would try it early: one digit, a run, a repetition, a favourite."""
    half, odd = divmod(len(pin), 2)
    repeated = pin == pin[:2] * (len(pin) // 2) or (not odd and pin[:half] == pin[half:])
    return pin in _UP or pin in _DOWN or pin in _COMMON or repeated or len(set(pin)) == 1


def is_personal(pin: str, *, born: date | None, numbers: Iterable[str]) -> bool:
    """Whether somebody who knows the client would try it: his birth date, or a part of a number of
    his, be it of a telephone, a card or the client number."""
    if any(pin in number for number in numbers):
        return True
    return born is not None and pin in _birthdays(born)


def _birthdays(born: date) -> frozenset[str]:
    """The date as people write it: two or three of day, month, year, in any order."""
    day, month, years = f"{born:%d}", f"{born:%m}", (f"{born:%Y}", f"{born:%y}")
    found = {years[0]}
    for year in years:
        for several in (2, 3):
            found |= {"".join(one) for one in permutations((day, month, year), several)}
    return frozenset(found)
