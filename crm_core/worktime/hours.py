"""Arithmetic with business time. Pure: a calendar and moments in, moments and minutes out.

A calendar is a week of local working hours with the days that differ from it: holidays, short days,
working days moved to a weekend. Minutes that count are minutes of these hours as a wall clock in
the calendar's zone shows them, so a night, a holiday or the hour that a change to summer time takes
away counts nothing. Moments are aware; results are UTC.

A local time that a change of the clock skips means the moment of the change; one that comes twice
means its first coming.
"""

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from crm_core.errors import Refused

DAY_MINUTES = 24 * 60
LONGEST_MINUTES = 1_000_000
"""The most business minutes that may be added at once: more than ten years of office hours."""
_HORIZON_DAYS = 36_600
_MINUTE = timedelta(minutes=1)
_DAY = timedelta(days=1)
_WEEKDAYS = 7


class HoursRefused(Refused):
    """The hours contradict themselves."""

    code = "hours_refused"


class NoWorkingTime(Refused):
    """The calendar does not work enough to ever get there."""

    code = "no_working_time"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Interval:
    """Working hours of a day, in minutes from local midnight; `ends` up to 1440 is not included.

    Raises HoursRefused.
    """

    starts: int
    ends: int

    def __post_init__(self) -> None:
        if not 0 <= self.starts < self.ends <= DAY_MINUTES:
            raise HoursRefused

    def __str__(self) -> str:
        """As people write it: 09:00-18:00."""
        return "-".join(f"{at // 60:02}:{at % 60:02}" for at in (self.starts, self.ends))


Hours = tuple[Interval, ...]
"""The hours of one day: in order, apart from each other; none on a day off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkCalendar:
    """When the bank works. `week` has the hours of Monday to Sunday, `days` those of days that
    differ: none on a holiday. Raises HoursRefused if the week has no hours or some overlap.
    """

    zone: ZoneInfo
    week: tuple[Hours, ...]
    days: Mapping[date, Hours] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        if len(self.week) != _WEEKDAYS or not any(self.week):
            raise HoursRefused
        for hours in (*self.week, *self.days.values()):
            if any(b.starts < a.ends for a, b in itertools.pairwise(hours)):
                raise HoursRefused

    def hours(self, day: date) -> Hours:
        """The working hours of a local day."""
        return self.days.get(day, self.week[day.weekday()])

    def local_day(self, at: datetime) -> date:
        """The day that the moment falls on where the calendar holds."""
        return at.astimezone(self.zone).date()


def is_working_day(calendar: WorkCalendar, day: date) -> bool:
    """Whether anybody works on the day."""
    return bool(calendar.hours(day))


def is_working_time(calendar: WorkCalendar, at: datetime) -> bool:
    """Whether the moment lies within working hours; their end does not."""
    return any(start <= at < end for start, end in _spans_of(calendar, calendar.local_day(at)))


def add_working_days(calendar: WorkCalendar, day: date, days: int) -> date:
    """The `days`-th working day after `day`; for 0 the day itself, or else the next that works.

    Raises NoWorkingTime, ValueError for a negative number.
    """
    if days < 0:
        raise ValueError("days are counted forwards only")
    left = days + (0 if days else 1)
    found = day if days else day - _DAY
    for _ in range(_HORIZON_DAYS):
        found += _DAY
        left -= is_working_day(calendar, found)
        if not left:
            return found
    raise NoWorkingTime


def add_minutes(calendar: WorkCalendar, at: datetime, minutes: int) -> datetime:
    """The first moment by which so many business minutes have passed since `at`.

    Nine hours from Monday 9:00 end on Monday 18:00 and not on Tuesday. Raises NoWorkingTime,
    ValueError for minutes below 0 or above LONGEST_MINUTES.
    """
    if not 0 <= minutes <= LONGEST_MINUTES:
        raise ValueError("minutes out of range")
    if not minutes:
        return at.astimezone(UTC)
    left = timedelta(minutes=minutes)
    for start, end in _spans(calendar, at):
        if left <= end - start:
            return start + left
        left -= end - start
    raise NoWorkingTime


def minutes_between(calendar: WorkCalendar, since: datetime, until: datetime) -> int:
    """Whole business minutes from `since` to `until`; 0 if that lies before it."""
    passed = timedelta()
    for start, end in _spans(calendar, since):
        if start >= until:
            break
        passed += min(end, until) - start
    return passed // _MINUTE


def _spans(calendar: WorkCalendar, since: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Spans of working time from the moment on, in UTC and in order."""
    moment = since.astimezone(UTC)
    day = calendar.local_day(moment)
    for n in range(_HORIZON_DAYS):
        for start, end in _spans_of(calendar, day + n * _DAY):
            if end > moment:
                yield max(start, moment), end


def _spans_of(calendar: WorkCalendar, day: date) -> list[tuple[datetime, datetime]]:
    return [
        (instant(calendar.zone, day, one.starts), instant(calendar.zone, day, one.ends))
        for one in calendar.hours(day)
    ]


def instant(zone: ZoneInfo, day: date, minute: int) -> datetime:
    """When the local clock shows the minute; see the module for the days on which it changes."""
    wall = datetime.combine(day, time()) + minute * _MINUTE
    while True:
        instant = wall.replace(tzinfo=zone).astimezone(UTC)
        if instant.astimezone(zone).replace(tzinfo=None) == wall:
            return instant
        wall += _MINUTE


def parse_hours(text: str) -> Hours:
    """Hours as people write them: "09:00-13:00, 14:00-18:00"; nothing for a day off.

    Raises HoursRefused.
    """
    parts = [part.strip() for part in text.split(",") if part.strip()]
    hours = tuple(sorted(_interval(part) for part in parts))
    if any(b.starts < a.ends for a, b in itertools.pairwise(hours)):
        raise HoursRefused
    return hours


def hours_text(hours: Hours) -> str:
    """What `parse_hours` reads back."""
    return ", ".join(str(one) for one in hours)


def _interval(text: Any) -> Interval:
    starts, _, ends = text.replace("–", "-").partition("-")
    return Interval(starts=_minute(starts.strip()), ends=_minute(ends.strip()))


def _minute(text: str) -> int:
    hour, colon, minute = text.partition(":")
    digits = f"{hour}{minute}"
    if not colon or not digits.isascii() or not digits.isdigit() or len(minute) != 2:
        raise HoursRefused
    if len(hour) > 2 or int(minute) >= 60:
        raise HoursRefused
    return int(hour) * 60 + int(minute)
