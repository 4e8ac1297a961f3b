"""Notices: how a call or an agent stands after a decision, whole, for whoever shows or stores it.

A notice carries the full picture and a version, so that it can be applied twice or skipped
without harm: the greater version holds.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar, dataclass_transform

from routing.facts import Candidate, SelfService
from routing.ids import AgentId, CallId, LegId, NodeId, OfferId, QueueId, SkillId
from routing.terms import (
    Activity,
    Availability,
    Basis,
    CallState,
    Direction,
    Dismissal,
    EndReason,
    Help,
    Match,
    MonitorMode,
    NotReadyReason,
    OfferKind,
    OfferOutcome,
    PassedOver,
    PhoneKind,
    PhoneState,
    ServiceEnd,
    WrapUpMode,
)

V = TypeVar("V")


@dataclass_transform(kw_only_default=True, frozen_default=True)
def view(kind: type[V]) -> type[V]:
    """Make a dataclass that is frozen to the type checker and plain to the interpreter.

    A picture of a call has some fifty fields and is made at each of its events; a guard at every
    one of them took a fifth of the engine's time. Nobody may write to a picture all the same.
    """
    return dataclass(slots=True, kw_only=True, unsafe_hash=True)(kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Considered:
    """An agent who was weighed and not chosen. `rank` counts priority managers from 1."""

    agent: AgentId
    why: PassedOver
    rank: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolCount:
    """A queue's pool at the moment of an offer: how many agents meet the needs, by hindrance.

    `able` are all who have the skills; `busy` pairs tell why how many of them could not be rung.
    """

    queue: QueueId
    able: int
    free: int
    busy: tuple[tuple[PassedOver, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StepView:
    """A step of a call's order of preference: from when on who may be asked.

    `queue` and `needs` are of pools; `agents` of steps that name their agents.
    """

    basis: Basis
    opens_at: datetime
    queue: QueueId | None = None
    needs: tuple[tuple[SkillId, int], ...] = ()
    agents: tuple[AgentId, ...] = ()


@view
class OfferView:
    """One offer of a call, and the reasons for it."""

    offer: OfferId
    agent: AgentId
    kind: OfferKind
    basis: Basis
    rank: int | None
    made_at: datetime
    outcome: OfferOutcome
    ended_at: datetime | None
    passed_over: tuple[Considered, ...]
    pool: PoolCount | None = None
    """The pool that it came from, if it came from one."""
    waited: float = 0.0
    """Seconds that the call had waited."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """A supervisor who is or was beside the call. `mode` is the present or the last one."""

    supervisor: AgentId
    leg: LegId
    mode: MonitorMode
    asked_at: datetime
    since: datetime | None
    """When he began to hear; None while his phone rings."""
    ended_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Assistance:
    """An agent's wish for a supervisor's help, and who answers it."""

    agent: AgentId
    help: Help
    asked_at: datetime
    taken_by: AgentId | None = None
    taken_at: datetime | None = None


@view
class CallView:
    """A call as it stands. Times are aware UTC, durations are seconds."""

    call: CallId
    node: NodeId
    version: int
    state: CallState
    number: str | None
    raw_number: str
    caller_name: str
    dialled: str
    queue: QueueId
    match: Match
    candidates: tuple[Candidate, ...]
    managers: tuple[AgentId, ...]
    arrived_at: datetime
    queued_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    wrap_up_deadline: datetime | None
    wrap_up_mode: WrapUpMode
    closed_at: datetime | None
    held_since: datetime | None
    held_seconds: float
    end_reason: EndReason | None
    agent: AgentId | None
    """Who owns the call now, or who owned it last."""
    consulting: AgentId | None
    consult_connected: bool
    offers: tuple[OfferView, ...]
    transfers: int
    fell_back: bool
    direction: Direction = Direction.INBOUND
    customer_here: bool = True
    """A callback stands in line without its customer."""
    callback_of: CallId | None = None
    """The call that was left for this callback."""
    attempts: int = 0
    """How often its customer was rung."""
    not_before: datetime | None = None
    rules: tuple[str, ...] = ()
    """The rules that applied, in their order, and which version of them."""
    rules_version: str = ""
    plan: tuple[StepView, ...] = ()
    waits_for: tuple[AgentId, datetime] | None = None
    """A manager who was predicted to be free soon, and until when nobody else was asked."""
    credit: int = 0
    rate: int = 100
    callback_offered: bool = False
    dismissal: Dismissal | None = None
    language: str = ""
    listeners: tuple[Listener, ...] = ()
    """Who is and who was beside it; those who are not any more have an end."""
    assistance: Assistance | None = None
    self_service: SelfService | None = None
    """What the caller did at his keypad; None if he was never there."""
    service_end: ServiceEnd | None = None
    """How self-service let go of him; None while he is there, or if it was never told."""
    proved_at: datetime | None = None
    """Since when a PIN has proved that he is the party of `self_service`."""


@view
class AgentView:
    """An agent as he stands."""

    agent: AgentId
    version: int
    name: str
    on_shift: bool
    availability: Availability
    reason: NotReadyReason | None
    next_availability: Availability | None
    next_reason: NotReadyReason | None
    activity: Activity
    since: datetime
    """When availability or activity last changed."""
    phone: PhoneKind
    phone_state: PhoneState
    console: bool
    call: CallId | None
    offer: OfferId | None
    forced_by: AgentId | None = None
    """The supervisor who set the present availability, if one did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallChanged:
    """This is how the call stands now."""

    call: CallView


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentChanged:
    """This is how the agent stands now."""

    agent: AgentView


@dataclass(frozen=True, slots=True, kw_only=True)
class AskRefused:
    """An agent's wish could not be granted; `code` is stable, for the screen to translate."""

    agent: AgentId
    call: CallId | None
    code: str


Notice = CallChanged | AgentChanged | AskRefused
