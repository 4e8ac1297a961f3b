"""The timer of applications: warns, marks what has run out, ends old decisions.

The first norm time of an application that runs out gives a supervisor a task to see to it.

Done again it does nothing twice: what was done is kept with the clock or with the state.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.applications.application import KIND
from crm_core.applications.held import move, remember
from crm_core.applications.states import APPLICATION_MOVES, ApplicationMove
from crm_core.audit import Action, Subject, record
from crm_core.database import Database, moment
from crm_core.models import CreditApplication, SlaClock
from crm_core.nightly.batches import in_batches
from crm_core.nightly.runner import Progress
from crm_core.tasks.colleagues import above
from crm_core.tasks.deadline import Step
from crm_core.tasks.moving import add
from crm_core.tasks.states import Priority, SubjectKind, TaskSource
from crm_core.tasks.task import About, TaskFacts
from crm_core.worktime import clocks
from crm_core.worktime.calendars import calendar

BY = "timer"
LATE_APPLICATION = "late_application"
_SEE_TO_WITHIN = timedelta(hours=8)
_AT_ONCE = 100
_EXPIRING = [s for s, moves in APPLICATION_MOVES.items() if ApplicationMove.EXPIRE in moves]


async def run(db: Database, *, now: datetime, progress: Progress) -> Mapping[str, int]:
    """Do what is to be done at `now`. Counts: `warned`, `breached`, `expired`."""
    breached = await in_batches(db, progress, lambda session: _breach(session, now))
    warned = await in_batches(db, progress, lambda session: _warn(session, now))
    expired = await in_batches(db, progress, lambda session: _expire(session, now))
    return {"warned": warned, "breached": breached, "expired": expired}


async def nightly(db: Database, _on: date, progress: Progress) -> Mapping[str, int]:
    """The same as a nightly job."""
    return await run(db, now=db.clock.now(), progress=progress)


async def _warn(session: AsyncSession, now: datetime) -> int:
    due = await clocks.to_warn(session, KIND, now, _AT_ONCE)
    for clock in due:
        clock.warned_at = now
        await _note(session, clock, "clock_warning")
    return len(due)


async def _breach(session: AsyncSession, now: datetime) -> int:
    due = await clocks.to_breach(session, KIND, now, _AT_ONCE)
    for clock in due:
        clock.breached_at, clock.warned_at = clock.due_at, clock.warned_at or now
        await _note(session, clock, "clock_breached")
        await _ask_supervisor(session, clock)
    await _audit(session, [clock.subject for clock in due], "clock_breached")
    return len(due)


async def _ask_supervisor(session: AsyncSession, clock: SlaClock) -> None:
    """The task to see to the application, once; nobody's, where the bank has no supervisor."""
    row = await session.get_one(CreditApplication, clock.subject)
    facts = TaskFacts(
        type=LATE_APPLICATION,
        title=row.number,
        about=About(kind=SubjectKind.APPLICATION, id=row.id, party=row.party),
        due_at=moment(session) + _SEE_TO_WITHIN,
        owner=await above(session, row.owner, Step.SUPERVISOR),
        priority=Priority.HIGH,
        source=TaskSource.RULE,
        source_key=f"late_application:{row.id}",
    )
    await add(session, facts, by=BY)


async def _expire(session: AsyncSession, now: datetime) -> int:
    """Decisions hold to the end of their last day."""
    today, row = (await calendar(session)).local_day(now), CreditApplication
    over = row.state.in_(_EXPIRING), row.decision_expires_on < today
    statement = select(row).where(*over).order_by(row.id).limit(_AT_ONCE).with_for_update()
    rows = list(await session.scalars(statement))
    for one in rows:
        await move(session, one, ApplicationMove.EXPIRE, by=BY)
    await _audit(session, [one.id for one in rows], ApplicationMove.EXPIRE.value)
    return len(rows)


async def _note(session: AsyncSession, clock: SlaClock, what: str) -> None:
    row = await session.get_one(CreditApplication, clock.subject)
    await remember(session, row, what, by=BY, note=clock.metric)


async def _audit(session: AsyncSession, applications: list[str], reason: str) -> None:
    for one in applications:
        subject = Subject(kind=KIND, id=one)
        await record(session, Action.APPLICATION_MOVED, actor=BY, subject=subject, reason=reason)
