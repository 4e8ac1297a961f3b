"""Promises to pay: taking one down within its limits, replacing it, cancelling it by two persons.

Deciding them is not people's work, see `settling`. Who takes a promise has spoken to the debtor, so
the case is in contact by it. A promise that replaces another ends it; what was paid for the other
stays its proof.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.audit import Action
from crm_core.collections.cases import Seen, locked_case, recorded, taken_over
from crm_core.collections.history import Doing, moved, moved_beneath
from crm_core.collections.items import items_of
from crm_core.collections.planning import plan
from crm_core.collections.states import (
    PROMISE_STATES,
    CaseEvent,
    CaseState,
    Channel,
    ContactOutcome,
    LateReason,
    PromiseEvent,
    PromiseState,
)
from crm_core.collections.strategy import CollectionRules, PromiseRules
from crm_core.collections.telling import tell_bank
from crm_core.corebank.outbox import OutboxKind
from crm_core.database import moment
from crm_core.errors import FieldRefused, Refused, Unknown
from crm_core.ids import new_id
from crm_core.models import (
    ArrearsSnapshot,
    CaseItem,
    CollectionCase,
    Promise,
    PromiseException,
)
from crm_core.money import Money
from crm_core.states import MoveRefused, after
from routing.ids import CallId

LONGEST_REASON = 500
_TALKING = (CaseState.ASSIGNED, CaseState.IN_CONTACT, CaseState.PROMISED)


class PromiseUnknown(Unknown):
    """There is no such promise."""

    code = "promise_unknown"


class PromiseRunning(Refused):
    """Another promise of the case runs, which this one does not say that it replaces."""

    code = "promise_running"


class ReplacedTooOften(Refused):
    """The debtor has put off as often as the rules allow."""

    code = "promise_replaced_too_often"


class SecondPersonNeeded(Refused):
    """Who asked for it cannot be the one who approves it."""

    code = "second_person_needed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseFacts:
    """What the debtor promised. `replaces` is the running promise that this one is instead of."""

    amount: Money
    due_on: date
    reason: LateReason
    channel: Channel = Channel.CALL
    call: CallId | None = None
    replaces: str | None = None


async def take_promise(
    session: AsyncSession, seen: Seen, facts: PromiseFacts, rules: CollectionRules
) -> str:
    """Take a promise down. Its id.

    Raises CaseUnknown, CaseStale, MoveRefused, FieldRefused, PromiseRunning, ReplacedTooOften.
    """
    case = await locked_case(session, seen)
    await _checked(session, case, facts, rules.promises, on=seen.on)
    await _replaced(session, case, facts, rules.promises, on=seen.on)
    taken_over(session, case, by=seen.by)
    doing = Doing(
        by=seen.by, channel=facts.channel, outcome=ContactOutcome.RIGHT_PARTY, call=facts.call
    )
    if case.state not in _TALKING:
        raise MoveRefused(f"{CaseEvent.PROMISE} in {case.state}")
    moved(session, case, CaseEvent.CONTACT, doing)
    promise = _row(session, case, seen, facts, rules.promises)
    session.add(promise)
    moved(session, case, CaseEvent.PROMISE, Doing(by=seen.by, call=facts.call, note=promise.id))
    await plan(session, case, await items_of(session, case.id), rules, on=seen.on)
    await tell_bank(session, OutboxKind.PROMISE_CREATED, case, promise)
    detail = {"promise": promise.id, "due_on": facts.due_on.isoformat()}
    await recorded(session, case, Action.PROMISE_TAKEN, seen, detail)
    return promise.id


async def ask_to_cancel(session: AsyncSession, seen: Seen, promise: str, *, reason: str) -> None:
    """Ask a second person to cancel a promise that was taken down by mistake.

    Raises CaseUnknown, CaseStale, PromiseUnknown, MoveRefused, FieldRefused.
    """
    case, row = await _running(session, seen, promise)
    written = " ".join(reason.split())
    if not written:
        raise FieldRefused("reason", "missing")
    if len(written) > LONGEST_REASON:
        raise FieldRefused("reason", "too_long")
    row.cancel_asked_by, row.cancel_reason = seen.by, written
    case.updated_at = moment(session)
    await recorded(session, case, Action.PROMISE_CANCEL_ASKED, seen, {"promise": promise})


async def cancel(session: AsyncSession, seen: Seen, promise: str, rules: CollectionRules) -> None:
    """Approve that the promise is cancelled.

    Raises CaseUnknown, CaseStale, PromiseUnknown, MoveRefused, SecondPersonNeeded.
    """
    case, row = await _running(session, seen, promise)
    if row.cancel_asked_by is None or row.cancel_asked_by == seen.by:
        raise SecondPersonNeeded
    row.state = after(PROMISE_STATES, row.state, PromiseEvent.CANCEL)
    row.decided_on, row.cancelled_by = seen.on, seen.by
    moved_beneath(session, case, CaseEvent.WITHDRAW, Doing(by=seen.by, note=promise))
    await plan(session, case, await items_of(session, case.id), rules, on=seen.on)
    await recorded(session, case, Action.PROMISE_CANCELLED, seen, {"promise": promise})


async def settle_exception(session: AsyncSession, seen: Seen, promise: str, entry: str) -> None:
    """Say that a reversed payment of a kept promise has been looked into.

    Raises CaseUnknown, CaseStale, PromiseUnknown.
    """
    case = await locked_case(session, seen)
    row = await session.get(PromiseException, (promise, entry))
    known = await session.get(Promise, promise)
    if row is None or known is None or known.case != case.id:
        raise PromiseUnknown
    if row.settled_by is None:
        row.settled_by, row.settled_at = seen.by, moment(session)
    case.updated_at = moment(session)
    await recorded(session, case, Action.PROMISE_EXCEPTION_SETTLED, seen, {"promise": promise})


async def most(session: AsyncSession, case: str, *, until: date) -> dict[str, Money]:
    """The most that can be promised by a day, by currency: what is overdue, and what falls due."""
    told, item = ArrearsSnapshot, CaseItem
    statement = (
        select(item.currency, item.overdue_minor, told.next_due_on, told.next_due_minor)
        .outerjoin(
            told,
            (told.agreement == item.agreement) & (told.business_date == item.business_date),
        )
        .where(item.case == case)
    )
    sums: dict[str, Money] = {}
    for currency, overdue, next_on, next_due in await session.execute(statement):
        falls_due = next_due if next_due and next_on and next_on <= until else 0
        sums[currency] = sums.get(currency, Money.zero(currency)) + Money(
            overdue + falls_due, currency
        )
    return {currency: money for currency, money in sums.items() if money}


async def _checked(
    session: AsyncSession,
    case: CollectionCase,
    facts: PromiseFacts,
    limits: PromiseRules,
    *,
    on: date,
) -> None:
    if facts.due_on < on:
        raise FieldRefused("due_on", "in_the_past")
    if facts.due_on > on + timedelta(days=limits.max_days):
        raise FieldRefused("due_on", "too_late")
    if facts.amount.minor <= 0:
        raise FieldRefused("amount", "not_positive")
    largest = (await most(session, case.id, until=facts.due_on)).get(facts.amount.currency)
    if largest is None:
        raise FieldRefused("amount", "nothing_overdue")
    if largest < facts.amount:
        raise FieldRefused("amount", "more_than_owed")


async def _replaced(
    session: AsyncSession,
    case: CollectionCase,
    facts: PromiseFacts,
    limits: PromiseRules,
    *,
    on: date,
) -> None:
    """End the running promise in favour of the new one."""
    row = Promise
    running = await session.scalar(
        select(row).where(row.case == case.id, row.state == PromiseState.ACTIVE).with_for_update()
    )
    if (running.id if running else None) != facts.replaces:
        raise PromiseRunning
    if running is None:
        return
    before = select(func.count()).where(
        row.case == case.id, row.episode == case.episode, row.state == PromiseState.REPLACED
    )
    if (await session.scalar(before) or 0) >= limits.max_replaced:
        raise ReplacedTooOften
    running.state = after(PROMISE_STATES, running.state, PromiseEvent.REPLACE)
    running.decided_on = on
    await session.flush()


async def _running(
    session: AsyncSession, seen: Seen, promise: str
) -> tuple[CollectionCase, Promise]:
    case = await locked_case(session, seen)
    row = await session.get(Promise, promise, with_for_update=True)
    if row is None or row.case != case.id:
        raise PromiseUnknown
    if row.state is not PromiseState.ACTIVE:
        raise MoveRefused(f"{PromiseEvent.CANCEL} in {row.state}")
    return case, row


def _row(
    session: AsyncSession,
    case: CollectionCase,
    seen: Seen,
    facts: PromiseFacts,
    limits: PromiseRules,
) -> Promise:
    return Promise(
        id=new_id(),
        case=case.id,
        episode=case.episode,
        currency=facts.amount.currency,
        amount_minor=facts.amount.minor,
        kept_minor=0,
        taken_at=moment(session),
        taken_on=seen.on,
        due_on=facts.due_on,
        last_on=facts.due_on + timedelta(days=limits.grace_days),
        threshold_pct=limits.threshold_pct,
        channel=facts.channel,
        reason=facts.reason,
        call=facts.call,
        taken_by=seen.by,
        state=PromiseState.ACTIVE,
        replaces=facts.replaces,
        cancel_reason="",
    )
