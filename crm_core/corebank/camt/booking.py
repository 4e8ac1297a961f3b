"""Booking what a statement tells: on the agreement of its account, once, with what it pays.

An entry of an unknown account is parked and booked when the account comes. A reversal takes back
the entry that it names by reference; one that names none we have is booked as what it is, a
movement, and counted. A whole file is booked or nothing of it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from crm_core.bank.ledger import EntryFacts, EntryRefused, book
from crm_core.bank.loans import ReversalRefused
from crm_core.bank.numbers import agreements_by_number
from crm_core.bank.payments import settle
from crm_core.bank.terms import EntryKind
from crm_core.corebank.alarms import told
from crm_core.corebank.camt.statement import BookedEntry, entries
from crm_core.corebank.names import EntityName
from crm_core.database import Database, moment
from crm_core.ids import new_id
from crm_core.models import Agreement, LedgerEntry, Loan, Mirror, ParkedRow
from crm_core.money import CurrencyMismatch, Money
from crm_core.sealing import NumberRefused, NumberSeal
from crm_core.upsert import insert_into

SOURCE = "camt053"
_BY_REFERENCE = "ref:"
_AT_ONCE = 500


@dataclass(slots=True, kw_only=True)
class BookReport:
    """What became of a statement's entries."""

    file: str
    entries: int = 0
    booked: int = 0
    repeated: int = 0
    parked: int = 0
    refused: int = 0
    unmatched_reversals: int = 0
    problem: str | None = None


async def book_file(db: Database, path: Path, *, seal: NumberSeal) -> BookReport:
    """Book the file's statements in one transaction.

    Raises XmlRefused, StatementRefused, OSError.
    """
    report = BookReport(file=path.name)
    with path.open("rb") as file:
        async with db.unit_of_work() as session:
            for one in entries(file):
                report.entries += 1
                await _take(session, one, seal, report)
            await told(session, SOURCE, EntityName.ENTRY)
    return report


async def book_parked(session: AsyncSession) -> int:
    """Book what waited for accounts that are known now. How many entries it were."""
    booked = 0
    while rows := await _ready(session):
        for row, agreement in rows:
            await session.execute(delete(ParkedRow).where(ParkedRow.id == row.id))
            report = BookReport(file="")
            await _book(session, agreement, _unparked(row), report)
            booked += report.booked
    return booked


async def _take(
    session: AsyncSession, one: BookedEntry, seal: NumberSeal, report: BookReport
) -> None:
    try:
        found = await agreements_by_number(session, one.account, seal=seal)
        if found:
            await _book(session, found[0], one, report)
        else:
            await _park(session, one, seal.hashes(one.account)[seal.current], report)
    except NumberRefused:
        report.refused += 1


async def _book(
    session: AsyncSession, agreement: str, one: BookedEntry, report: BookReport
) -> None:
    known = LedgerEntry.source == SOURCE, LedgerEntry.source_key == one.key
    if await session.scalar(select(LedgerEntry.id).where(*known)) is not None:
        report.repeated += 1
        return
    origin = await _origin(session, agreement, one) if one.reversal else None
    report.unmatched_reversals += one.reversal and origin is None
    facts = EntryFacts(
        kind=await _kind(session, agreement, one, origin),
        amount=one.amount,
        booked_at=one.booked_at,
        value_on=one.value_on,
        text=one.text,
        counterparty=one.counterparty,
        reversal_of=origin,
        source=SOURCE,
        source_key=one.key,
    )
    try:
        async with session.begin_nested():
            entry = await book(session, agreement, facts)
            await settle(session, entry)
            await _remember(session, agreement, one, entry)
    except (CurrencyMismatch, EntryRefused, ReversalRefused):
        report.refused += 1
        return
    report.booked += 1


