"""What forms of this part have in common: dates of the centre, and what was refused."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import Form, Request

from agent_ui.web.access import parts_of
from agent_ui.web.cards.query import moment
from crm_core.errors import FieldRefused, Refused

DateText = Annotated[str, Form(max_length=40)]
IdText = Annotated[str, Form(max_length=128)]
WordText = Annotated[str, Form(max_length=200)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What was refused: the field, if it was one, and the code of the reason."""

    field: str
    code: str


def problem_of(error: Refused) -> Problem:
    """The problem to show beside the form."""
    if isinstance(error, FieldRefused):
        return Problem(field=error.field, code=error.problem)
    return Problem(field="", code=error.code)


def time_of(request: Request, text: str, field: str) -> datetime | None:
    """A time or day of the centre as UTC; None for no text. Raises FieldRefused."""
    if not text.strip():
        return None
    try:
        return moment(text.strip(), zone_of(request))
    except ValueError:
        raise FieldRefused(field, "no_date") from None


def today_of(request: Request) -> date:
    """The day by the clock on the centre's wall."""
    return parts_of(request).clock.now().astimezone(zone_of(request)).date()


def zone_of(request: Request) -> ZoneInfo:
    """The centre's time zone."""
    return ZoneInfo(parts_of(request).options.timezone)
