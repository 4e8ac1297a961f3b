"""The end of a business day: how each loan stands, kept as a snapshot per business date.

A business date is the bank's logical day, never read from the clock here. A snapshot taken again
for the same date replaces it; those of earlier dates stay as they are.
"""

import dataclasses
from collections.abc import Awaitable, Callable
from datetime import date

from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.bank.arrears import Arrears, Pause, arrears
from crm_core.bank.loans import schedule_of
from crm_core.bank.terms import AgreementStatus, PauseReason
from crm_core.database import Database, moment
from crm_core.errors import Refused
from crm_core.ids import new_id
from crm_core.models import (
    Agreement,
    ArrearsPause,
    ArrearsSnapshot,
    LedgerEntry,
    Loan,
    PaymentAllocation,
)
from crm_core.upsert import insert_into

BATCH = 200
"""Loans of one transaction: a night must not keep others from writing, nor fill the memory."""


class PauseRefused(Refused):
    """The pause is empty or another one holds on some of its days."""

    code = "arrears_pause_refused"


async def take_arrears(session: AsyncSession, agreement: str, *, on: date) -> Arrears:
    """Compute how the loan stands on the business date and keep it. Raises LoanUnknown."""
    held = await schedule_of(session, agreement)
    stands = arrears(held.instalments, on, pauses=await pauses_of(session, agreement))
    paid = await _last_payment(session, agreement)
    columns = {
        "dpd": stands.dpd,
        "range": stands.range,
        "overdue_principal_minor": stands.principal,
        "overdue_interest_minor": stands.interest,
        "overdue_fee_minor": stands.fee,
        "overdue_penalty_minor": stands.penalty,
        "oldest_due_on": stands.oldest_due_on,
        "next_due_on": stands.next_due_on,
        "next_due_minor": stands.next_due,
        "last_paid_on": paid.value_on if paid else None,
        "last_paid_minor": paid.amount_minor if paid else None,
        "owed_minor": stands.owed,
        "paused": stands.paused,
        "as_of": moment(session),
    }
    statement = insert_into(session, ArrearsSnapshot).values(
        agreement=agreement, business_date=on, **columns
    )
    keys = [ArrearsSnapshot.agreement, ArrearsSnapshot.business_date]
    await session.execute(statement.on_conflict_do_update(index_elements=keys, set_=columns))
    return stands


async def take_all(
    db: Database, *, on: date, progress: Callable[[int], Awaitable[None]], batch: int = BATCH
) -> int:
    """Take the arrears of every open loan on the business date. How many it were.

    Each `batch` of loans is a transaction of its own; `progress` hears how many it took. Begun
    again after a crash it ends the same, for a date's snapshot is replaced.
    """
    taken, last = 0, ""
    while True:
        async with db.unit_of_work() as session:
            loans = await _open_loans(session, after=last, limit=batch)
            for loan in loans:
                await take_arrears(session, loan, on=on)
        if not loans:
            return taken
        taken, last = taken + len(loans), loans[-1]
        await progress(len(loans))


async def _open_loans(session: AsyncSession, *, after: str, limit: int) -> list[str]:
    key = Loan.agreement
    open_ = select(key).join(Agreement, Agreement.id == key)
    open_ = open_.where(Agreement.status != AgreementStatus.CLOSED, key > after)
    return list(await session.scalars(open_.order_by(key).limit(limit)))


async def pause_arrears(
    session: AsyncSession, agreement: str, pause: Pause, *, reason: PauseReason
) -> None:
    """Let the agreement's arrears not age for a time. Raises PauseRefused."""
    row = ArrearsPause
    if pause.ends_before is not None and pause.ends_before <= pause.starts_on:
        raise PauseRefused
    await session.execute(select(Agreement.id).where(Agreement.id == agreement).with_for_update())
    clash = (
        select(row.id)
        .where(row.agreement == agreement)
        .where(or_(row.ends_before.is_(None), row.ends_before > pause.starts_on))
    )
    if pause.ends_before is not None:
        clash = clash.where(row.starts_on < pause.ends_before)
    if await session.scalar(clash.limit(1)) is not None:
        raise PauseRefused
    session.add(
        ArrearsPause(
            id=new_id(),
            agreement=agreement,
            reason=reason,
            created_at=moment(session),
            **dataclasses.asdict(pause),
        )
    )
    await session.flush()


async def resume_arrears(session: AsyncSession, agreement: str, *, on: date) -> None:
    """Let the arrears age again from the day on. Raises PauseRefused if no pause holds then."""
    row = ArrearsPause
    open_ = row.agreement == agreement, row.ends_before.is_(None), row.starts_on < on
    ended = update(row).where(*open_).values(ends_before=on).returning(row.id)
    if await session.scalar(ended) is None:
        raise PauseRefused


async def pauses_of(session: AsyncSession, agreement: str) -> tuple[Pause, ...]:
    """All pauses of the agreement, the first first."""
    row = ArrearsPause
    statement = select(row.starts_on, row.ends_before).where(row.agreement == agreement)
    rows = await session.execute(statement.order_by(row.starts_on))
    return tuple(Pause(starts_on=start, ends_before=end) for start, end in rows)


async def _last_payment(session: AsyncSession, agreement: str) -> LedgerEntry | None:
    paid = select(PaymentAllocation.entry).where(PaymentAllocation.loan == agreement)
    statement = select(LedgerEntry).where(LedgerEntry.id.in_(paid))
    newest = statement.order_by(LedgerEntry.booked_at.desc(), LedgerEntry.id.desc()).limit(1)
    found: LedgerEntry | None = await session.scalar(newest)
    return found
