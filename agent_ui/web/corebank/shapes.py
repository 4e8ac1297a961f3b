"""The shapes of the core bank's operations."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from agent_ui.shapes import Shape
from agent_ui.text import ShortText
from crm_core.corebank.alarms import Alarm, Freshness
from crm_core.corebank.entities import BY_EVENT, LONGEST_KEY
from crm_core.corebank.inbox import Event, Result
from crm_core.corebank.names import EntityName

_Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]*$", max_length=LONGEST_KEY)]
MOST_EVENTS = 200


class EventShape(BaseModel):
    """An event of the core bank. `data` has the entity's columns as text, see the contract."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    event_id: _Name
    source: _Name
    type: Annotated[str, Field(pattern=r"^[a-z_.]+$", max_length=64, examples=[*BY_EVENT])]
    subject: Annotated[ShortText, Field(min_length=1, max_length=LONGEST_KEY)]
    subject_version: Annotated[int, Field(ge=0, lt=10**18)]
    business_date: date
    occurred_at: datetime
    schema_: Annotated[int, Field(alias="schema", examples=[1])]
    data: Annotated[dict[str, Any], Field(max_length=64)]

    def event(self) -> Event:
        """The event as the inbox takes it."""
        return Event(
            event_id=self.event_id,
            source=self.source,
            type=self.type,
            subject=self.subject,
            subject_version=self.subject_version,
            business_date=self.business_date,
            schema=self.schema_,
            data=self.data,
        )


class EventsShape(BaseModel):
    """Events in the order in which they are to be taken in."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    events: Annotated[list[EventShape], Field(min_length=1, max_length=MOST_EVENTS)]


class EventResultShape(Shape):
    """What became of an event; `reason` and `column` are codes, empty without one."""

    event_id: str
    result: Result
    reason: str
    column: str


class EventResultsShape(Shape):
    """What became of each event, in the order in which they came."""

    results: list[EventResultShape]


class BatchShape(Shape):
    """A batch; counts are rows."""

    id: str
    source: str
    batch_id: str
    entity: EntityName
    kind: str
    business_date: date
    state: str
    problem: str | None
    rows: int
    stored: int
    unchanged: int
    refused: int
    parked: int
    ended: int
    started_at: datetime
    finished_at: datetime


class BatchPageShape(Shape):
    """Batches, newest first; `next_cursor` is null on the last page."""

    items: list[BatchShape]
    next_cursor: str | None


class RowErrorShape(Shape):
    """A refused row: its line in the file, the column at fault, and why."""

    line: int
    column: str
    reason: str


class WholeBatchShape(Shape):
    """A batch with its first refused rows."""

    batch: BatchShape
    errors: list[RowErrorShape]


class ParkedShape(Shape):
    """A row that waits for its parent."""

    id: str
    source: str
    entity: EntityName
    key: str
    missing_entity: EntityName
    missing_key: str
    since: datetime
    tries: int


class ParkedPageShape(Shape):
    """Parked rows, the oldest first."""

    items: list[ParkedShape]
    next_cursor: str | None


class AlarmShape(Shape):
    """An alarm. It stands until it was cleared or acknowledged."""

    id: str
    code: str
    source: str
    entity: str
    subject: str
    detail: dict[str, str]
    raised_at: datetime
    acknowledged_at: datetime | None
    cleared_at: datetime | None
    stands: bool


class FreshnessShape(Shape):
    """How old what a source told of an entity is. `limit_seconds` null: it never ages."""

    source: str
    entity: EntityName
    told_at: datetime
    limit_seconds: int | None
    stale: bool


class StandingShape(Shape):
    """Whether dialling may trust the bank's data, and what speaks against it."""

    dialling_may_trust: bool
    alarms: list[AlarmShape]
    freshness: list[FreshnessShape]


def alarm(one: Alarm) -> AlarmShape:
    """An alarm."""
    return AlarmShape(
        id=one.id,
        code=one.code,
        source=one.about.source,
        entity=one.about.entity,
        subject=one.about.subject,
        detail=dict(one.detail),
        raised_at=one.raised_at,
        acknowledged_at=one.acknowledged_at,
        cleared_at=one.cleared_at,
        stands=one.stands,
    )


def freshness(one: Freshness) -> FreshnessShape:
    """How fresh an entity is."""
    return FreshnessShape(
        source=one.source,
        entity=one.entity,
        told_at=one.told_at,
        limit_seconds=int(one.limit.total_seconds()) if one.limit else None,
        stale=one.stale,
    )
