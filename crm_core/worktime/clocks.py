"""Norm clocks as they are kept: one open clock for each subject and metric.

Whatever has a norm time starts, pauses and stops its clocks here, in its own unit of work.
"""

import dataclasses
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.database import moment
from crm_core.ids import new_id
from crm_core.models import SlaClock
from crm_core.worktime import sla
from crm_core.worktime.calendars import STANDARD, calendar
from crm_core.worktime.sla import Clock, ClockState

_FIELDS = tuple(field.name for field in dataclasses.fields(Clock))


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed:
    """Whose clock it is: what kind of thing, which one, and what is measured."""

    kind: str
    id: str
    metric: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a clock shows now. `left_minutes` is below 0 when it has run out."""

    metric: str
    clock: Clock
    state: ClockState
    left_minutes: int


async def start(
    session: AsyncSession, timed: Timed, norm_minutes: int, *, code: str = STANDARD
) -> None:
    """Start a clock by the calendar with this code."""
    clock = sla.start(await calendar(session, code), moment(session), norm_minutes)
    row = SlaClock(id=new_id(), subject_kind=timed.kind, subject=timed.id, metric=timed.metric)
    row.calendar = code
    _put(row, clock)
    session.add(row)
    await session.flush()


async def pause(session: AsyncSession, kind: str, subject: str) -> None:
    """Let all running clocks of the subject stand still."""
    for row in await _open(session, kind, subject):
        if row.paused_since is None:
            _put(row, sla.pause(_clock(row), moment(session)))
    await session.flush()


async def resume(session: AsyncSession, kind: str, subject: str) -> None:
    """Let all paused clocks of the subject go on."""
    for row in await _open(session, kind, subject):
        if row.paused_since is not None:
            held = await calendar(session, row.calendar)
            _put(row, sla.resume(held, _clock(row), moment(session)))
    await session.flush()


async def stop(session: AsyncSession, kind: str, subject: str, *, metric: str = "") -> None:
    """What the subject's clocks measure is done; all of them, or the one of this metric."""
    for row in await _open(session, kind, subject):
        if metric in ("", row.metric):
            held = await calendar(session, row.calendar)
            _put(row, sla.stop(held, _clock(row), moment(session)))
    await session.flush()


async def has_open(session: AsyncSession, timed: Timed) -> bool:
    """Whether such a clock has been started and not stopped."""
    rows = await _open(session, timed.kind, timed.id)
    return any(row.metric == timed.metric for row in rows)


async def readings(
    session: AsyncSession, kind: str, subjects: Collection[str], *, now: datetime
) -> dict[str, tuple[Reading, ...]]:
    """What the newest clock of each metric shows, by subject."""
    statement = (
        select(SlaClock)
        .where(SlaClock.subject_kind == kind, SlaClock.subject.in_(subjects))
        .order_by(SlaClock.started_at, SlaClock.id)
    )
    newest = {(row.subject, row.metric): row for row in await session.scalars(statement)}
    calendars = {row.calendar: await calendar(session, row.calendar) for row in newest.values()}
    found: dict[str, tuple[Reading, ...]] = {}
    for (subject, metric), row in newest.items():
        clock = _clock(row)
        reading = Reading(
            metric=metric,
            clock=clock,
            state=sla.state_of(clock, now),
            left_minutes=sla.left_minutes(calendars[row.calendar], clock, now),
        )
        found[subject] = (*found.get(subject, ()), reading)
    return found


async def to_warn(session: AsyncSession, kind: str, now: datetime, limit: int) -> list[SlaClock]:
    """Running clocks that are to warn and have not; taken, for the caller marks them."""
    due = SlaClock.warn_at <= now, SlaClock.warned_at.is_(None), SlaClock.due_at >= now
    return await _running(session, kind, due, limit)


async def to_breach(session: AsyncSession, kind: str, now: datetime, limit: int) -> list[SlaClock]:
    """Running clocks that have run out and are not marked so; taken, for the caller marks them."""
    due = SlaClock.due_at < now, SlaClock.breached_at.is_(None)
    return await _running(session, kind, due, limit)


async def _running(
    session: AsyncSession, kind: str, due: Sequence[object], limit: int
) -> list[SlaClock]:
    statement = (
        select(SlaClock)
        .where(SlaClock.subject_kind == kind, SlaClock.met_at.is_(None))
        .where(SlaClock.paused_since.is_(None), *due)  # type: ignore[arg-type]
        .order_by(SlaClock.id)
        .limit(limit)
        .with_for_update()
    )
    return list(await session.scalars(statement))


async def _open(session: AsyncSession, kind: str, subject: str) -> list[SlaClock]:
    mine = SlaClock.subject_kind == kind, SlaClock.subject == subject
    statement = select(SlaClock).where(*mine, SlaClock.met_at.is_(None)).with_for_update()
    return list(await session.scalars(statement.order_by(SlaClock.id)))


def _clock(row: SlaClock) -> Clock:
    return Clock(**{name: getattr(row, name) for name in _FIELDS})


def _put(row: SlaClock, clock: Clock) -> None:
    for name in _FIELDS:
        setattr(row, name, getattr(clock, name))
