"""Opening hours: holidays, moved days and days of their own, and spans that no clock upsets."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_core.worktime.hours import DAY_MINUTES, Hours, Interval, WorkCalendar, parse_hours
from crm_core.worktime.opening import DAYS_AHEAD, OpeningHours, schedule
from routing.ids import ScheduleId

MOSCOW = ZoneInfo("Europe/Moscow")
OFFICE = parse_hours("09:00-18:00")
HOLIDAY = date(2026, 3, 9)
"""A Monday."""
MOVED = date(2026, 3, 14)
"""A Saturday on which the bank works."""
SHORT = date(2026, 3, 13)
BANK = WorkCalendar(
    zone=MOSCOW,
    week=(*(OFFICE,) * 5, (), ()),
    days={HOLIDAY: (), MOVED: parse_hours("10:00-15:00"), SHORT: parse_hours("09:00-17:00")},
)
EVENING = (*(parse_hours("18:00-22:00"),) * 5, (), parse_hours("12:00-14:00"))
SUNDAY = date(2026, 3, 15)
NAME = ScheduleId("evening")
SINCE = datetime(2026, 3, 8, 21, 30, tzinfo=UTC)
"""Half past midnight of the holiday, in Moscow."""


def opening(**changes: object) -> OpeningHours:
    return OpeningHours(schedule=NAME, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("hours", "day", "expected"),
    [
        (opening(), HOLIDAY, ""),
        (opening(), MOVED, "10:00-15:00"),
        (opening(), SHORT, "09:00-17:00"),
        (opening(week=EVENING), date(2026, 3, 10), "18:00-22:00"),
        (opening(week=EVENING), HOLIDAY, ""),
        (opening(week=EVENING, holidays=None), HOLIDAY, "18:00-22:00"),
        (opening(week=EVENING, holidays=parse_hours("10:00-11:00")), HOLIDAY, "10:00-11:00"),
        (opening(week=EVENING), MOVED, "18:00-22:00"),
        (opening(week=EVENING, moved=parse_hours("16:00-17:00")), MOVED, "16:00-17:00"),
        (opening(week=EVENING), SHORT, "18:00-22:00"),
        (opening(week=EVENING), SUNDAY, "12:00-14:00"),
        (opening(week=EVENING, days={HOLIDAY: OFFICE}), HOLIDAY, "09:00-18:00"),
        (opening(days={MOVED: ()}), MOVED, ""),
    ],
)
def test_a_day_has_its_hours(hours: OpeningHours, day: date, expected: str) -> None:
    assert hours.hours(day, BANK) == parse_hours(expected)


def test_spans_are_utc_and_begin_with_today() -> None:
    spans = schedule(opening(week=EVENING), BANK, SINCE).spans
    assert spans[0] == (
        datetime(2026, 3, 10, 15, 0, tzinfo=UTC),
        datetime(2026, 3, 10, 19, 0, tzinfo=UTC),
    )
    assert schedule(opening(week=EVENING), BANK, SINCE + timedelta(hours=23)).spans == spans


def test_what_touches_over_midnight_is_one_span() -> None:
    always = opening(week=(parse_hours("00:00-24:00"),) * 7, holidays=None)
    ((start, end),) = schedule(always, BANK, SINCE).spans
    assert start == datetime(2026, 3, 8, 21, 0, tzinfo=UTC)
    assert end - start == timedelta(days=DAYS_AHEAD)


def test_a_zone_of_its_own_goes_before_the_calendar_s() -> None:
    far = opening(week=(OFFICE,) * 7, holidays=None, zone=ZoneInfo("Asia/Vladivostok"))
    assert schedule(far, BANK, SINCE).spans[0][0] == datetime(2026, 3, 8, 23, 0, tzinfo=UTC)


# ── Against somebody who watches the clock on the wall, minute by minute ────────────────────

CHANGES = {
    "Europe/Berlin": [date(2026, 3, 29), date(2026, 10, 25)],
    "America/Havana": [date(2026, 3, 8), date(2026, 11, 1)],
    "Africa/Cairo": [date(2026, 4, 24), date(2026, 10, 30)],
    "Australia/Lord_Howe": [date(2026, 4, 5), date(2026, 10, 4)],
    "Europe/Moscow": [date(2026, 6, 1)],
}
"""Zones with days on which their clocks change: at 2 and 3, at midnight, by half an hour, never."""
WATCHED_DAYS = 4
MINUTE = timedelta(minutes=1)


@st.composite
def hours_of_a_day(draw: st.DrawFn) -> Hours:
    edges = sorted(draw(st.sets(st.integers(0, DAY_MINUTES // 15), max_size=4)))
    pairs = zip(edges[::2], edges[1::2], strict=False)
    return tuple(Interval(starts=15 * start, ends=15 * end) for start, end in pairs)


@given(
    where=st.sampled_from([(zone, day) for zone, days in CHANGES.items() for day in days]),
    before=st.integers(0, 2),
    week=st.tuples(*[hours_of_a_day()] * 7),
    override=st.none() | hours_of_a_day(),
)
@settings(max_examples=40, deadline=None)
def test_spans_agree_with_the_clock_on_the_wall(
    where: tuple[str, date], before: int, week: tuple[Hours, ...], override: Hours | None
) -> None:
    zone, changes_on = ZoneInfo(where[0]), where[1]
    days = {} if override is None else {changes_on: override}
    hours = OpeningHours(schedule=NAME, zone=zone, week=week, holidays=None, days=days)
    bank = WorkCalendar(zone=zone, week=(OFFICE,) * 7)
    first = changes_on - timedelta(days=before)
    noon = datetime(first.year, first.month, first.day, 12, tzinfo=zone)
    found = schedule(hours, bank, noon)
    watched = list(_watched(hours, bank, zone, first))
    assert [at for at, is_open in watched if found.holds(at) != is_open] == []
    assert len(watched) > (WATCHED_DAYS - 1) * DAY_MINUTES
    edges = [edge for span in found.spans for edge in span]
    assert edges == sorted(set(edges))


def _watched(
    hours: OpeningHours, bank: WorkCalendar, zone: ZoneInfo, first: date
) -> Iterator[tuple[datetime, bool]]:
    """Each minute of some days, with whether somebody who opens and closes by the clock is open.

    He opens when the clock first shows the hour or has jumped over it, and closes likewise.
    """
    days = [first + timedelta(days=n) for n in range(WATCHED_DAYS)]
    edges = [
        (day, minute, opens)
        for day in days
        for one in hours.hours(day, bank)
        for minute, opens in ((one.starts, True), (one.ends, False))
    ]
    latest, is_open = (date.min, 0), False
    midnight = datetime(first.year, first.month, first.day, tzinfo=UTC)
    for n in range(-DAY_MINUTES, (WATCHED_DAYS + 1) * DAY_MINUTES):
        at = midnight + n * MINUTE
        local = at.astimezone(zone)
        latest = max(latest, (local.date(), 60 * local.hour + local.minute))
        while edges and edges[0][:2] <= latest:
            is_open = edges.pop(0)[2]
        if local.date() in days and latest[0] in days:
            yield at, is_open
