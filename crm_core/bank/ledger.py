"""The statement of an agreement: entries that only grow, and reading them page by page.

An entry told twice by its source stands once. Pages go on from a cursor, not by counting rows, so
that new entries do not shift them. Whoever shows a statement has revealed the amounts first, see
`crm_core.bank.reveal`.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from crm_core.bank.agreements import currency_of
from crm_core.bank.terms import EntryKind
from crm_core.cards.reading import LARGEST_PAGE
from crm_core.cursors import before, cursor_at
from crm_core.database import moment
from crm_core.errors import Refused
from crm_core.ids import new_id
from crm_core.models import LedgerEntry
from crm_core.money import CurrencyMismatch, Money
from crm_core.upsert import insert_into


class EntryRefused(Refused):
    """The source has told of another entry by the same key."""

    code = "entry_refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryFacts:
    """What is told of an entry. A positive amount is a credit, a negative one a debit."""

    kind: EntryKind
    amount: Money
    booked_at: datetime
    value_on: date
    text: str = ""
    counterparty: str = ""
    reversal_of: str | None = None
    source: str | None = None
    source_key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry of a statement. `reversed` tells that a later entry took it back."""

    entry: str
    kind: EntryKind
    amount: Money
    booked_at: datetime
    value_on: date
    text: str
    counterparty: str
    reversed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementPage:
    """Entries, newest first. `next_cursor` is opaque, None on the last page."""

    items: tuple[Entry, ...]
    next_cursor: str | None


async def book(session: AsyncSession, agreement: str, facts: EntryFacts) -> str:
    """Add an entry. Its id, or that of the same entry if its source told of it before.

    Raises AgreementUnknown, CurrencyMismatch, and EntryRefused where the source told of another
    agreement, kind or amount by the same key.
    """
    currency = await currency_of(session, agreement)
    if facts.amount.currency != currency:
        raise CurrencyMismatch(f"{currency} and {facts.amount.currency}")
    entry = new_id()
    statement = insert_into(session, LedgerEntry).values(
        id=entry,
        agreement=agreement,
        kind=facts.kind,
        amount_minor=facts.amount.minor,
        booked_at=facts.booked_at,
        value_on=facts.value_on,
        text=facts.text,
        counterparty=facts.counterparty,
        reversal_of=facts.reversal_of,
        source=facts.source,
        source_key=facts.source_key,
        created_at=moment(session),
    )
    keys = [LedgerEntry.source, LedgerEntry.source_key]
    await session.execute(statement.on_conflict_do_nothing(index_elements=keys))
    if facts.source is None or facts.source_key is None:
        return entry
    same = LedgerEntry.source == facts.source, LedgerEntry.source_key == facts.source_key
    known = (await session.scalars(select(LedgerEntry).where(*same))).one()
    told = known.agreement, known.kind, known.amount_minor
    if told != (agreement, facts.kind, facts.amount.minor):
        raise EntryRefused
    return known.id


async def statement(
    session: AsyncSession, agreement: str, cursor: str | None = None, *, limit: int = 50
) -> StatementPage:
    """A page of the agreement's entries, newest first; at most LARGEST_PAGE of them.

    Raises AgreementUnknown, CursorRefused.
    """
    currency = await currency_of(session, agreement)
    limit, back = max(1, min(limit, LARGEST_PAGE)), aliased(LedgerEntry)
    entries = (
        select(LedgerEntry, back.id.is_not(None))
        .outerjoin(back, back.reversal_of == LedgerEntry.id)
        .where(LedgerEntry.agreement == agreement)
        .order_by(LedgerEntry.booked_at.desc(), LedgerEntry.id.desc())
        .limit(limit + 1)
    )
    if cursor:
        entries = entries.where(before(LedgerEntry.booked_at, LedgerEntry.id, cursor))
    found = (await session.execute(entries)).all()
    items = tuple(_entry(row, currency, taken_back=gone) for row, gone in found[:limit])
    last = items[-1] if len(found) > limit else None
    after = cursor_at(last.booked_at, last.entry) if last else None
    return StatementPage(items=items, next_cursor=after)


def _entry(row: LedgerEntry, currency: str, *, taken_back: bool) -> Entry:
    return Entry(
        entry=row.id,
        kind=row.kind,
        amount=Money(row.amount_minor, currency),
        booked_at=row.booked_at,
        value_on=row.value_on,
        text=row.text,
        counterparty=row.counterparty,
        reversed=taken_back,
    )
