"""Calendars as they are kept: reading, and changing by who may. Where none is kept the standard
one holds, so that the bank works from the first day on.

A change holds for what is started or resumed after it; due times that were told stay.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.audit import Action, Subject, record
from crm_core.database import moment
from crm_core.errors import FieldRefused, Refused, Unknown
from crm_core.models import CalendarDay, WorkCalendarRow
from crm_core.worktime.hours import (
    Hours,
    HoursRefused,
    WorkCalendar,
    hours_text,
    parse_hours,
)

STANDARD = "standard"
"""The calendar that holds where no other is named."""

_KIND = "calendar"
_WORKDAY, _DAY_OFF = "09:00-18:00", ""
_ZONE = "Europe/Moscow"
LONGEST_NAME = 80
MOST_DAYS = 1_000


class CalendarUnknown(Unknown):
    """There is no such calendar."""

    code = "calendar_unknown"


class CalendarStale(Refused):
    """Somebody else changed the calendar meanwhile."""

    code = "stale"


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferentDay:
    """A day that differs from its week, hours as text: none on a holiday."""

    day: date
    hours: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarPlan:
    """A calendar as people edit it; `version` 0 is one that is not kept yet."""

    code: str
    zone: str = _ZONE
    week: tuple[str, ...] = (*(_WORKDAY,) * 5, _DAY_OFF, _DAY_OFF)
    days: tuple[DifferentDay, ...] = ()
    version: int = 0

    def calendar(self) -> WorkCalendar:
        """The calendar to count with. Raises FieldRefused."""
        week = tuple(_hours(f"week.{n}", text) for n, text in enumerate(self.week))
        days = {one.day: _hours(f"days.{n}", one.hours) for n, one in enumerate(self.days)}
        try:
            zone = ZoneInfo(self.zone)
        except (ZoneInfoNotFoundError, ValueError):
            raise FieldRefused("zone", "unknown") from None
        try:
            return WorkCalendar(zone=zone, week=week, days=MappingProxyType(days))
        except HoursRefused:
            raise FieldRefused("week", "no_hours") from None


async def calendar(session: AsyncSession, code: str = STANDARD) -> WorkCalendar:
    """The calendar to count with. Raises CalendarUnknown."""
    return (await plan(session, code)).calendar()


async def plan(session: AsyncSession, code: str = STANDARD) -> CalendarPlan:
    """The calendar as it is kept. Raises CalendarUnknown."""
    row = await session.get(WorkCalendarRow, code, populate_existing=True)
    if row is None:
        if code != STANDARD:
            raise CalendarUnknown
        return CalendarPlan(code=STANDARD)
    return CalendarPlan(
        code=row.code,
        zone=row.zone,
        week=tuple(row.week),
        days=await _days(session, code),
        version=row.row_version,
    )


async def plans(session: AsyncSession) -> tuple[CalendarPlan, ...]:
    """All calendars, the standard one first."""
    statement = select(WorkCalendarRow.code).order_by(WorkCalendarRow.code)
    others = [code for code in await session.scalars(statement) if code != STANDARD]
    return tuple([await plan(session, code) for code in (STANDARD, *others)])


async def keep_first(session: AsyncSession, first: CalendarPlan) -> None:
    """Keep the calendar that a new bank starts with, unless one is kept already."""
    if (await plan(session, first.code)).version == 0:
        await change(session, first, by="settings")


async def change(session: AsyncSession, changed: CalendarPlan, *, by: str) -> None:
    """Keep the calendar as it is now. `changed.version` is the one that was shown.

    Raises FieldRefused, CalendarStale.
    """
    changed.calendar()
    _check_days(changed.days)
    row = await session.get(WorkCalendarRow, changed.code, with_for_update=True)
    if (row.row_version if row else 0) != changed.version:
        raise CalendarStale
    if row is None:
        row = WorkCalendarRow(code=changed.code)
        session.add(row)
    week = [hours_text(parse_hours(text)) for text in changed.week]
    row.zone, row.week, row.updated_at, row.updated_by = changed.zone, week, moment(session), by
    await session.flush()
    await session.execute(delete(CalendarDay).where(CalendarDay.calendar == changed.code))
    session.add_all(
        CalendarDay(
            calendar=changed.code,
            day=one.day,
            hours=hours_text(parse_hours(one.hours)),
            name=one.name,
        )
        for one in changed.days
    )
    await session.flush()
    subject = Subject(kind=_KIND, id=changed.code)
    await record(session, Action.CALENDAR_CHANGED, actor=by, subject=subject, reason="")


async def _days(session: AsyncSession, code: str) -> tuple[DifferentDay, ...]:
    statement = select(CalendarDay).where(CalendarDay.calendar == code).order_by(CalendarDay.day)
    return tuple(
        DifferentDay(day=row.day, hours=row.hours, name=row.name)
        for row in await session.scalars(statement)
    )


def _check_days(days: Sequence[DifferentDay]) -> None:
    if len(days) > MOST_DAYS:
        raise FieldRefused("days", "too_many")
    seen: set[date] = set()
    for n, one in enumerate(days):
        if one.day in seen:
            raise FieldRefused(f"days.{n}", "twice")
        if len(one.name) > LONGEST_NAME:
            raise FieldRefused(f"days.{n}", "too_long")
        seen.add(one.day)


def _hours(field: str, text: str) -> Hours:
    try:
        return parse_hours(text)
    except HoursRefused:
        raise FieldRefused(field, "hours") from None
