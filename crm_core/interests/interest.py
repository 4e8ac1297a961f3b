"""The values and refusals of interests, deals and needs. Only shapes: no query, no rule."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from crm_core.complaints.states import Channel
from crm_core.errors import Refused, Unknown
from crm_core.interests.states import DealMove, DealStage, InterestState
from crm_core.money import Money
from routing.ids import AgentId, CallId, PartyId


class InterestUnknown(Unknown):
    """There is no such interest."""

    code = "interest_unknown"


class DealUnknown(Unknown):
    """There is no such opportunity."""

    code = "deal_unknown"


class NeedKnown(Refused):
    """The need is noted already and still holds."""

    code = "need_known"


@dataclass(frozen=True, slots=True, kw_only=True)
class InterestFacts:
    """An interest as it is taken down. `product` is a product's code."""

    party: PartyId
    product: str
    note: str = ""
    channel: Channel = Channel.CALL
    call: CallId | None = None
    owner: AgentId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DealFacts:
    """What makes an interest an opportunity."""

    value: Money
    expected_close: date
    owner: AgentId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dealing:
    """What is to be done to an opportunity: a move, a new manager, or both."""

    move: DealMove | None = None
    owner: AgentId | None = None
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deal:
    """An opportunity as it is shown."""

    id: str
    value: Money
    stage: DealStage
    owner: AgentId
    owner_name: str
    expected_close: date
    row_version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Interest:
    """An interest as it is shown, with its opportunity if it has one."""

    id: str
    party: PartyId
    party_name: str
    product: str
    channel: Channel
    note: str
    call: CallId | None
    state: InterestState
    owner: AgentId
    owner_name: str
    created_at: datetime
    row_version: int
    deal: Deal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class InterestFilters:
    """What interests to list; None does not filter."""

    states: Collection[InterestState] | None = None
    owner: AgentId | None = None
    party: PartyId | None = None
    product: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InterestPage:
    """Interests, newest first. `next_cursor` is opaque, None on the last page."""

    items: tuple[Interest, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """A need that holds, and by what it is known."""

    id: str
    code: str
    evidence: str
    call: CallId | None
    noted_at: datetime
