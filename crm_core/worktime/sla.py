"""Clocks of norm times: pure. A clock counts business minutes only, and none while it is paused.

    due = start + norm + paused minutes, all in the calendar's business time

so a pause over a night or a holiday moves nothing, and whoever pauses a clock gains no minute of
the time in which nobody worked. A clock that has run out stays run out, whatever comes later.
"""

import dataclasses
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from crm_core.errors import Refused
from crm_core.worktime.hours import WorkCalendar, add_minutes, minutes_between

WARN_PERCENT = 80
"""How much of the norm may pass before the clock warns."""


class ClockRefused(Refused):
    """The clock cannot be paused, resumed or stopped as it stands."""

    code = "clock_refused"


class ClockState(StrEnum):
    """How a clock stands; `LATE` is one that was stopped after it had run out."""

    RUNNING = "running"
    WARNING = "warning"
    BREACHED = "breached"
    PAUSED = "paused"
    MET = "met"
    LATE = "late"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """One running or stopped clock. Moments are aware UTC, minutes are business minutes."""

    norm_minutes: int
    started_at: datetime
    warn_at: datetime
    due_at: datetime
    paused_minutes: int = 0
    paused_since: datetime | None = None
    met_at: datetime | None = None
    breached_at: datetime | None = None


def start(calendar: WorkCalendar, at: datetime, norm_minutes: int) -> Clock:
    """A clock that starts now. Raises NoWorkingTime, ValueError for an impossible norm."""
    return _timed(calendar, Clock(norm_minutes=norm_minutes, started_at=at, warn_at=at, due_at=at))


def pause(clock: Clock, at: datetime) -> Clock:
    """Let the clock stand still. Raises ClockRefused."""
    if clock.met_at is not None or clock.paused_since is not None:
        raise ClockRefused
    return dataclasses.replace(checked(clock, at), paused_since=at)


def resume(calendar: WorkCalendar, clock: Clock, at: datetime) -> Clock:
    """Let the clock go on: its due time moves by the business minutes of the pause.

    Raises ClockRefused.
    """
    if clock.met_at is not None or clock.paused_since is None:
        raise ClockRefused
    stood = minutes_between(calendar, clock.paused_since, at)
    going = dataclasses.replace(
        clock, paused_minutes=clock.paused_minutes + stood, paused_since=None
    )
    return _timed(calendar, going)


def stop(calendar: WorkCalendar, clock: Clock, at: datetime) -> Clock:
    """What was to be done is done. Raises ClockRefused."""
    if clock.met_at is not None:
        raise ClockRefused
    going = clock if clock.paused_since is None else resume(calendar, clock, at)
    return dataclasses.replace(checked(going, at), met_at=at)


def checked(clock: Clock, now: datetime) -> Clock:
    """The clock, marked as run out if it has: from its due time on, not from when it was seen."""
    running = clock.met_at is None and clock.paused_since is None and clock.breached_at is None
    if not running or now <= clock.due_at:
        return clock
    return dataclasses.replace(clock, breached_at=clock.due_at)


def state_of(clock: Clock, now: datetime) -> ClockState:
    """How the clock stands now."""
    seen = checked(clock, now)
    if seen.met_at is not None:
        return ClockState.MET if seen.breached_at is None else ClockState.LATE
    if seen.breached_at is not None:
        return ClockState.BREACHED
    if seen.paused_since is not None:
        return ClockState.PAUSED
    return ClockState.WARNING if now >= seen.warn_at else ClockState.RUNNING


def spent_minutes(calendar: WorkCalendar, clock: Clock, now: datetime) -> int:
    """Business minutes that have counted so far; never below 0."""
    until = clock.met_at or clock.paused_since or now
    return max(0, minutes_between(calendar, clock.started_at, until) - clock.paused_minutes)


def left_minutes(calendar: WorkCalendar, clock: Clock, now: datetime) -> int:
    """Business minutes left of the norm; below 0 when it has run out."""
    return clock.norm_minutes - spent_minutes(calendar, clock, now)


def _timed(calendar: WorkCalendar, clock: Clock) -> Clock:
    warn = clock.norm_minutes * WARN_PERCENT // 100
    due_at, warn_at = (
        add_minutes(calendar, clock.started_at, minutes + clock.paused_minutes)
        for minutes in (clock.norm_minutes, warn)
    )
    return dataclasses.replace(clock, due_at=due_at, warn_at=warn_at)