async def _kind(
    session: AsyncSession, agreement: str, one: BookedEntry, origin: str | None
) -> EntryKind:
    if origin is not None:
        return EntryKind.REVERSAL
    lent = await session.scalar(select(Loan.agreement).where(Loan.agreement == agreement))
    pays = lent is not None and one.amount.minor > 0
    return EntryKind.REPAYMENT if pays else EntryKind.TRANSFER


async def _origin(session: AsyncSession, agreement: str, one: BookedEntry) -> str | None:
    """The entry that the reversal takes back: named by a reference, of the opposite amount, and not
    taken back yet."""
    row, entry, back = Mirror, LedgerEntry, aliased(LedgerEntry)
    keys = [_reference(agreement, reference) for reference in one.references]
    statement = (
        select(entry.id)
        .join(row, row.target == entry.id)
        .outerjoin(back, back.reversal_of == entry.id)
        .where(row.entity == EntityName.ENTRY, row.source == SOURCE, row.key.in_(keys))
        .where(entry.amount_minor == -one.amount.minor, back.id.is_(None))
        .order_by(entry.booked_at.desc(), entry.id.desc())
    )
    found: str | None = await session.scalar(statement.limit(1))
    return found


async def _remember(session: AsyncSession, agreement: str, one: BookedEntry, entry: str) -> None:
    """Keep by which references the entry can be named."""
    now = moment(session)
    rows = [
        {
            "entity": EntityName.ENTRY,
            "source": SOURCE,
            "key": _reference(agreement, reference),
            "version": 0,
            "hash": "",
            "target": entry,
            "synced_at": now,
        }
        for reference in one.references
        if not one.reversal
    ]
    if rows:
        statement = insert_into(session, Mirror)
        keys = [Mirror.entity, Mirror.source, Mirror.key]
        target = {"target": statement.excluded.target}
        await session.execute(
            statement.on_conflict_do_update(index_elements=keys, set_=target), rows
        )


def _reference(agreement: str, reference: str) -> str:
    return f"{_BY_REFERENCE}{agreement}:{reference}"


# ── Entries of unknown accounts ─────────────────────────────────────────────────────────────


async def _park(session: AsyncSession, one: BookedEntry, account: str, report: BookReport) -> None:
    cells = {
        "amount": str(one.amount.minor),
        "currency": one.amount.currency,
        "booked_at": one.booked_at.isoformat(),
        "value_on": one.value_on.isoformat(),
        "reversal": "true" if one.reversal else "",
        "references": list(one.references),
        "text": one.text,
        "counterparty": one.counterparty,
    }
    row: dict[str, Any] = {
        "id": new_id(),
        "entity": EntityName.ENTRY,
        "source": SOURCE,
        "key": one.key,
        "version": 0,
        "hash": one.key,
        "cells": [cells],
        "business_date": one.booked_at.date(),
        "missing_entity": EntityName.AGREEMENT,
        "missing_key": account,
        "since": moment(session),
        "tries": 0,
    }
    statement = insert_into(session, ParkedRow).values(row)
    await session.execute(statement.on_conflict_do_nothing())
    report.parked += 1


async def _ready(session: AsyncSession) -> Iterable[tuple[ParkedRow, str]]:
    row = ParkedRow
    statement = (
        select(row, Agreement.id)
        .join(Agreement, Agreement.number_hash == row.missing_key)
        .where(row.source == SOURCE, row.missing_entity == EntityName.AGREEMENT)
        .order_by(row.business_date, row.id)
        .limit(_AT_ONCE)
    )
    return [(one, agreement) for one, agreement in await session.execute(statement)]


def _unparked(row: ParkedRow) -> BookedEntry:
    cells = row.cells[0]
    return BookedEntry(
        account="",
        key=row.key,
        amount=Money(int(cells["amount"]), cells["currency"]),
        booked_at=datetime.fromisoformat(cells["booked_at"]),
        value_on=date.fromisoformat(cells["value_on"]),
        reversal=bool(cells["reversal"]),
        references=tuple(cells["references"]),
        text=cells["text"],
        counterparty=cells["counterparty"],
    )
