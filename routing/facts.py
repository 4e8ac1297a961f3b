"""Facts: what happened, in the past tense, with its time and an id that is its own.

The same fact may arrive twice or late; the engine takes it once. Facts are all that the engine
ever learns: what is not in a fact does not exist for it. Times are aware UTC.
"""

from dataclasses import dataclass
from datetime import datetime

from routing.ids import AgentId, CallId, CommandId, FactId, LegId, NodeId, OfferId, PartyId, QueueId
from routing.roster import Roster
from routing.terms import (
    Availability,
    CommandOutcome,
    EndReason,
    Help,
    LegEnd,
    MonitorMode,
    NotReadyReason,
    NumberClass,
    OfferOutcome,
    PhoneKind,
    PhoneState,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """The base of all facts: `id` is unique and stable over repetition, `at` is aware UTC."""

    id: FactId
    at: datetime


# ── The house itself ────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterLoaded(Fact):
    """The agents and queues that hold from now on."""

    roster: Roster


@dataclass(frozen=True, slots=True, kw_only=True)
class TimePassed(Fact):
    """Nothing happened but time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandSettled(Fact):
    """What came of one of our commands. UNKNOWN is never sent again; a snapshot tells."""

    command: CommandId
    call: CallId | None
    outcome: CommandOutcome
    detail: str = ""


# ── An Asterisk node ────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeConnected(Fact):
    """The link to a node stands, its state is not yet known: nothing is offered on it."""

    node: NodeId


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeSynced(Fact):
    """The differences between the node's snapshot and our picture have all become facts."""

    node: NodeId
    repairs: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeDisconnected(Fact):
    """The link to a node is cut; its calls may well go on."""

    node: NodeId
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeLost(Fact):
    """The node itself is gone, and with it every call on it."""

    node: NodeId


# ── A call ──────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class CallArrived(Fact):
    """A caller reached us. `number` is E.164 or None (withheld or unreadable), `raw` as it came.

    What self-service learned before (`language`, ISO 639-1, and `ivr_path`) is empty without it.
    """

    call: CallId
    node: NodeId
    leg: LegId
    number: str | None
    raw: str
    caller_name: str
    dialled: str
    number_class: NumberClass = NumberClass.UNKNOWN
    language: str = ""
    ivr_path: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A party whom the caller's number suggests, with why, its managers, and what rules ask.

    The number steers by these; it never opens them. `days_past_due` is of the worst agreement,
    `open_applications` are states, `language` is ISO 639-1 or empty.
    """

    party: PartyId
    name: str
    reason: str
    managers: tuple[AgentId, ...] = ()
    last_agent: AgentId | None = None
    """Who handled the party's open matter last, and may be asked again."""
    matter: str = ""
    """What that open matter is: `card`, `case`, `application`, `complaint` or `task`."""
    status: str = ""
    tier: str = ""
    segments: tuple[str, ...] = ()
    days_past_due: int = 0
    open_case: bool = False
    open_applications: tuple[str, ...] = ()
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerIdentified(Fact):
    """The directory's answer: whom the number suggests, the likeliest first; empty if nobody."""

    call: CallId
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CallWaiting(Fact):
    """The customer's leg stands in the waiting loop, with nobody."""

    call: CallId


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyPressed(Fact):
    """A waiting caller pressed a key: one of 0-9, * and #."""

    call: CallId
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerAnswered(Fact):
    """The customer of a call that we placed is on the line, in the waiting loop, with nobody."""

    call: CallId
    leg: LegId


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacingFailed(Fact):
    """A call that we placed did not reach its customer. `outcome` is UNKNOWN in no case."""

    call: CallId
    outcome: OfferOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class CallHeld(Fact):
    """The customer's leg hears music on hold."""

    call: CallId


@dataclass(frozen=True, slots=True, kw_only=True)
class CallFellBack(Fact):
    """Asterisk took the caller into its own queue because it had not heard from us."""

    call: CallId


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentRang(Fact):
    """An agent's phone rings for this call. `offer` is None when Asterisk's own queue rings it."""

    call: CallId
    agent: AgentId
    leg: LegId
    offer: OfferId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallConnected(Fact):
    """Customer and agent hear each other (their legs are in one bridge)."""

    call: CallId
    agent: AgentId
    leg: LegId


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultConnected(Fact):
    """The owner's leg and a colleague's leg are in one bridge; the customer is held."""

    call: CallId
    agent: AgentId
    leg: LegId


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferEnded(Fact):
    """An offer rang out, was refused or could not ring. ANSWERED is told by CallConnected."""

    call: CallId
    offer: OfferId
    outcome: OfferOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentLegEnded(Fact):
    """An agent's leg is gone."""

    call: CallId
    agent: AgentId
    leg: LegId
    end: LegEnd


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEnded(Fact):
    """The customer's leg is gone. This is final."""

    call: CallId
    reason: EndReason


# ── An agent ────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentFact(Fact):
    """The base of what an agent did, and of what his console or phone shows."""

    agent: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftStarted(AgentFact):
    """The agent is at work with this kind of phone."""

    phone: PhoneKind


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftEnded(AgentFact):
    """The agent went home."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AvailabilityChosen(AgentFact):
    """The agent chose AVAILABLE or NOT_READY (with its reason). During a call it waits."""

    availability: Availability
    reason: NotReadyReason | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AvailabilityForced(AgentFact):
    """A supervisor set it, OFFLINE included. During a call it waits like an agent's own choice."""

    by: AgentId
    availability: Availability
    reason: NotReadyReason | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleConnected(AgentFact):
    """At least one console of the agent is live."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleLost(AgentFact):
    """The agent's last console fell silent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneChanged(AgentFact):
    """Asterisk sees the agent's phone in another state."""

    state: PhoneState


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneRestarted(AgentFact):
    """The browser phone came up anew, with no call in it (the page was loaded again)."""


# ── What an agent asked for ─────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferDeclined(AgentFact):
    """The agent refused an offer on his screen."""

    offer: OfferId


@dataclass(frozen=True, slots=True, kw_only=True)
class CallAsk(AgentFact):
    """The base of an agent's wish about a call he owns."""

    call: CallId


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldAsked(CallAsk):
    """Put the customer on hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeAsked(CallAsk):
    """Take the customer back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HangUpAsked(CallAsk):
    """End the call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferAsked(CallAsk):
    """Blind transfer: exactly one of `to_agent` and `to_queue` is set."""

    to_agent: AgentId | None = None
    to_queue: QueueId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultAsked(CallAsk):
    """Warm transfer, first step: hold the customer and ring a colleague."""

    to_agent: AgentId | None = None
    to_queue: QueueId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultCompleteAsked(CallAsk):
    """Warm transfer, last step: the colleague takes the customer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultCancelAsked(CallAsk):
    """Warm transfer, called off: back to the customer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WrapUpFinished(CallAsk):
    """The card holds all that it must; the agent is done with the call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WrapUpExtended(CallAsk):
    """The agent needs more time for the card."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AssistanceAsked(CallAsk):
    """The agent wants a supervisor's help with his call. Said again, it is about this now."""

    help: Help


@dataclass(frozen=True, slots=True, kw_only=True)
class AssistanceWithdrawn(CallAsk):
    """The agent needs no help any more."""


# ── A supervisor beside a call ──────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class CallSupervised(Fact):
    """The base of what a supervisor does beside somebody's call. `by` is the supervisor."""

    by: AgentId
    call: CallId


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitorAsked(CallSupervised):
    """Ring his phone and put him beside the call; if he is there already, in this mode now."""

    mode: MonitorMode


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitorStopAsked(CallSupervised):
    """He wants to be beside the call no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeOverAsked(CallSupervised):
    """The customer shall talk to him from now on, and the call with its card be his."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AssistanceTaken(CallSupervised):
    """He answers the agent's wish for help."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitorStarted(CallSupervised):
    """His leg stands beside the call in this mode."""

    leg: LegId
    mode: MonitorMode


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitorEnded(CallSupervised):
    """His leg is gone."""

    leg: LegId
