"""schedules.yaml: named times of opening."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field

from config.files import Code, Names, Strict, named, read_checked, twice
from config.settings import SettingsInvalid
from crm_core.errors import FieldRefused
from crm_core.worktime.hours import Hours, HoursRefused, parse_hours
from crm_core.worktime.opening import OpeningHours
from routing.ids import ScheduleId

FILE = "schedules.yaml"
_CLOSED, _USUAL = "closed", "usual"
_HoursText = Annotated[str, Field(max_length=100)]


class _Week(Strict):
    monday: _HoursText = ""
    tuesday: _HoursText = ""
    wednesday: _HoursText = ""
    thursday: _HoursText = ""
    friday: _HoursText = ""
    saturday: _HoursText = ""
    sunday: _HoursText = ""

    def hours(self) -> tuple[Hours, ...]:
        """Raises FieldRefused."""
        return tuple(_hours(f"week.{day}", text) for day, text in self.model_dump().items())


class _Day(Strict):
    day: date
    hours: _HoursText = ""


class _Schedule(Strict):
    schedule: Code
    name: Annotated[str, Field(min_length=1, max_length=80)]
    names: Names = Field(default_factory=dict)
    zone: Annotated[str, Field(max_length=64)] = ""
    week: _Week | None = None
    holidays: _HoursText = _CLOSED
    moved: _HoursText | None = None
    days: list[_Day] = Field(default_factory=list, max_length=1000)

    def opening(self) -> OpeningHours:
        """Raises FieldRefused."""
        if self.week is None and {"holidays", "moved"} & self.model_fields_set:
            raise FieldRefused("week", "holidays and moved days need one")
        return OpeningHours(
            schedule=ScheduleId(self.schedule),
            zone=_zone(self.zone),
            week=self.week.hours() if self.week else None,
            holidays=_holidays(self.holidays),
            moved=None if self.moved is None else _hours("moved", self.moved),
            days=MappingProxyType({one.day: _hours(f"{one.day}", one.hours) for one in self.days}),
        )


class _Schedules(Strict):
    schedules: list[_Schedule] = Field(default_factory=list, max_length=200)


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedules:
    """The opening hours, and their names by schedule and language ("" is the fallback)."""

    opening: tuple[OpeningHours, ...] = ()
    names: dict[str, dict[str, str]]


def read_schedules(folder: Path) -> Schedules:
    """The schedules; none without the file. Raises SettingsInvalid."""
    path = folder / FILE
    if not path.exists():
        return Schedules(names={})
    data = read_checked(path, _Schedules)
    errors = twice(path, "schedule", [one.schedule for one in data.schedules])
    opening: list[OpeningHours] = []
    for number, one in enumerate(data.schedules):
        try:
            opening.append(one.opening())
        except FieldRefused as error:
            errors.append(f"{path}: schedules.{number}.{error.field}: {error.problem}")
    if errors:
        raise SettingsInvalid(errors)
    names = {one.schedule: named(one.name, one.names) for one in data.schedules}
    return Schedules(opening=tuple(opening), names=names)


def _zone(name: str) -> ZoneInfo | None:
    if not name:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise FieldRefused("zone", "there is no such zone") from None


def _holidays(text: str) -> Hours | None:
    if text == _USUAL:
        return None
    return () if text == _CLOSED else _hours("holidays", text)


def _hours(field: str, text: str) -> Hours:
    try:
        return parse_hours(text)
    except HoursRefused:
        raise FieldRefused(field, "hours are such as 09:00-13:00, 14:00-18:00") from None
