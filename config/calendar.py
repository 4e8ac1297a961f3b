"""calendars.yaml: the business calendar that a new bank starts with."""

from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from config.files import load_yaml, place
from config.settings import SettingsInvalid
from crm_core.errors import FieldRefused
from crm_core.worktime.calendars import (
    LONGEST_NAME,
    MOST_DAYS,
    STANDARD,
    CalendarPlan,
    DifferentDay,
)

FILE = "calendars.yaml"
Hours = Annotated[str, Field(max_length=100)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Week(_Strict):
    monday: Hours
    tuesday: Hours
    wednesday: Hours
    thursday: Hours
    friday: Hours
    saturday: Hours
    sunday: Hours


class _Day(_Strict):
    day: date
    hours: Hours = ""
    name: str = Field("", max_length=LONGEST_NAME)


class _Calendar(_Strict):
    zone: str = ""
    week: _Week
    days: list[_Day] = Field(default_factory=list, max_length=MOST_DAYS)


def read_calendar(folder: Path, *, zone: str) -> CalendarPlan:
    """The calendar in the file; `zone` holds where it names none. Raises SettingsInvalid."""
    path = folder / FILE
    try:
        data = _Calendar.model_validate(load_yaml(path))
    except ValidationError as error:
        lines = [f"{path}: {place(item['loc'])}: {item['msg']}" for item in error.errors()]
        raise SettingsInvalid(lines) from error
    plan = CalendarPlan(
        code=STANDARD,
        zone=data.zone or zone,
        week=tuple(data.week.model_dump().values()),
        days=tuple(DifferentDay(**one.model_dump()) for one in data.days),
    )
    try:
        plan.calendar()
    except FieldRefused as error:
        raise SettingsInvalid([f"{path}: {error.field}: {error.problem}"]) from error
    return plan
