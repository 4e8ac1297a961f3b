"""Statements pay loans, once, and wait for accounts that are not known yet."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import func, select

from crm_core.bank.loans import schedule_of
from crm_core.corebank.camt.booking import BookReport, book_file
from crm_core.corebank.camt.statement import StatementRefused
from crm_core.database import Database
from crm_core.models import Agreement, LedgerEntry, ParkedRow
from tests.crm_core.corebank.camt.statements import details, entry, statement
from tests.crm_core.corebank.conftest import SEAL, Load
from tests.crm_core.corebank.fake_bank import FakeBank


async def booked(db: Database, folder: Path, told: Sequence[str], **options: str) -> BookReport:
    path = folder / "statement.xml"
    path.write_text(statement(told, **options), encoding="utf-8")
    return await book_file(db, path, seal=SEAL)


async def unpaid(db: Database) -> list[int]:
    async with db.reading() as session:
        loan = (await session.scalars(select(Agreement.id))).one()
        return [one.unpaid for one in (await schedule_of(session, loan)).instalments]


async def entries(db: Database) -> int:
    async with db.reading() as session:
        count = select(func.count()).select_from(LedgerEntry)
        return await session.scalar(count.where(LedgerEntry.source == "camt053")) or 0


async def test_a_credit_pays_the_oldest_instalment_once(
    db: Database, tmp_path: Path, bank: FakeBank, loading: Load
) -> None:
    for manifest in bank.whole():
        await loading(manifest)
    told = [entry("1030.00", details(reference="pay-1", text="Loan"))]
    report = await booked(db, tmp_path, told)
    assert (report.entries, report.booked, report.refused) == (1, 1, 0)
    assert await unpaid(db) == [0, 0, 103000]
    again = await booked(db, tmp_path, told, version="02")
    assert (again.booked, again.repeated) == (0, 1)
    assert await unpaid(db) == [0, 0, 103000]


async def test_a_reversal_takes_the_payment_back(
    db: Database, tmp_path: Path, bank: FakeBank, loading: Load
) -> None:
    for manifest in bank.whole():
        await loading(manifest)
    await booked(db, tmp_path, [entry("1030.00", details(reference="pay-1"))])
    back = entry("1030.00", details(reference="pay-1"), sign="DBIT", reversal=True)
    report = await booked(db, tmp_path, [back])
    assert (report.booked, report.unmatched_reversals) == (1, 0)
    assert await unpaid(db) == [0, 103000, 103000]
    assert (await booked(db, tmp_path, [back])).repeated == 1


async def test_a_reversal_of_nothing_we_have_is_a_movement(
    db: Database, tmp_path: Path, bank: FakeBank, loading: Load
) -> None:
    for manifest in bank.whole():
        await loading(manifest)
    back = entry("1", details(reference="other"), sign="DBIT", reversal=True)
    report = await booked(db, tmp_path, [back])
    assert (report.booked, report.unmatched_reversals) == (1, 1)


async def test_an_unknown_account_waits_and_is_booked_when_it_comes(
    db: Database, tmp_path: Path, bank: FakeBank, loading: Load
) -> None:
    told = [entry("1030.00", details(reference="pay-1"))]
    report = await booked(db, tmp_path, told)
    assert (report.booked, report.parked) == (0, 1)
    async with db.reading() as session:
        row = (await session.scalars(select(ParkedRow))).one()
    assert "40817810" not in repr([row.missing_key, row.cells])
    reports = [await loading(manifest) for manifest in bank.whole()]
    assert sum(one.unparked for one in reports) == 1
    assert await entries(db) == 1
    assert (await booked(db, tmp_path, told)).repeated == 1


async def test_another_currency_than_the_accounts_is_refused(
    db: Database, tmp_path: Path, bank: FakeBank, loading: Load
) -> None:
    for manifest in bank.whole():
        await loading(manifest)
    report = await booked(db, tmp_path, [entry("5", currency="USD"), entry("5")])
    assert (report.refused, report.booked) == (1, 1)


async def test_a_file_that_breaks_off_books_nothing(
    db: Database, tmp_path: Path, bank: FakeBank, loading: Load
) -> None:
    for manifest in bank.whole():
        await loading(manifest)
    with pytest.raises(StatementRefused):
        await booked(db, tmp_path, [entry("5"), entry("x")])
    assert await entries(db) == 0
