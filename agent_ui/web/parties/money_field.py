"""Amounts as people type them: "95 000", "95000,50". Pure."""

import re

from crm_core.money import AmountRefused, Money

_GAPS = re.compile(r"[\s\u00a0\u202f'’]+")


def amount_of(typed: str, currency: str) -> Money:
    """The amount. Raises ValueError for what is none, CurrencyUnknown."""
    plain = _GAPS.sub("", typed).replace(",", ".")
    try:
        return Money.parse(plain, currency)
    except AmountRefused as error:
        raise ValueError("no amount") from error
