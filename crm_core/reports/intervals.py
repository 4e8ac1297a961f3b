"""A period cut into intervals of the house's own time. Pure.

Clocks are moved: a day may have 23 or 25 hours. A period is therefore first cut into stretches in
which local time is UTC and a constant; within one, intervals are plain arithmetic that a database
can do as well. Two stretches may have a part of one interval each: its figures add up.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

_SECOND = timedelta(seconds=1)
_DAY = timedelta(days=1)
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - local time, of whatever zone


class Interval(StrEnum):
    """How long an interval is; `whole` does not cut the period."""

    QUARTER = "15m"
    HALF = "30m"
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    WHOLE = "whole"


_SLOTS = {
    Interval.QUARTER: timedelta(minutes=15),
    Interval.HALF: timedelta(minutes=30),
    Interval.HOUR: timedelta(hours=1),
}
DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Whole days of the house, the last one inside."""

    first: date
    last: date
    zone: ZoneInfo

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def start(self) -> datetime:
        """When the first day begins, UTC."""
        return _midnight(self.first, self.zone)

    @property
    def end(self) -> datetime:
        """When the day after the last begins, UTC."""
        return _midnight(self.last + _DAY, self.zone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """From `start` until `end` (UTC), local time is UTC and `offset`."""

    start: datetime
    end: datetime
    offset: timedelta

    @property
    def local_start(self) -> datetime:
        """`start` in local time, without a zone."""
        return (self.start + self.offset).replace(tzinfo=None)


def slot_of(interval: Interval, *, hours: bool = False) -> timedelta:
    """The largest slot of local time that the interval is made of; `hours` asks for hours at most.

    Weeks and months are made of days.
    """
    slot = _SLOTS.get(interval, _DAY)
    return min(slot, timedelta(hours=1)) if hours else slot


def stretches(period: Period) -> Iterator[Stretch]:
    """The period, cut wherever the clocks are moved; in order, without gaps."""
    start, end = period.start, period.end
    while start < end:
        offset = _offset(start, period.zone)
        until = _next_change(start, end, period.zone)
        yield Stretch(start=start, end=until, offset=offset)
        start = until


def local_slot(slot: int, width: timedelta) -> datetime:
    """When the n-th slot since 1970 begins, in local time without a zone."""
    return _EPOCH + slot * width


def interval_start(
    at: datetime, interval: Interval, offset: timedelta, zone: ZoneInfo
) -> datetime | None:
    """When the interval of a local time begins, UTC; None of the whole period.

    The hour that comes twice when clocks are put back is two hours; a day or longer is one.
    """
    day = at.date()
    match interval:
        case Interval.WHOLE:
            return None
        case Interval.MONTH:
            return _midnight(day.replace(day=1), zone)
        case Interval.WEEK:
            return _midnight(day - at.weekday() * _DAY, zone)
        case Interval.DAY:
            return _midnight(day, zone)
        case _:
            width, midnight = _SLOTS[interval], datetime.combine(day, time())
            return (midnight + (at - midnight) // width * width - offset).replace(tzinfo=UTC)


def as_ms(at: datetime) -> int:
    """Milliseconds since 1970."""
    return round((at - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(milliseconds=1))


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _offset(at: datetime, zone: ZoneInfo) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta()


def _next_change(start: datetime, end: datetime, zone: ZoneInfo) -> datetime:
    """When the offset at `start` ends to hold, to the second, `end` at the latest.

    Looked for by days, within the day by halves: no zone moves its clocks twice a day.
    """
    offset = _offset(start, zone)
    known = start
    while known < end:
        later = min(known + _DAY, end)
        if _offset(later, zone) != offset:
            return _halved(known, later, offset, zone)
        known = later
    return end


def _halved(same: datetime, other: datetime, offset: timedelta, zone: ZoneInfo) -> datetime:
    while other - same > _SECOND:
        middle = same + (other - same) // (2 * _SECOND) * _SECOND
        if _offset(middle, zone) == offset:
            same = middle
        else:
            other = middle
    return other
