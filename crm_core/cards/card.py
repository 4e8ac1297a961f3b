"""The values and refusals of call cards. Only shapes: no query, no rule."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crm_core.bank.terms import VerifiedHow
from crm_core.errors import Refused
from routing.ids import AgentId, CallId, NodeId, PartyId, QueueId
from routing.terms import CallState, Direction, EndReason, Match, WrapUpMode

UNKNOWN_CALLER = "unknown"
"""What an agent chooses as the caller's name when the caller did not tell it."""


class CardUnknown(Refused):
    """There is no card of this call, or not yet."""

    code = "card_unknown"


class CardNotYours(Refused):
    """The call is another agent's."""

    code = "card_not_yours"


class CardClosed(Refused):
    """A completed card is not changed any more."""

    code = "card_closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldError:
    """What is wrong with a field: missing, unknown, too_long, not_in_catalogue, no_such_field."""

    field: str
    code: str


class CardIncomplete(Refused):
    """The fields do not make a card; `errors` tell all that is wrong."""

    code = "card_incomplete"

    def __init__(self, errors: Sequence[FieldError]) -> None:
        super().__init__(", ".join(f"{error.field}: {error.code}" for error in errors))
        self.errors = tuple(errors)


class DraftStale(Refused):
    """The draft was saved from elsewhere meanwhile; `rev` is the newest."""

    code = "draft_stale"

    def __init__(self, rev: int) -> None:
        super().__init__()
        self.rev = rev


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A card, whole. `party` is the agent's choice, `suggested_party` only the number's."""

    call: CallId
    node: NodeId
    version: int
    state: CallState
    number: str | None
    raw_number: str
    network_name: str
    dialled: str
    queue: QueueId
    match: Match
    candidates: Sequence[dict[str, Any]]
    suggested_party: PartyId | None
    suggested_name: str | None
    managers: Sequence[str]
    arrived_at: datetime
    queued_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    wrap_up_deadline: datetime | None
    wrap_up_mode: WrapUpMode
    closed_at: datetime | None
    held_seconds: float
    end_reason: EndReason | None
    agent: AgentId | None
    agent_name: str | None
    offers: Sequence[dict[str, Any]]
    transfers: int
    fell_back: bool
    direction: Direction
    callback_of: CallId | None
    routing: dict[str, Any]
    self_service: dict[str, Any] | None
    ivr_path: str
    party: PartyId | None
    party_name: str | None
    caller_name: str
    topic: str
    essence: str
    disposition: str
    follow_up: str
    rev: int
    saved_at: datetime | None
    completed_at: datetime | None
    verification: int
    verified_party: PartyId | None
    verified_by: AgentId | None
    verified_at: datetime | None
    verified_how: VerifiedHow | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CardSummary:
    """A card in a list or a timeline."""

    call: CallId
    state: CallState
    number: str | None
    queue: QueueId
    match: Match
    suggested_party: PartyId | None
    suggested_name: str | None
    arrived_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    agent: AgentId | None
    agent_name: str | None
    party: PartyId | None
    party_name: str | None
    caller_name: str
    topic: str
    essence: str
    disposition: str
    completed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnfinishedCard:
    """A card whose agent ran out of time and still owes the paperwork."""

    call: CallId
    number: str | None
    caller_name: str
    ended_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CardFilters:
    """What cards to list; what is None does not filter. Times bound the arrival, [since, until)."""

    agent: AgentId | None = None
    party: PartyId | None = None
    number: str | None = None
    queue: QueueId | None = None
    state: CallState | None = None
    topic: str | None = None
    disposition: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Cards, newest first. `next_cursor` is opaque, None on the last page."""

    items: tuple[CardSummary, ...]
    next_cursor: str | None
