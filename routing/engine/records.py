"""The engine's own records of calls, offers and agents. Mutable, and owned by the engine alone.

What leaves the engine is a view (`routing.notices`), frozen at that moment. Records are plain
data that the journal's checkpoint can write and read back.
"""

from dataclasses import dataclass, field
from datetime import datetime

from routing.calls import CallEvent, after
from routing.engine.listeners import Beside
from routing.facts import Candidate, SelfService
from routing.ids import (
    AgentId,
    CallId,
    CommandId,
    FlowId,
    LegId,
    NodeId,
    OfferId,
    PartyId,
    QueueId,
    SkillId,
)
from routing.notices import (
    AgentView,
    Assistance,
    CallView,
    Considered,
    OfferView,
    PoolCount,
    StepView,
)
from routing.roster import EVEN, CallbackOffer, Priority
from routing.terms import (
    Activity,
    Availability,
    Basis,
    CallState,
    Direction,
    Dismissal,
    EndReason,
    Match,
    NotReadyReason,
    NumberClass,
    OfferKind,
    OfferOutcome,
    PhoneKind,
    PhoneState,
    ServiceEnd,
    WrapUpMode,
)

BY_NUMBER = 1
"""The level of a party whom the caller's number alone suggests; a PIN's is higher."""

NEW_TALK = frozenset({OfferKind.CALL, OfferKind.CALLBACK})
"""Offers that bring a customer to an agent, who is free again if they fail."""


@dataclass(slots=True, kw_only=True)
class Offer:
    """One ringing of one agent: a reservation with a lease."""

    offer: OfferId
    agent: AgentId
    kind: OfferKind
    basis: Basis
    rank: int | None
    made_at: datetime
    expires_at: datetime
    passed_over: tuple[Considered, ...]
    pool: PoolCount | None = None
    waited: float = 0.0
    """Seconds that the call had waited when it was made."""
    command: CommandId | None = None
    """The command that rings it."""
    outcome: OfferOutcome = OfferOutcome.OPEN
    ended_at: datetime | None = None
    inferred: bool = False
    """Its outcome was concluded from other news; its own news, if it comes, corrects it."""

    def view(self) -> OfferView:
        return OfferView(
            offer=self.offer,
            agent=self.agent,
            kind=self.kind,
            basis=self.basis,
            rank=self.rank,
            made_at=self.made_at,
            outcome=self.outcome,
            ended_at=self.ended_at,
            passed_over=self.passed_over,
            pool=self.pool,
            waited=self.waited,
        )


@dataclass(slots=True, kw_only=True)
class Consult:
    """A colleague who is asked while the customer is held."""

    offer: OfferId
    agent: AgentId
    leg: LegId | None = None
    connected: bool = False
    completing: bool = False


