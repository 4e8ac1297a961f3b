"""What clerks, trunks and old systems make of names and dates: input that must be borne.

All of it can be loaded: it is unusual, not wrong.
"""

from collections.abc import Callable
from datetime import date, timedelta

from crm_core.demo.generator.chance import Chance

Names = tuple[str, str, str]

CURRENCIES = ("JPY", "KRW", "KWD", "BHD", "CLF", "VND", "TND", "ISK")
"""Currencies with no, three or four decimals."""

_LOOKALIKES = str.maketrans("АВСЕНКМОРТХасеорху", "ABCEHKMOPTXaceopxy")
_LONG = "Вольфешлегельштейнхаузенбергердорф"

_NAMES: tuple[Callable[[Names], Names], ...] = (
    lambda n: (n[0].upper(), n[1].upper(), n[2].upper()),
    lambda n: (f"  {n[0]} ", f"{n[1]}  ", n[2]),
    lambda n: (n[0].translate(_LOOKALIKES), n[1], n[2]),
    lambda n: (f"{n[0]}-{n[0]}", n[1], n[2]),
    lambda n: (f"О’{n[0]}", n[1], ""),
    lambda n: (n[0].replace("ё", "е").replace("'", "ʼ"), n[1].lower(), ""),
    lambda n: (n[0], f"{n[1][:1]}.", f"{n[2][:1]}." if n[2] else ""),
    lambda n: (f"={n[0]}+1", n[1], n[2]),
    lambda n: (f"{n[0]}{_LONG}", n[1], n[2]),
    lambda n: (f"{n[0]}, {n[1]}", f'"{n[1]}"', n[2]),
    lambda n: (n[0], "", ""),
)


def odd_name(chance: Chance, names: Names) -> Names:
    """The names as something unusual: capitals, spaces, look-alike letters, a formula, a quote."""
    return chance.of(_NAMES)(names)


def odd_birth(chance: Chance, as_of: date) -> date:
    """A birth date at an edge: born today, a leap day, a hundred and ten years old, year 1900."""
    days = (as_of, as_of - timedelta(days=1), date(2000, 2, 29), date(1900, 1, 1))
    return chance.of((*days, as_of - timedelta(days=40_200), date(1999, 12, 31)))
