"""What may be asked of reports: the query string, validated and made a question.

A form sends empty fields for what was not chosen; they count as not given. Days are the centre's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from fastapi import Request
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from agent_ui.web.access import parts_of
from agent_ui.web.bonds.forms import today_of, zone_of
from agent_ui.web.cards.query import YEARS, OptionalIdent, given
from crm_core.errors import FieldRefused
from crm_core.reports.asking import Grouping, Question
from crm_core.reports.intervals import Interval, Period
from crm_core.reports.measures import ServiceLevel
from routing.ids import AgentId, QueueId

SHOWN_DAYS = timedelta(days=6)
"""How far back the period reaches if nobody says otherwise: a week with today."""

GROUPINGS = tuple(one for one in Grouping if one is not Grouping.WEEK_HOUR)

_Day = Annotated[str | None, Field(max_length=40), BeforeValidator(given)]


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """What a query does not say: the house's time, its day, its queues' settings."""

    zone: ZoneInfo
    today: date
    levels: Mapping[QueueId, ServiceLevel]


class DaysQuery(BaseModel):
    """A period of whole days."""

    model_config = ConfigDict(populate_by_name=True)

    first: _Day = Field(None, alias="from", description="The first day; a week ago by default")
    last: _Day = Field(None, alias="to", description="The last day, inside; today by default")

    def period(self, house: House) -> Period:
        """Raises FieldRefused for what is no day."""
        last = _day("to", self.last, house.today)
        return Period(first=_day("from", self.first, last - SHOWN_DAYS), last=last, zone=house.zone)


class PeriodQuery(DaysQuery):
    """A period and filters."""

    queue: OptionalIdent = Field(None, description="Contacts of this queue alone")
    agent: OptionalIdent = Field(None, description="Contacts and time of this agent alone")
    team: OptionalIdent = Field(None, description="Those of the agents of this team")

    def asked(self, house: House, interval: Interval, grouping: Grouping) -> Question:
        """The question. Raises FieldRefused."""
        return Question(
            period=self.period(house),
            interval=interval,
            grouping=grouping,
            queue=QueueId(self.queue) if self.queue else None,
            agent=AgentId(self.agent) if self.agent else None,
            team=self.team,
            levels=house.levels,
        )


class ReportQuery(PeriodQuery):
    """A report by interval."""

    interval: Interval = Field(Interval.DAY, description="Into what the period is cut")
    grouping: Grouping = Field(
        Grouping.NONE, alias="group", description="What is told apart within an interval"
    )

    def question(self, house: House) -> Question:
        """Raises FieldRefused."""
        return self.asked(house, self.interval, self.grouping)


class HeatQuery(PeriodQuery):
    """A heat map by weekday and hour."""

    show: Literal["contacts", "service_level"] = "contacts"

    def question(self, house: House) -> Question:
        """Raises FieldRefused."""
        return self.asked(house, Interval.WHOLE, Grouping.WEEK_HOUR)


def house_of(request: Request) -> House:
    """The house that serves this request."""
    return House(
        zone=zone_of(request),
        today=today_of(request),
        levels=parts_of(request).service_levels,
    )


def _day(field: str, text: str | None, usual: date) -> date:
    if text is None:
        return usual
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise FieldRefused(field, "no_date") from None
    if day.year not in YEARS:
        raise FieldRefused(field, "no_date")
    return day
