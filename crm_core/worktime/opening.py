"""Opening hours: named times such as "office", and the moments at which they hold.

A schedule has a week of its own, or follows the bank's calendar altogether. From that calendar it
takes its holidays and the working days that are moved to a day of rest; days of its own come before
everything else. Routing knows no time zones, so a schedule is handed to it as spans of aware UTC
for some weeks to come. Pure; local times that a change of the clock skips or repeats are read as
`crm_core.worktime.hours` reads them.
"""

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from crm_core.worktime.hours import Hours, WorkCalendar, instant
from routing.ids import ScheduleId
from routing.roster import Schedule

DAYS_AHEAD = 35
"""For how many days, today included, spans are worked out."""
_DAY = timedelta(days=1)

Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningHours:
    """A schedule as it is configured.

    `week` has the hours of Monday to Sunday; without it the calendar's own hours hold. `holidays`
    are the hours of a day on which the bank rests though its week would have it work, `moved` those
    of a day on which it works though its week would have it rest; None makes the first a day like
    any other, the second a Monday. `days` differ from all of that.
    """

    schedule: ScheduleId
    zone: ZoneInfo | None = None
    """Without one it is the calendar's."""
    week: tuple[Hours, ...] | None = None
    holidays: Hours | None = ()
    moved: Hours | None = None
    days: Mapping[date, Hours] = field(default_factory=lambda: MappingProxyType({}))

    def hours(self, day: date, calendar: WorkCalendar) -> Hours:
        """The hours of a local day."""
        if day in self.days:
            return self.days[day]
        if self.week is None:
            return calendar.hours(day)
        works, usually = calendar.hours(day), calendar.week[day.weekday()]
        if usually and not works and self.holidays is not None:
            return self.holidays
        if works and not usually:
            return self.week[0] if self.moved is None else self.moved
        return self.week[day.weekday()]


def schedule(opening: OpeningHours, calendar: WorkCalendar, since: datetime) -> Schedule:
    """The spans from the local day of `since` on, for DAYS_AHEAD days; the same all day long."""
    zone = opening.zone or calendar.zone
    first = since.astimezone(zone).date()
    days = (first + n * _DAY for n in range(DAYS_AHEAD))
    spans = itertools.chain.from_iterable(
        _spans(zone, day, opening.hours(day, calendar)) for day in days
    )
    return Schedule(schedule=opening.schedule, spans=tuple(_joined(spans)))


def _spans(zone: ZoneInfo, day: date, hours: Hours) -> Iterator[Span]:
    for one in hours:
        yield instant(zone, day, one.starts), instant(zone, day, one.ends)


def _joined(spans: Iterator[Span]) -> Iterator[Span]:
    """The spans without empty ones; those that touch, as over midnight, are one."""
    pending: Span | None = None
    for start, end in spans:
        if start >= end:
            continue
        if pending is not None and pending[1] >= start:
            pending = (pending[0], max(pending[1], end))
            continue
        if pending is not None:
            yield pending
        pending = (start, end)
    if pending is not None:
        yield pending
