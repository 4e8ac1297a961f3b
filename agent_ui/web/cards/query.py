"""What may be asked for in a list of cards: the query string, validated.

A form sends empty fields for what was not chosen; they count as not given. Times without an
offset, and plain dates, are the centre's own time; a plain date as the end includes that day.
"""

from datetime import UTC, datetime, time, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from agent_ui.text import Ident
from crm_core.cards import CardFilters
from routing.ids import AgentId, PartyId, QueueId
from routing.terms import CallState

YEARS = range(1990, 2200)
LONGEST_CURSOR = 512


def given(value: Any) -> Any:
    """What a form sends, None where it was left empty."""
    return None if value == "" else value


Moment = Annotated[str, Field(max_length=40)]
OptionalIdent = Annotated[Ident | None, BeforeValidator(given)]


class CardQuery(BaseModel):
    """Filters and place of a page of cards."""

    model_config = ConfigDict(populate_by_name=True)

    agent: OptionalIdent = Field(None, description="Whose cards; an agent sees only his own")
    party: OptionalIdent = Field(None, description="Cards of this party")
    queue: OptionalIdent = Field(None, description="Calls of this queue")
    state: Annotated[CallState | None, BeforeValidator(given)] = None
    since: Annotated[Moment | None, BeforeValidator(given)] = Field(
        None, alias="from", description="Arrived at or after; ISO 8601", examples=["2026-11-24"]
    )
    until: Annotated[Moment | None, BeforeValidator(given)] = Field(
        None, alias="to", description="Arrived before; a date includes its day"
    )
    cursor: Annotated[str | None, BeforeValidator(given)] = Field(
        None, max_length=LONGEST_CURSOR, description="`next_cursor` of the page before"
    )
    limit: int = Field(50, ge=1, le=200)

    def filters(self, zone: ZoneInfo) -> CardFilters:
        """The filters for crm_core. Raises ValueError for a time that is none."""
        return CardFilters(
            agent=AgentId(self.agent) if self.agent else None,
            party=PartyId(self.party) if self.party else None,
            queue=QueueId(self.queue) if self.queue else None,
            state=self.state,
            since=moment(self.since, zone) if self.since else None,
            until=moment(self.until, zone, day=timedelta(days=1)) if self.until else None,
        )


def moment(text: str, zone: ZoneInfo, *, day: timedelta = timedelta()) -> datetime:
    """A time as UTC; `day` is added to a plain date. Raises ValueError."""
    at = datetime.fromisoformat(text)
    if at.year not in YEARS:
        raise ValueError("out of range")
    if len(text) <= len("2026-11-24"):
        at = datetime.combine(at.date() + day, time())
    if at.tzinfo is None:
        at = at.replace(tzinfo=zone)
    return at.astimezone(UTC)
