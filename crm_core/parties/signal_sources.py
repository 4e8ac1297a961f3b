"""All parts of the bank that have news of a party: one table, and what each part's glance says."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.applications import client as applications
from crm_core.collections import panel as collections
from crm_core.collections.blacklist import Listed, forbidding
from crm_core.collections.states import BlacklistReason, BlacklistScope, CasePause
from crm_core.complaints import reading as complaints
from crm_core.database import moment
from crm_core.models import Person
from crm_core.parties.signals import Signal, SignalCode, SignalSource
from crm_core.tasks import client as tasks
from routing.ids import PartyId

_PAUSED = {
    CasePause.DISPUTE: SignalCode.DISPUTE,
    CasePause.DECEASED: SignalCode.DECEASED,
}


async def signals(session: AsyncSession, party: PartyId) -> tuple[Signal, ...]:
    """All that the parts tell of the party now."""
    return tuple([one for source in SOURCES for one in await source(session, party)])


async def case_signals(session: AsyncSession, party: PartyId) -> Sequence[Signal]:
    """The open collection case: its promise, broken ones, and why nobody works on it."""
    case = await collections.glance(session, party)
    if case is None:
        return ()
    found = [Signal(code=SignalCode.CASE_OPEN, ref=case.case)]
    if case.promise is not None:
        due = {"due_on": case.promise.due_on.isoformat()}
        found.append(Signal(code=SignalCode.PROMISE_OPEN, ref=case.promise.promise, detail=due))
    if case.broken_promises:
        times = {"n": str(case.broken_promises)}
        found.append(Signal(code=SignalCode.PROMISE_BROKEN, ref=case.case, detail=times))
    if case.pause_reason in _PAUSED:
        found.append(Signal(code=_PAUSED[case.pause_reason], ref=case.case))
    return found


async def blacklist_signals(session: AsyncSession, party: PartyId) -> Sequence[Signal]:
    """What the party is on the blacklist for, today."""
    today = moment(session).date()
    found = await forbidding(session, on=today, scopes=tuple(BlacklistScope), party=party)
    return [_listed(one) for one in found]


def _listed(one: Listed) -> Signal:
    """Fraud that forbids everything is told by name: it changes what may be said at all."""
    if one.reason is BlacklistReason.FRAUD and one.scope is BlacklistScope.ALL:
        return Signal(code=SignalCode.FRAUD_ALERT, ref=one.id)
    detail = {"scope": f"blacklist.scope.{one.scope}"}
    return Signal(code=SignalCode.BLACKLISTED, ref=one.id, detail=detail)


async def life_signals(session: AsyncSession, party: PartyId) -> Sequence[Signal]:
    """Whether the person has died."""
    died_on = await session.scalar(select(Person.died_on).where(Person.party == party))
    return [Signal(code=SignalCode.DECEASED, ref=party)] if died_on else []


async def complaint_signals(session: AsyncSession, party: PartyId) -> Sequence[Signal]:
    """Complaints that are open, the first due first."""
    found = await complaints.glance(session, party)
    opened = found.open if found else ()
    return [Signal(code=SignalCode.COMPLAINT_OPEN, ref=one.id) for one in opened]


async def task_signals(session: AsyncSession, party: PartyId) -> Sequence[Signal]:
    """Tasks that are due by the end of the day, the first due first."""
    found = await tasks.glance(session, party)
    today = moment(session).date()
    return [
        Signal(code=SignalCode.TASK_DUE, ref=one.id, detail={"title": one.title})
        for one in (found.first if found else ())
        if one.due_at.date() <= today
    ]


SOURCES: tuple[SignalSource, ...] = (
    life_signals,
    case_signals,
    blacklist_signals,
    complaint_signals,
    applications.signals,
    task_signals,
)
