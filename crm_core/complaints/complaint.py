"""The values and refusals of complaints. Only shapes: no query, no rule."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from crm_core.complaints.states import OPEN, Channel, ComplaintMove, ComplaintState
from crm_core.errors import Unknown
from routing.ids import AgentId, CallId, PartyId


class ComplaintUnknown(Unknown):
    """There is no such complaint."""

    code = "complaint_unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintFacts:
    """A complaint as it is taken down. `product` is a product's code, or empty."""

    party: PartyId
    topic: str
    essence: str
    channel: Channel = Channel.CALL
    product: str = ""
    call: CallId | None = None
    owner: AgentId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Handling:
    """What is to be done to a complaint. `version` is the one that was shown.

    Resolving needs `words`, the resolution; reopening needs them too, as the reason.
    """

    move: ComplaintMove
    version: int | None = None
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """A complaint as it is shown."""

    id: str
    party: PartyId
    party_name: str
    topic: str
    product: str
    channel: Channel
    essence: str
    call: CallId | None
    owner: AgentId
    owner_name: str
    state: ComplaintState
    due_at: datetime
    resolution: str
    resolved_at: datetime | None
    told_client_at: datetime | None
    thanked: bool
    reopened: int
    created_at: datetime
    row_version: int

    def late(self, now: datetime) -> bool:
        """Whether it should have been resolved by now and is not."""
        return self.resolved_at is None and self.due_at <= now

    @property
    def open(self) -> bool:
        return self.state in OPEN


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintFilters:
    """What complaints to list; None does not filter."""

    states: Collection[ComplaintState] | None = None
    owner: AgentId | None = None
    party: PartyId | None = None
    topic: str | None = None
    late_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintPage:
    """Complaints, the first due first. `next_cursor` is opaque, None on the last page."""

    items: tuple[Complaint, ...]
    next_cursor: str | None
