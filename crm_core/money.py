"""Money: a whole number of minor units and a currency of ISO 4217. No float comes in or goes out.

This module owns the table of currencies with their exponents (how many decimals the minor unit
has), reading decimal text, and showing an amount in a reader's language. It must not convert
between currencies: that needs a rate and a day, which an amount does not have. The exponents are
ISO's, not those of Babel: CLDR shows rounder amounts than a bank books (IQD has 3, not 0).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from types import MappingProxyType
from typing import Self

from babel import Locale, UnknownLocaleError
from babel.numbers import get_currency_symbol, parse_pattern

from crm_core.errors import CrmError, Refused

LARGEST_MINOR = 2**63 - 1
"""What the database's BIGINT holds."""

_PRECISE = Context(prec=60)
_DECIMAL = re.compile(r"[+-]?[0-9]{1,24}(?:\.[0-9]{1,12})?", re.ASCII)
_FALLBACK_LANGUAGE = "en"
_BY_EXPONENT = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    2: "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD"
    " CAD CDF CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD"
    " GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD"
    " MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP"
    " PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS"
    " TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VES WST XCD YER ZAR ZMW",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
EXPONENTS: Mapping[str, int] = MappingProxyType(
    {code: exponent for exponent, codes in _BY_EXPONENT.items() for code in codes.split()}
)
"""Decimals of the minor unit by currency code, ISO 4217."""


class CurrencyMismatch(CrmError, ValueError):
    """Amounts of two currencies were about to be added or compared; a defect of ours."""


class CurrencyUnknown(Refused):
    """The code is no currency of ISO 4217."""

    code = "currency_unknown"


class AmountRefused(Refused):
    """The text is no amount of the currency, or more than can be stored."""

    code = "amount_refused"


@dataclass(frozen=True, slots=True)
class Money:
    """`minor` minor units of `currency`; negative is a debt or an outflow.

    Raises CurrencyUnknown, AmountRefused (beyond 64 bits), TypeError for anything but an int.
    """

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.minor) is not int:
            raise TypeError("minor units are whole numbers")
        if self.currency not in EXPONENTS:
            raise CurrencyUnknown(self.currency)
        if abs(self.minor) > LARGEST_MINOR:
            raise AmountRefused("more than can be stored")

    @classmethod
    def parse(cls, text: str, currency: str) -> Self:
        """Reads a decimal such as "-1250.5" with a point. Decimals beyond the minor unit must be
        zeros: nothing is rounded silently. Raises CurrencyUnknown, AmountRefused."""
        places = exponent(currency)
        if not _DECIMAL.fullmatch(text):
            raise AmountRefused
        scaled = Decimal(text).scaleb(places, _PRECISE)
        if scaled != scaled.to_integral_value():
            raise AmountRefused("finer than the minor unit")
        return cls(int(scaled), currency)

    @classmethod
    def zero(cls, currency: str) -> Self:
        return cls(0, currency)

    @property
    def decimal(self) -> Decimal:
        """The amount in major units, exact, with the currency's decimals: 1250 of USD is 12.50."""
        return Decimal(self.minor).scaleb(-EXPONENTS[self.currency], _PRECISE)

    def __str__(self) -> str:
        """Plain text that `parse` reads back, and the currency: "-12.50 USD"."""
        return f"{self.decimal:f} {self.currency}"

    def __add__(self, other: Self) -> Self:
        return type(self)(self.minor + self._same(other), self.currency)

    def __sub__(self, other: Self) -> Self:
        return type(self)(self.minor - self._same(other), self.currency)

    def __neg__(self) -> Self:
        return type(self)(-self.minor, self.currency)

    def __bool__(self) -> bool:
        return self.minor != 0

    def __lt__(self, other: Self) -> bool:
        return self.minor < self._same(other)

    def __le__(self, other: Self) -> bool:
        return self.minor <= self._same(other)

    def times(self, factor: Decimal | int) -> Self:
        """The share `factor` of the amount, half a minor unit rounded away from zero."""
        return type(self)(round_minor(Decimal(self.minor), factor), self.currency)

    def shown(self, language: str) -> str:
        """The amount as a reader of the language (ISO 639-1) expects it, with all decimals of the
        currency: "1 250,50 ₽". A language that Babel does not know is shown as English."""
        locale = _locale(language)
        text = locale.currency_formats["standard"].pattern
        if get_currency_symbol(self.currency, locale)[-1:].isalpha():
            text = text.replace("¤#", "¤\xa0#")  # CLDR's rule, which Babel leaves out
        pattern = parse_pattern(text)
        places = EXPONENTS[self.currency]
        pattern.frac_prec = (places, places)
        shown = pattern.apply(self.decimal, locale, currency=self.currency, currency_digits=False)
        return str(shown)

    def _same(self, other: "Money") -> int:
        if not isinstance(other, Money):
            raise TypeError("only money can be added to money")
        if other.currency != self.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency}")
        return other.minor


def exponent(currency: str) -> int:
    """How many decimals the currency's minor unit has. Raises CurrencyUnknown."""
    if currency not in EXPONENTS:
        raise CurrencyUnknown(currency)
    return EXPONENTS[currency]


def round_minor(amount: Decimal, factor: Decimal | int = 1) -> int:
    """`amount * factor` minor units as a whole number, a half rounded away from zero."""
    product = _PRECISE.multiply(amount, Decimal(factor))
    return int(product.to_integral_value(rounding=ROUND_HALF_UP))


def totals(amounts: Iterable[Money]) -> tuple[Money, ...]:
    """The sums by currency, ordered by its code; nothing for no amounts."""
    sums: dict[str, Money] = {}
    for amount in amounts:
        before = sums.get(amount.currency)
        sums[amount.currency] = amount if before is None else before + amount
    return tuple(sums[currency] for currency in sorted(sums))


def _locale(language: str) -> Locale:
    try:
        return Locale.parse(language.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale.parse(_FALLBACK_LANGUAGE)