@dataclass(slots=True, kw_only=True)
class Call:
    """A call from its first event until it is forgotten."""

    call: CallId
    node: NodeId
    customer: LegId
    number: str | None
    raw_number: str
    caller_name: str
    dialled: str
    queue: QueueId
    arrived_at: datetime
    queued_at: datetime
    wrap_up_mode: WrapUpMode
    match: Match = Match.UNKNOWN
    state: CallState = CallState.NEW
    version: int = 0
    identify_by: datetime | None = None
    candidates: tuple[Candidate, ...] = ()
    managers: tuple[AgentId, ...] = ()
    offers: list[Offer] = field(default_factory=list)
    passed: set[AgentId] = field(default_factory=set)
    """Agents who missed or refused it in this round."""
    handed_over_by: set[AgentId] = field(default_factory=set)
    """Agents who gave it away; it does not come back to them from a pool."""
    target: AgentId | None = None
    """Whom a blind transfer names; served before anyone else, once."""
    round_ends_at: datetime | None = None
    front: bool = False
    """It was being served already: it stands before all who wait."""
    agent: AgentId | None = None
    leg: LegId | None = None
    consult: Consult | None = None
    recover_until: datetime | None = None
    answered_at: datetime | None = None
    talking_since: datetime | None = None
    held_since: datetime | None = None
    held_seconds: float = 0.0
    hold_concluded: tuple[datetime, datetime] | None = None
    """A hold whose end was concluded from another's, and may be corrected by its own news."""
    ended_at: datetime | None = None
    closed_at: datetime | None = None
    ending: EndReason | None = None
    end_reason: EndReason | None = None
    card_complete: bool = False
    wrap_up_deadline: datetime | None = None
    extensions: int = 0
    transfers: int = 0
    fell_back: bool = False
    number_class: NumberClass = NumberClass.UNKNOWN
    language: str = ""
    ivr_path: str = ""
    rules: tuple[str, ...] = ()
    rules_version: str = ""
    plan: tuple[StepView, ...] = ()
    claim: Priority = EVEN
    waits_for: tuple[AgentId, datetime] | None = None
    leave_by: datetime | None = None
    """When it has waited too long."""
    tell_at: datetime | None = None
    """When its caller is told something next."""
    tell_every: int | None = None
    music: str = ""
    welcome: bool = False
    """He is to be welcomed before he is told anything else."""
    tell_due: bool = False
    telling: CommandId | None = None
    """The last command that told him something: that it is refused concerns nobody."""
    told: int = 0
    """How often his waiting was interrupted by words or another music."""
    callback: CallbackOffer | None = None
    callback_offered: bool = False
    dismissal: Dismissal | None = None
    direction: Direction = Direction.INBOUND
    customer_here: bool = True
    """Its customer is on the line; a callback stands in line without him."""
    callback_of: CallId | None = None
    attempts: int = 0
    not_before: datetime | None = None
    """A callback is not tried again before."""
    beside: list[Beside] = field(default_factory=list)
    """Supervisors' legs, also those that are gone."""
    assistance: Assistance | None = None
    flow: FlowId | None = None
    """The self-service that it began with."""
    serving: CommandId | None = None
    """The command that brings him to his keypad, and when it was given."""
    sent_at: datetime | None = None
    serve_by: datetime | None = None
    """Without news of him until then, self-service is over for him."""
    self_service: SelfService | None = None
    pictured_at: datetime | None = None
    proved_at: datetime | None = None
    """Since when a PIN has proved who he is."""
    service_end: ServiceEnd | None = None
    for_person: bool = False
    """He has left his keypad for a person; `queued_at` is when."""
    wished: QueueId | None = None
    """The queue, and the agent, that the flow asks for."""
    asked_for: AgentId | None = None

    def move(self, event: CallEvent) -> None:
        """Go to the next state by the table. Raises KeyError where it has no such move."""
        self.state = after(self.state, event)

    def proved_party(self) -> PartyId | None:
        """Return who the caller is, if a PIN has proved it."""
        service = self.self_service
        return service.party if service is not None and service.level > BY_NUMBER else None

    def is_unserved(self) -> bool:
        """Tell whether it waits and nothing has come of it: what is learned may still steer it."""
        waits = self.state is CallState.QUEUED and self.dismissal is None
        return waits and not self.offers and not self.transfers

    def open_offer(self) -> Offer | None:
        """Return the offer that rings now. There is at most one, and it is the last."""
        if self.offers and self.offers[-1].outcome is OfferOutcome.OPEN:
            return self.offers[-1]
        return None

    def view(self) -> CallView:
        return CallView(
            call=self.call,
            node=self.node,
            version=self.version,
            state=self.state,
            number=self.number,
            raw_number=self.raw_number,
            caller_name=self.caller_name,
            dialled=self.dialled,
            queue=self.queue,
            match=self.match,
            candidates=self.candidates,
            managers=self.managers,
            arrived_at=self.arrived_at,
            queued_at=self.queued_at,
            answered_at=self.answered_at,
            ended_at=self.ended_at,
            wrap_up_deadline=self.wrap_up_deadline,
            wrap_up_mode=self.wrap_up_mode,
            closed_at=self.closed_at,
            held_since=self.held_since,
            held_seconds=self.held_seconds,
            end_reason=self.end_reason,
            agent=self.agent,
            consulting=self.consult.agent if self.consult else None,
            consult_connected=self.consult.connected if self.consult else False,
            offers=tuple(offer.view() for offer in self.offers),
            transfers=self.transfers,
            fell_back=self.fell_back,
            direction=self.direction,
            customer_here=self.customer_here,
            callback_of=self.callback_of,
            attempts=self.attempts,
            not_before=self.not_before,
            rules=self.rules,
            rules_version=self.rules_version,
            plan=self.plan,
            waits_for=self.waits_for,
            credit=self.claim.credit,
            rate=self.claim.rate,
            callback_offered=self.callback_offered,
            dismissal=self.dismissal,
            language=self.language,
            listeners=tuple(beside.view() for beside in self.beside),
            assistance=self.assistance,
            self_service=self.self_service,
            service_end=self.service_end,
            proved_at=self.proved_at,
        )


@dataclass(slots=True, kw_only=True)
class Agent:
    """An agent, present or not."""

    agent: AgentId
    name: str
    queues: tuple[QueueId, ...]
    since: datetime
    skills: dict[SkillId, int] = field(default_factory=dict)
    version: int = 0
    on_shift: bool = False
    availability: Availability = Availability.OFFLINE
    reason: NotReadyReason | None = None
    chosen_at: datetime | None = None
    next_availability: Availability | None = None
    next_reason: NotReadyReason | None = None
    activity: Activity = Activity.IDLE
    phone: PhoneKind = PhoneKind.BROWSER
    phone_state: PhoneState = PhoneState.UNREACHABLE
    phone_seen_at: datetime | None = None
    console: bool = False
    console_seen_at: datetime | None = None
    console_lost_at: datetime | None = None
    call: CallId | None = None
    offer: OfferId | None = None
    forced_by: AgentId | None = None
    """The supervisor who set the present availability, if one did; likewise the next one."""
    next_forced_by: AgentId | None = None

    def view(self) -> AgentView:
        return AgentView(
            agent=self.agent,
            version=self.version,
            name=self.name,
            on_shift=self.on_shift,
            availability=self.availability,
            reason=self.reason,
            next_availability=self.next_availability,
            next_reason=self.next_reason,
            activity=self.activity,
            since=self.since,
            phone=self.phone,
            phone_state=self.phone_state,
            console=self.console,
            call=self.call,
            offer=self.offer,
            forced_by=self.forced_by,
        )
