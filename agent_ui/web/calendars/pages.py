"""The business calendar: its hours, holidays and moved days, and a look at a due time."""

import re
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, Field

from agent_ui.text import LongText
from agent_ui.web.access import parts_of, signed_in_of
from agent_ui.web.cards.query import moment as read_moment
from agent_ui.web.shell import render
from crm_core.errors import FieldRefused, Refused
from crm_core.worktime.calendars import (
    STANDARD,
    CalendarPlan,
    CalendarStale,
    DifferentDay,
    change,
    plan,
)
from crm_core.worktime.hours import LONGEST_MINUTES, NoWorkingTime, add_minutes

router = APIRouter(include_in_schema=False)

_HOURS = re.compile(r"(?:\d{1,2}:\d{2}\s*[-–]\s*\d{1,2}:\d{2}\s*,?\s*)+", re.ASCII)
_Hours = Annotated[list[Annotated[str, Field(max_length=100)]], Field(min_length=7, max_length=7)]


class CalendarForm(BaseModel):
    """The calendar as it is written: hours of Monday to Sunday, and a line for each other day."""

    zone: Annotated[str, Field(max_length=64)] = ""
    week: _Hours
    days: Annotated[LongText, Field(max_length=100_000)] = ""
    version: int = 0

    def plan(self) -> CalendarPlan:
        """Raises FieldRefused."""
        days = tuple(
            _day(n, text) for n, text in enumerate(self.days.splitlines(), 1) if text.strip()
        )
        return CalendarPlan(
            code=STANDARD,
            zone=self.zone.strip(),
            week=tuple(self.week),
            days=days,
            version=self.version,
        )


@router.get("/admin/calendar")
async def show_calendar(
    request: Request,
    kept: bool = False,
    since: Annotated[str, Query(alias="from", max_length=40)] = "",
    minutes: Annotated[str, Query(max_length=7)] = "",
) -> Response:
    """The calendar; with `from` and `minutes` also when such a norm would end."""
    return await _page(request, kept=kept, since=since, minutes=minutes)


@router.post("/admin/calendar")
async def keep_calendar(request: Request, form: Annotated[CalendarForm, Form()]) -> Response:
    """Keep the calendar as it is written."""
    parts = parts_of(request)
    try:
        async with parts.db.unit_of_work() as session:
            await change(session, form.plan(), by=signed_in_of(request).employee.id)
    except FieldRefused as error:
        return await _page(request, form=form, refused=error)
    except CalendarStale as error:
        return await _page(request, refused=error)
    parts.rosters.changed()  # opening hours follow the calendar
    return RedirectResponse("/admin/calendar?kept=true", status_code=303)


async def _page(
    request: Request,
    *,
    form: CalendarForm | None = None,
    refused: Refused | None = None,
    kept: bool = False,
    since: str = "",
    minutes: str = "",
) -> Response:
    async with parts_of(request).db.reading() as session:
        held = await plan(session)
    context = {
        "form": form or _form(held),
        "refused": refused,
        "kept": kept,
        "since": since,
        "minutes": minutes,
        "due": _due(held, since, minutes),
        "asked": bool(since or minutes),
    }
    status = 200 if refused is None else 422 if isinstance(refused, FieldRefused) else 409
    return render(request, "calendars/one.html", context, status=status)


def _due(held: CalendarPlan, since: str, minutes: str) -> datetime | None:
    counted = held.calendar()
    try:
        wanted = int(minutes) if minutes.isascii() and minutes.isdigit() else LONGEST_MINUTES + 1
        return add_minutes(counted, read_moment(since, counted.zone), wanted)
    except (ValueError, NoWorkingTime):
        return None


def _form(held: CalendarPlan) -> CalendarForm:
    lines = [" ".join(filter(None, (str(one.day), one.hours, one.name))) for one in held.days]
    return CalendarForm(
        zone=held.zone, week=list(held.week), days="\n".join(lines), version=held.version
    )


def _day(n: int, text: str) -> DifferentDay:
    """A line such as "2027-01-09 10:00-15:00 moved from Friday"."""
    first, _, rest = text.strip().partition(" ")
    try:
        on = date.fromisoformat(first)
    except ValueError:
        raise FieldRefused(f"days.{n}", "not_a_day") from None
    found = _HOURS.match(rest.strip())
    hours = found.group(0).strip().rstrip(",") if found else ""
    name = rest.strip()[len(found.group(0)) if found else 0 :].strip()
    return DifferentDay(day=on, hours=hours, name=name)
