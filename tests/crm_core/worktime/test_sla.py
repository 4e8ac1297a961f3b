"""Norm clocks: business minutes only, none while paused, and run out stays run out."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_core.worktime import sla
from crm_core.worktime.hours import WorkCalendar, is_working_time, minutes_between, parse_hours
from crm_core.worktime.sla import ClockRefused, ClockState

OFFICE = parse_hours("09:00-18:00")
BANK = WorkCalendar(zone=ZoneInfo("Europe/Moscow"), week=(*(OFFICE,) * 5, (), ()))
FRIDAY = datetime(2026, 3, 6, 14, 0, tzinfo=UTC)  # 17:00 in Moscow
HOUR = timedelta(hours=1)


def test_a_clock_over_the_weekend() -> None:
    clock = sla.start(BANK, FRIDAY, 120)
    assert clock.due_at == FRIDAY + timedelta(days=2, hours=17)  # Monday 10:00
    assert sla.state_of(clock, FRIDAY + timedelta(days=1)) is ClockState.RUNNING
    assert sla.state_of(clock, clock.warn_at) is ClockState.WARNING
    assert sla.state_of(clock, clock.due_at) is ClockState.WARNING
    assert sla.state_of(clock, clock.due_at + timedelta(seconds=1)) is ClockState.BREACHED
    assert sla.spent_minutes(BANK, clock, clock.due_at + HOUR) == 180
    assert sla.left_minutes(BANK, clock, clock.due_at + HOUR) == -60


def test_a_pause_over_the_night_moves_only_what_was_worked() -> None:
    clock = sla.pause(sla.start(BANK, FRIDAY, 120), FRIDAY + HOUR / 2)
    assert sla.state_of(clock, clock.due_at + 9 * HOUR) is ClockState.PAUSED
    going = sla.resume(BANK, clock, FRIDAY + timedelta(days=2, hours=17))
    assert (going.paused_minutes, going.due_at) == (90, clock.due_at + timedelta(minutes=90))


def test_what_has_run_out_stays_so_and_what_is_stopped_is_stopped() -> None:
    clock = sla.start(BANK, FRIDAY, 30)
    paused = sla.pause(clock, FRIDAY + HOUR)
    assert paused.breached_at == clock.due_at
    stopped = sla.stop(BANK, paused, FRIDAY + 2 * HOUR)
    assert sla.state_of(stopped, FRIDAY) is ClockState.LATE
    in_time = sla.stop(BANK, clock, FRIDAY)
    assert sla.state_of(in_time, FRIDAY + timedelta(days=30)) is ClockState.MET
    for act in (
        lambda: sla.pause(stopped, FRIDAY),
        lambda: sla.resume(BANK, clock, FRIDAY),
        lambda: sla.pause(paused, FRIDAY),
        lambda: sla.stop(BANK, in_time, FRIDAY),
    ):
        with pytest.raises(ClockRefused):
            act()


@given(st.integers(1, 2_000), st.lists(st.integers(1, 20_000), max_size=8))
def test_spent_and_paused_make_up_what_was_worked(norm: int, waits: list[int]) -> None:
    """Pausing and going on at whole minutes loses and gains no business minute."""
    at, clock = FRIDAY, sla.start(BANK, FRIDAY, norm)
    for n, wait in enumerate(waits):
        at += timedelta(minutes=wait)
        clock = sla.resume(BANK, clock, at) if n % 2 else sla.pause(clock, at)
    if clock.paused_since is not None:
        clock = sla.resume(BANK, clock, at)
    worked = minutes_between(BANK, FRIDAY, at)
    assert sla.spent_minutes(BANK, clock, at) + clock.paused_minutes == worked
    assert minutes_between(BANK, FRIDAY, clock.due_at) == norm + clock.paused_minutes
    assert is_working_time(BANK, clock.due_at - timedelta(microseconds=1))
