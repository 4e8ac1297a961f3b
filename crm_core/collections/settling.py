"""Proving promises by what was paid: allocations, and the decision at the close of business.

Only payments on the agreements of the promise's case count, in its currency. A payment that is
reversed loses its allocation while the promise runs. After a promise was kept by it, the promise
stays kept and an exception is opened, with a task for the case's owner to look into it.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from types import MappingProxyType

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from crm_core.bank.terms import EntryKind
from crm_core.collections.history import NIGHT, Doing, moved_beneath
from crm_core.collections.proof import Payment, Promised, decided, shares
from crm_core.collections.states import PROMISE_STATES, CaseEvent, PromiseEvent, PromiseState
from crm_core.collections.telling import tell_bank
from crm_core.corebank.outbox import OutboxKind
from crm_core.database import moment
from crm_core.models import (
    Agreement,
    CaseItem,
    CollectionCase,
    EmployeeRow,
    LedgerEntry,
    Promise,
    PromiseAllocation,
    PromiseException,
)
from crm_core.states import after
from crm_core.tasks.moving import add
from crm_core.tasks.states import Priority, SubjectKind, TaskSource
from crm_core.tasks.task import About, TaskFacts

CHECK_PROMISE = "check_promise"
_CHECK_WITHIN = timedelta(days=1)
_PAYMENTS = (EntryKind.REPAYMENT, EntryKind.TRANSFER, EntryKind.CASH)
_CASE_EVENTS: Mapping[PromiseEvent, CaseEvent] = MappingProxyType(
    {PromiseEvent.KEEP: CaseEvent.KEEP, PromiseEvent.BREAK: CaseEvent.BREAK}
)
_TOLD: Mapping[PromiseEvent, OutboxKind] = MappingProxyType(
    {
        PromiseEvent.KEEP: OutboxKind.PROMISE_KEPT,
        PromiseEvent.BREAK: OutboxKind.PROMISE_BROKEN,
    }
)
_Back = aliased(LedgerEntry)


async def settle(session: AsyncSession, case: CollectionCase, *, on: date) -> PromiseEvent | None:
    """Allocate what has come for the case's running promise, and decide it if it is time.

    The caller has locked the case. What became of the promise; None if it runs on or there is none.
    """
    running = select(Promise).where(Promise.case == case.id, Promise.state == PromiseState.ACTIVE)
    promise: Promise | None = await session.scalar(running.with_for_update())
    if promise is None:
        return None
    await _take_back(session, promise)
    promised = _promised(promise)
    for share in shares([promised], await _payments(session, promise)):
        session.add(
            PromiseAllocation(promise=share.promise, entry=share.entry, amount_minor=share.amount)
        )
        promise.kept_minor += share.amount
    event = decided(_promised(promise), on=on)
    if event is not None:
        promise.state = after(PROMISE_STATES, promise.state, event)
        promise.decided_on = on
        moved_beneath(session, case, _CASE_EVENTS[event], Doing(by=NIGHT, note=promise.id))
        await tell_bank(session, _TOLD[event], case, promise)
    await session.flush()
    return event


async def find_exceptions(session: AsyncSession, *, on: date, limit: int = 500) -> int:
    """Open an exception for each payment of a kept promise that was reversed since; the owner of
    the case gets a task. How many."""
    share, known = PromiseAllocation, PromiseException
    statement = (
        select(share.promise, share.entry, CollectionCase)
        .join(Promise, Promise.id == share.promise)
        .join(CollectionCase, CollectionCase.id == Promise.case)
        .join(_Back, _Back.reversal_of == share.entry)
        .outerjoin(known, (known.promise == share.promise) & (known.entry == share.entry))
        .where(Promise.state == PromiseState.KEPT, known.promise.is_(None))
        .order_by(share.promise, share.entry)
        .limit(limit)
    )
    found = (await session.execute(statement)).all()
    for promise, entry, _case in found:
        session.add(PromiseException(promise=promise, entry=entry, found_on=on))
    await session.flush()
    for promise, entry, case in found:
        await _ask_owner(session, case, key=f"promise_exception:{promise}:{entry}")
    return len(found)


async def _ask_owner(session: AsyncSession, case: CollectionCase, *, key: str) -> None:
    """The task to look into it, once for the key; nobody's, if the owner works here no more."""
    owner = await session.get(EmployeeRow, case.owner) if case.owner else None
    facts = TaskFacts(
        type=CHECK_PROMISE,
        title="",
        about=About(kind=SubjectKind.CASE, id=case.id, party=case.party),
        due_at=moment(session) + _CHECK_WITHIN,
        owner=owner.id if owner is not None and owner.active else None,
        priority=Priority.HIGH,
        source=TaskSource.RULE,
        source_key=key,
    )
    await add(session, facts, by=NIGHT)


async def _take_back(session: AsyncSession, promise: Promise) -> None:
    """Drop the allocations of payments that were reversed."""
    reversed_ = (
        select(PromiseAllocation)
        .join(_Back, _Back.reversal_of == PromiseAllocation.entry)
        .where(PromiseAllocation.promise == promise.id)
    )
    for share in await session.scalars(reversed_):
        promise.kept_minor -= share.amount_minor
        await session.delete(share)
    await session.flush()


async def _payments(session: AsyncSession, promise: Promise) -> list[Payment]:
    """Credits on the case's agreements since the promise was taken, with what is free of each."""
    entry, share = LedgerEntry, PromiseAllocation
    used = (
        select(func.coalesce(func.sum(share.amount_minor), 0))
        .where(share.entry == entry.id)
        .scalar_subquery()
    )
    mine = select(CaseItem.agreement).where(CaseItem.case == promise.case)
    counted = select(share.entry).where(share.promise == promise.id)
    statement = (
        select(entry, used)
        .join(Agreement, Agreement.id == entry.agreement)
        .outerjoin(_Back, _Back.reversal_of == entry.id)
        .where(
            entry.agreement.in_(mine),
            Agreement.currency == promise.currency,
            entry.kind.in_(_PAYMENTS),
            entry.amount_minor > 0,
            entry.value_on.between(promise.taken_on, promise.last_on),
            entry.booked_at >= promise.taken_at,
            _Back.id.is_(None),
            entry.id.not_in(counted),
        )
    )
    return [
        Payment(
            entry=row.id,
            free=row.amount_minor - int(spent),
            value_on=row.value_on,
            booked_at=row.booked_at,
        )
        for row, spent in await session.execute(statement)
        if row.amount_minor > spent
    ]


def _promised(row: Promise) -> Promised:
    return Promised(
        promise=row.id,
        amount=row.amount_minor,
        missing=row.amount_minor - row.kept_minor,
        threshold_pct=row.threshold_pct,
        taken_at=row.taken_at,
        taken_on=row.taken_on,
        due_on=row.due_on,
        last_on=row.last_on,
    )
