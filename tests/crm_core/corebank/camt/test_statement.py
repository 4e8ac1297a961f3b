"""Reading camt.053: all versions, signs, details, and what must never be read."""

import contextlib
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_core.corebank.camt.statement import BookedEntry, StatementRefused, entries
from crm_core.corebank.camt.xml import LONGEST_TEXT, XmlRefused
from crm_core.money import Money
from tests.crm_core.corebank.camt.statements import IBAN, details, entry, statement


def read(text: str) -> list[BookedEntry]:
    return list(entries(io.BytesIO(text.encode())))


@pytest.mark.parametrize("version", [f"{n:02}" for n in range(2, 15)])
def test_every_version_is_read(version: str) -> None:
    (one,) = read(statement([entry()], version=version))
    assert (one.account, one.amount) == (IBAN, Money(103000, "RUB"))


@pytest.mark.parametrize("version", ["01", "15", "xx"])
def test_other_versions_are_refused(version: str) -> None:
    with pytest.raises(XmlRefused):
        read(statement([entry()], version=version))


def test_the_sign_comes_from_the_indicator_of_a_reversal_too() -> None:
    told = read(statement([entry("5", sign="DBIT"), entry("5", sign="DBIT", reversal=True)]))
    assert [(one.amount.minor, one.reversal) for one in told] == [(-500, False), (-500, True)]


def test_details_with_amounts_are_entries_of_their_own() -> None:
    two = entry("30", details("10", "e1", "first"), details("20", "e2", "second"))
    told = read(statement([two]))
    assert [(one.amount.minor, one.text, one.references) for one in told] == [
        (1000, "first", ("e1",)),
        (2000, "second", ("e2",)),
    ]
    assert {one.counterparty for one in told} == {"Payer Ltd"}


def test_details_that_do_not_add_up_are_one_entry() -> None:
    told = read(statement([entry("30", details("10", "e1"), details("10", "e2"))]))
    assert [one.amount.minor for one in told] == [3000]


def test_details_may_have_a_sign_of_their_own() -> None:
    netted = entry("10", details("30", "e1"), details("20", "e2", sign="DBIT"))
    assert [one.amount.minor for one in read(statement([netted]))] == [3000, -2000]


@pytest.mark.parametrize("status", ["<Sts>PDNG</Sts>", "<Sts><Cd>INFO</Cd></Sts>", ""])
def test_only_what_is_booked_counts(status: str) -> None:
    assert read(statement([entry(status=status)])) == []
    assert len(read(statement([entry(status="<Sts>BOOK</Sts>")]))) == 1


def test_equal_entries_of_a_day_are_told_apart_and_keep_their_keys() -> None:
    twice = read(statement([entry("5"), entry("5")]))
    assert twice[0].key != twice[1].key
    again = read(statement([entry("7"), entry("5"), entry("5")], version="02"))
    assert [one.key for one in again[1:]] == [one.key for one in twice]


@pytest.mark.parametrize(
    "head",
    [
        '<!DOCTYPE Document [<!ENTITY a "b">]>',
        '<!DOCTYPE Document SYSTEM "http://127.0.0.1/a.dtd">',
        "<!DOCTYPE Document>",
    ],
)
def test_document_types_and_entities_are_refused(head: str) -> None:
    text = statement([entry()]).replace("?>", f"?>{head}", 1)
    with pytest.raises(XmlRefused):
        read(text)


def test_depth_and_text_are_bounded() -> None:
    with pytest.raises(XmlRefused, match="deep"):
        read(statement(["<a>" * 100 + "</a>" * 100]))
    with pytest.raises(XmlRefused, match="long"):
        read(statement([entry("1", details(text="x" * (LONGEST_TEXT + 1)))]))


@pytest.mark.parametrize(
    "wrong",
    [
        entry("1.234"),
        entry("-1"),
        entry("x"),
        entry(currency="RUR"),
        entry(sign="BOTH"),
        entry(day="2026-02-30"),
    ],
)
def test_a_statement_that_contradicts_itself_is_refused(wrong: str) -> None:
    with pytest.raises(StatementRefused):
        read(statement([wrong]))


@given(st.binary(max_size=200), st.integers(min_value=0, max_value=600))
def test_no_bytes_break_the_reader(noise: bytes, at: int) -> None:
    whole = statement([entry("5", details("5", "e"))]).encode()
    with contextlib.suppress(XmlRefused, StatementRefused):
        list(entries(io.BytesIO(whole[:at] + noise + whole[at:])))
