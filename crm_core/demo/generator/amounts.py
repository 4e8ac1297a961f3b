"""Amounts as the contract writes them: decimal text in major units, all decimals of the currency,
so that without its point it is the minor units."""

from crm_core.money import EXPONENTS


def decimal(minor: int, currency: str) -> str:
    """The amount as text, such as "-12.50"."""
    places = EXPONENTS[currency]
    if not places:
        return str(minor)
    digits = str(abs(minor)).rjust(places + 1, "0")
    return f"{'-' if minor < 0 else ''}{digits[:-places]}.{digits[-places:]}"


def minor(major: int, currency: str) -> int:
    """Whole major units in minor units."""
    return int(major * 10 ** EXPONENTS[currency])
