"""Business time: what is added is what lies between, whatever nights, holidays and clocks do."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from crm_core.worktime.hours import (
    DAY_MINUTES,
    HoursRefused,
    Interval,
    NoWorkingTime,
    WorkCalendar,
    add_minutes,
    add_working_days,
    hours_text,
    is_working_day,
    is_working_time,
    minutes_between,
    parse_hours,
)

BERLIN = ZoneInfo("Europe/Berlin")
MOSCOW = ZoneInfo("Europe/Moscow")
OFFICE = parse_hours("09:00-13:00, 14:00-18:00")
WEEK = (OFFICE, OFFICE, OFFICE, OFFICE, OFFICE, (), ())
HOLIDAY = date(2026, 3, 9)
MOVED = date(2026, 3, 14)
BANK = WorkCalendar(zone=MOSCOW, week=WEEK, days={HOLIDAY: (), MOVED: parse_hours("10:00-15:00")})
AROUND = WorkCalendar(zone=BERLIN, week=(parse_hours("00:00-24:00"),) * 7)


def moscow(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=MOSCOW)


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("since", "minutes", "until"),
    [
        ("2026-03-02T09:00", 60, "2026-03-02T10:00"),
        ("2026-03-02T12:30", 60, "2026-03-02T14:30"),
        ("2026-03-02T09:00", 480, "2026-03-02T18:00"),
        ("2026-03-02T09:00", 481, "2026-03-03T09:01"),
        ("2026-03-02T22:00", 1, "2026-03-03T09:01"),
        ("2026-03-06T17:30", 60, "2026-03-10T09:30"),  # a weekend and a holiday on Monday
        ("2026-03-13T17:30", 60, "2026-03-14T10:30"),  # a Saturday that works
        ("2026-03-02T10:15", 0, "2026-03-02T10:15"),
    ],
)
def test_minutes_pass_while_the_bank_works(since: str, minutes: int, until: str) -> None:
    assert add_minutes(BANK, moscow(since), minutes) == moscow(until)
    assert minutes_between(BANK, moscow(since), moscow(until)) == minutes


def test_nothing_passes_at_night_on_holidays_and_backwards() -> None:
    assert minutes_between(BANK, moscow("2026-03-02T18:00"), moscow("2026-03-03T09:00")) == 0
    assert minutes_between(BANK, moscow("2026-03-09T00:00"), moscow("2026-03-10T00:00")) == 0
    assert minutes_between(BANK, moscow("2026-03-03T12:00"), moscow("2026-03-02T12:00")) == 0


def test_an_hour_that_the_clock_skips_does_not_count_and_one_that_comes_twice_does() -> None:
    spring = minutes_between(AROUND, berlin("2026-03-29T00:00"), berlin("2026-03-30T00:00"))
    autumn = minutes_between(AROUND, berlin("2026-10-25T00:00"), berlin("2026-10-26T00:00"))
    assert (spring, autumn) == (23 * 60, 25 * 60)


def test_hours_stay_local_on_both_sides_of_a_change_of_the_clock() -> None:
    office = WorkCalendar(zone=BERLIN, week=(OFFICE,) * 7)
    assert add_minutes(office, berlin("2026-03-28T17:00"), 120) == berlin("2026-03-29T10:00")
    assert add_minutes(office, berlin("2026-10-24T17:00"), 120) == berlin("2026-10-25T10:00")


def test_hours_that_begin_within_the_skipped_hour_begin_when_the_clock_has_changed() -> None:
    early = WorkCalendar(zone=BERLIN, week=(parse_hours("02:30-04:00"),) * 7)
    changed = datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
    assert not is_working_time(early, changed - timedelta(minutes=1))
    assert add_minutes(early, berlin("2026-03-29T00:00"), 60) == changed + timedelta(hours=1)


def test_working_days_are_counted_over_holidays_and_moved_days() -> None:
    assert add_working_days(BANK, date(2026, 3, 6), 1) == date(2026, 3, 10)
    assert add_working_days(BANK, date(2026, 3, 13), 1) == MOVED
    assert add_working_days(BANK, HOLIDAY, 0) == date(2026, 3, 10)
    assert add_working_days(BANK, date(2026, 3, 10), 0) == date(2026, 3, 10)
    assert not is_working_day(BANK, HOLIDAY)
    assert is_working_day(BANK, MOVED)


def test_a_calendar_that_never_works_is_refused_and_a_sparse_one_says_so() -> None:
    with pytest.raises(HoursRefused):
        WorkCalendar(zone=MOSCOW, week=((),) * 7)
    sparse = WorkCalendar(zone=MOSCOW, week=(parse_hours("09:00-09:01"), *((),) * 6))
    with pytest.raises(NoWorkingTime):
        add_minutes(sparse, moscow("2026-03-02T09:00"), 100_000)


@pytest.mark.parametrize(
    "text", ["9", "09:00", "18:00-09:00", "09:00-25:00", "09:00-12:00, 11:00-13:00", "a:b-c:d"]
)
def test_hours_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(HoursRefused):
        parse_hours(text)


def test_hours_read_back_what_they_write() -> None:
    assert hours_text(parse_hours("14:00–18:00,9:00-13:00")) == "09:00-13:00, 14:00-18:00"
    assert parse_hours("") == ()


# ── Properties ──────────────────────────────────────────────────────────────────────────────

_ZONES = ("Europe/Berlin", "Europe/Moscow", "America/St_Johns", "Australia/Lord_Howe", "UTC")
_START = datetime(2026, 1, 1, tzinfo=UTC)
_YEAR_MINUTES = 366 * DAY_MINUTES


@st.composite
def day_hours(draw: st.DrawFn) -> tuple[Interval, ...]:
    marks = sorted(draw(st.sets(st.integers(0, DAY_MINUTES), max_size=6)))
    pairs = zip(marks[::2], marks[1::2], strict=False)
    return tuple(Interval(starts=a, ends=b) for a, b in pairs)


@st.composite
def calendars(draw: st.DrawFn) -> WorkCalendar:
    week = tuple(draw(day_hours()) for _ in range(7))
    assume(sum(one.ends - one.starts for hours in week for one in hours) >= 120)
    days = st.dates(date(2026, 1, 1), date(2026, 12, 31))
    others = draw(st.dictionaries(days, day_hours(), max_size=5))
    return WorkCalendar(zone=ZoneInfo(draw(st.sampled_from(_ZONES))), week=week, days=others)


moments = st.integers(0, _YEAR_MINUTES * 60).map(
    lambda seconds: _START + timedelta(seconds=seconds)
)


@given(calendars(), moments, st.integers(0, 3_000))
def test_what_is_added_lies_between(calendar: WorkCalendar, at: datetime, minutes: int) -> None:
    assert minutes_between(calendar, at, add_minutes(calendar, at, minutes)) == minutes


@given(calendars(), moments, st.integers(0, 1_500), st.integers(0, 1_500))
def test_adding_twice_is_adding_the_sum(
    calendar: WorkCalendar, at: datetime, first: int, second: int
) -> None:
    once = add_minutes(calendar, at, first + second)
    assert add_minutes(calendar, add_minutes(calendar, at, first), second) == once


@given(calendars(), moments, moments, st.integers(0, 3_000))
def test_whoever_begins_later_ends_no_earlier(
    calendar: WorkCalendar, a: datetime, b: datetime, minutes: int
) -> None:
    early, late = sorted((a, b))
    assert add_minutes(calendar, early, minutes) <= add_minutes(calendar, late, minutes)


@given(calendars(), moments, st.integers(1, 3_000))
def test_business_minutes_are_never_faster_than_the_clock_and_end_while_working(
    calendar: WorkCalendar, at: datetime, minutes: int
) -> None:
    end = add_minutes(calendar, at, minutes)
    assert end - at >= timedelta(minutes=minutes)
    assert is_working_time(calendar, end - timedelta(microseconds=1))
