"""Numbers as they are typed into a search."""

import pytest

from crm_core.search.identifiers import canonical
from crm_core.search.numbers import typed_number


@pytest.mark.parametrize(
    "typed",
    ["+79455550101", "8 (945) 555-01-01", "89455550101", "7 945 555 01 01", "９４５5550101"],
)
def test_a_whole_number_is_read_in_any_format(typed: str) -> None:
    number = typed_number(typed, "RU")
    assert number is not None and number.whole == "+79455550101"


def test_the_beginning_is_read_inside_and_outside_the_country() -> None:
    national, abroad = typed_number("8 945 5", "RU"), typed_number("+44 20", "RU")
    assert national is not None and abroad is not None
    assert "+79455" in national.beginnings
    assert abroad.beginnings == {"+4420"}
    dialled = typed_number("0044 20 7946", "GB")
    assert dialled is not None and "+44207946" in dialled.beginnings


@pytest.mark.parametrize("typed", ["", "101", "12a45", "%%%%", "+-()", "1" * 65, "٣"])
def test_what_is_no_number_is_none(typed: str) -> None:
    assert typed_number(typed, "RU") is None


def test_digits_of_every_script_are_digits() -> None:
    number = typed_number("٠١٠١", "RU")
    assert number is not None and "0101" in number.endings


def test_an_unknown_region_is_no_error() -> None:
    assert typed_number("0101", "ZZ") is not None


@pytest.mark.parametrize(
    ("text", "number"),
    [("77-01 234567", "7701234567"), ("№ a-12345", "A12345"), ("1234", None), ("ORION", None)],
)
def test_registration_numbers_lose_their_separators(text: str, number: str | None) -> None:
    assert canonical(text) == number
