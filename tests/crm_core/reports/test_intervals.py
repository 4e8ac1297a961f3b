"""Periods and intervals of local time, whatever is done to the clocks."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from crm_core.reports.agent_time import split
from crm_core.reports.intervals import Interval, Period, as_ms, interval_start, stretches

ZONES = ("Europe/Berlin", "Europe/Moscow", "Asia/Kathmandu", "Australia/Lord_Howe", "Asia/Beirut")
DAY = timedelta(days=1)
local_times = st.datetimes(
    datetime.fromisoformat("2020-01-01"), datetime.fromisoformat("2027-01-01")
)
days = st.dates(date(2020, 1, 1), date(2027, 1, 1))
zones = st.sampled_from(ZONES).map(ZoneInfo)


@given(first=days, length=st.integers(0, 400), zone=zones)
def test_stretches_are_the_period_and_in_each_one_offset_holds(
    first: date, length: int, zone: ZoneInfo
) -> None:
    period = Period(first=first, last=first + length * DAY, zone=zone)
    found = list(stretches(period))
    assert (found[0].start, found[-1].end) == (period.start, period.end)
    for one, following in pairwise(found):
        assert one.end == following.start and one.offset != following.offset
    for one in found:
        for at in (one.start, (one.start + (one.end - one.start) / 2), one.end - DAY / 86_400):
            assert at.astimezone(zone).utcoffset() == one.offset


def test_days_on_which_clocks_are_moved_have_23_and_25_hours() -> None:
    zone = ZoneInfo("Europe/Berlin")
    lengths = []
    for day in (date(2026, 3, 29), date(2026, 10, 25), date(2026, 10, 26)):
        period = Period(first=day, last=day, zone=zone)
        lengths.append((period.end - period.start) / timedelta(hours=1))
    assert lengths == [23, 25, 24]


def test_the_hour_that_comes_twice_is_two_hours_of_one_day() -> None:
    zone, twice = ZoneInfo("Europe/Berlin"), datetime.fromisoformat("2026-10-25T02:30")
    summer, winter = timedelta(hours=2), timedelta(hours=1)
    hours = [interval_start(twice, Interval.HOUR, offset, zone) for offset in (summer, winter)]
    assert hours == [datetime(2026, 10, 25, hour, tzinfo=UTC) for hour in (0, 1)]
    of_day = {interval_start(twice, Interval.DAY, offset, zone) for offset in (summer, winter)}
    assert of_day == {datetime(2026, 10, 24, 22, tzinfo=UTC)}


@given(at=local_times)
def test_weeks_begin_on_monday_and_months_on_the_first(at: datetime) -> None:
    zone, offset = ZoneInfo("Europe/Moscow"), timedelta(hours=3)
    week, month = (interval_start(at, one, offset, zone) for one in (Interval.WEEK, Interval.MONTH))
    assert week and month
    assert week.astimezone(zone).weekday() == 0 and month.astimezone(zone).day == 1
    assert timedelta() <= at.replace(tzinfo=zone) - week < timedelta(days=7)


@given(
    since=st.integers(10**12, 10**12 + 10**9),
    length=st.integers(0, 5 * 86_400_000),
    minutes=st.sampled_from([15, 30, 60, 1440]),
    offset=st.sampled_from([-570, 0, 180, 345]),
)
def test_a_time_that_is_split_is_the_same_time(
    since: int, length: int, minutes: int, offset: int
) -> None:
    width, shift = timedelta(minutes=minutes), timedelta(minutes=offset)
    parts = list(split(since, since + length, shift, width))
    assert sum(ms for _slot, ms in parts) == length
    slots = [slot for slot, _ms in parts]
    assert slots == list(range(slots[0], slots[0] + len(slots))) if slots else length == 0
    assert all(0 < ms <= width // timedelta(milliseconds=1) for _slot, ms in parts)


def test_milliseconds_are_those_since_1970() -> None:
    assert as_ms(datetime(1970, 1, 2, 0, 0, 0, 5_000, tzinfo=UTC)) == 86_400_005
