"""Statements: every line once, newest first, page after page."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError, StatementError

from crm_core.bank.ledger import Entry, EntryFacts, EntryRefused, book, statement
from crm_core.bank.numbers import AgreementUnknown
from crm_core.bank.terms import EntryKind
from crm_core.cursors import CursorRefused
from crm_core.database import Database
from crm_core.models import LedgerEntry
from crm_core.money import CurrencyMismatch, Money
from tests.crm_core.bank.offers import TODAY, opened
from tests.crm_core.conftest import START, person


def entry(n: int, **facts: object) -> EntryFacts:
    told: dict[str, object] = {
        "kind": EntryKind.PURCHASE,
        "amount": Money(-n, "RUB"),
        "booked_at": START - timedelta(hours=n // 3),
        "value_on": TODAY,
        "text": f"line {n}",
    }
    return EntryFacts(**{**told, **facts})  # type: ignore[arg-type]


async def an_account(db: Database, *entries: EntryFacts) -> str:
    party = await person(db, "Anna")
    async with db.unit_of_work() as session:
        account = await opened(session, party)
        for one in entries:
            await book(session, account, one)
        return account


async def test_pages_have_every_line_once_newest_first(db: Database) -> None:
    account = await an_account(db, *(entry(n) for n in range(1, 12)))
    seen: list[Entry] = []
    cursor: str | None = None
    pages = 0
    while pages == 0 or cursor:
        async with db.unit_of_work() as session:
            page = await statement(session, account, cursor, limit=4)
            await book(session, account, entry(1, booked_at=START + timedelta(days=1)))
        seen += page.items
        cursor, pages = page.next_cursor, pages + 1
    assert pages == 3 and len({one.entry for one in seen}) == len(seen) == 11
    assert sorted(one.text for one in seen) == sorted(f"line {n}" for n in range(1, 12))
    assert [one.booked_at for one in seen] == sorted((o.booked_at for o in seen), reverse=True)
    assert {one.amount for one in seen} == {Money(-n, "RUB") for n in range(1, 12)}


async def test_a_statement_has_no_line_of_another_agreement(db: Database) -> None:
    await an_account(db, entry(1))
    other = await an_account(db)
    async with db.reading() as session:
        assert (await statement(session, other)).items == ()
        with pytest.raises(AgreementUnknown):
            await statement(session, "none")


async def test_a_line_told_twice_stands_once(db: Database) -> None:
    account = await an_account(db)
    async with db.unit_of_work() as session:
        ids = [await book(session, account, entry(1, source="abs", source_key="7")) for _ in "ab"]
        page = await statement(session, account)
    assert ids[0] == ids[1] and len(page.items) == 1
    with pytest.raises(EntryRefused):
        async with db.unit_of_work() as session:
            await book(session, account, entry(2, source="abs", source_key="7"))


async def test_a_line_is_taken_back_once_by_another(db: Database) -> None:
    account = await an_account(db)
    async with db.unit_of_work() as session:
        wrong = await book(session, account, entry(5))
        back = entry(0, kind=EntryKind.REVERSAL, amount=Money(5, "RUB"), reversal_of=wrong)
        await book(session, account, back)
        page = await statement(session, account)
    assert {one.entry: one.reversed for one in page.items}[wrong]
    assert sum(one.amount.minor for one in page.items) == 0
    with pytest.raises(IntegrityError):
        async with db.unit_of_work() as session:
            await book(session, account, back)


async def test_a_line_in_another_currency_is_a_defect(db: Database) -> None:
    account = await an_account(db)
    with pytest.raises(CurrencyMismatch):
        async with db.unit_of_work() as session:
            await book(session, account, entry(1, amount=Money(1, "USD")))


async def test_the_database_holds_a_line_to_its_rules(db: Database) -> None:
    await an_account(db, entry(1))
    wrongs: tuple[dict[str, Any], ...] = (
        {"amount_minor": 0},
        {"kind": "reversal"},
        {"kind": "magic"},
    )
    for wrong in wrongs:
        with pytest.raises((IntegrityError, StatementError)):
            async with db.unit_of_work() as session:
                await session.execute(update(LedgerEntry).values(**wrong))


async def test_a_cursor_of_another_hand_is_refused(db: Database) -> None:
    account = await an_account(db)
    for cursor in ("x", "é", "AAAA", "bnVsbA==", "WzEsMl0=", "WyIyMDI2LTAzLTAyIiwgIngiXQ=="):
        with pytest.raises(CursorRefused):
            async with db.reading() as session:
                await statement(session, account, cursor)
