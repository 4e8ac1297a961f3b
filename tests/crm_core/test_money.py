"""Money: exact, of one currency, read and shown without a float."""

from decimal import Decimal

import pytest
from babel.core import get_global
from hypothesis import given
from hypothesis import strategies as st

from crm_core.money import (
    EXPONENTS,
    LARGEST_MINOR,
    AmountRefused,
    CurrencyMismatch,
    CurrencyUnknown,
    Money,
    exponent,
    round_minor,
    totals,
)

CURRENCIES = st.sampled_from(sorted(EXPONENTS))
MINOR = st.integers(-(10**15), 10**15)
AMOUNTS = st.builds(Money, MINOR, CURRENCIES)


@pytest.mark.parametrize(
    ("currency", "places"),
    [
        *(("USD", 2), ("RUB", 2), ("UAH", 2), ("CNY", 2), ("KZT", 2), ("EUR", 2), ("HUF", 2)),
        *(("JPY", 0), ("KWD", 3), ("IQD", 3), ("CLF", 4)),
    ],
)
def test_the_exponents_are_those_of_iso_4217(currency: str, places: int) -> None:
    assert exponent(currency) == places


def test_every_currency_is_known_to_babel_too() -> None:
    assert set(EXPONENTS) <= set(get_global("all_currencies"))


@given(AMOUNTS)
def test_what_is_written_can_be_read_again(amount: Money) -> None:
    number, currency = str(amount).split()
    assert Money.parse(number, currency) == amount
    assert amount.decimal * 10 ** EXPONENTS[amount.currency] == amount.minor


@given(MINOR, MINOR, MINOR, CURRENCIES)
def test_sums_do_not_depend_on_their_order(a: int, b: int, c: int, currency: str) -> None:
    x, y, z = (Money(minor, currency) for minor in (a, b, c))
    assert (x + y) + z == z + (y + x)
    assert x + y - y == x and x + (-x) == Money.zero(currency)
    assert (x < y) == (a < b) and (x <= y) == (a <= b)


@given(AMOUNTS, AMOUNTS)
def test_two_currencies_are_never_added_or_compared(one: Money, other: Money) -> None:
    if one.currency == other.currency:
        return
    for mix in (one.__add__, one.__sub__, one.__lt__, one.__le__):
        with pytest.raises(CurrencyMismatch):
            mix(other)


@given(st.lists(AMOUNTS, max_size=20))
def test_totals_keep_currencies_apart(amounts: list[Money]) -> None:
    for total in totals(amounts):
        assert total.minor == sum(a.minor for a in amounts if a.currency == total.currency)
    assert [t.currency for t in totals(amounts)] == sorted({a.currency for a in amounts})


@pytest.mark.parametrize("minor", [1.0, True, "1", Decimal(1), None])
def test_only_whole_numbers_are_money(minor: object) -> None:
    with pytest.raises(TypeError):
        Money(minor, "USD")  # type: ignore[arg-type]


def test_a_number_is_no_money() -> None:
    with pytest.raises(TypeError):
        Money(1, "USD") + 1  # type: ignore[operator]


@pytest.mark.parametrize("currency", ["", "usd", "XXZ", "840", "RUR"])
def test_an_unknown_currency_is_refused(currency: str) -> None:
    with pytest.raises(CurrencyUnknown):
        Money(1, currency)
    with pytest.raises(CurrencyUnknown):
        Money.parse("1", currency)


def test_more_than_the_database_holds_is_refused() -> None:
    assert Money(LARGEST_MINOR, "USD").minor == LARGEST_MINOR
    with pytest.raises(AmountRefused):
        Money(LARGEST_MINOR, "USD") + Money(1, "USD")


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("12.5", "USD", 1250),
        ("-0.01", "RUB", -1),
        ("+7", "KWD", 7000),
        ("1.0000", "JPY", 1),
        ("0.125", "KWD", 125),
        ("90071992547409.93", "EUR", 9007199254740993),
    ],
)
def test_decimals_are_read_exactly(text: str, currency: str, minor: int) -> None:
    assert Money.parse(text, currency) == Money(minor, currency)


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        (wrong, "USD")
        for wrong in ("", " 1", "1,5", "1e3", "NaN", "Infinity", "0x1", "1.005", "--1", "1.", ".5")
    ]
    + [("٣", "USD"), ("1_000", "USD"), ("1.5", "JPY"), ("9" * 24, "USD"), ("9" * 99, "USD")],
)
def test_what_is_no_amount_is_refused_and_not_rounded(text: str, currency: str) -> None:
    with pytest.raises(AmountRefused):
        Money.parse(text, currency)


@given(st.text(max_size=30), CURRENCIES)
def test_no_text_breaks_the_reading(text: str, currency: str) -> None:
    try:
        amount = Money.parse(text, currency)
    except AmountRefused:
        return
    assert amount.decimal == Decimal(text)


@given(st.integers(-(10**12), 10**12), st.decimals(0, 5, places=8))
def test_a_share_is_off_by_half_a_unit_at_most(minor: int, factor: Decimal) -> None:
    assert abs(Decimal(Money(minor, "USD").times(factor).minor) - minor * factor) <= Decimal("0.5")


def test_halves_go_away_from_zero() -> None:
    assert [round_minor(Decimal(n), Decimal("0.5")) for n in (1, 3, -1, -3)] == [1, 2, -1, -2]


@pytest.mark.parametrize(
    ("amount", "language", "shown"),
    [
        (Money(125050, "USD"), "en", "$1,250.50"),
        (Money(125050, "RUB"), "ru", "1\xa0250,50\xa0₽"),
        (Money(-125050, "UAH"), "uk", "-1\xa0250,50\xa0₴"),
        (Money(1250, "JPY"), "en", "¥1,250"),
        (Money(1250500, "KWD"), "en", "KWD\xa01,250.500"),
        (Money(1250500, "IQD"), "en", "IQD\xa01,250.500"),
        (Money(125050, "CNY"), "zh", "¥1,250.50"),
        (Money(1, "EUR"), "xx", "€0.01"),
        (Money(2**62, "USD"), "en", "$46,116,860,184,273,879.04"),
    ],
)
def test_amounts_are_shown_in_the_readers_language(
    amount: Money, language: str, shown: str
) -> None:
    assert amount.shown(language) == shown
