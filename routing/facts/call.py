"""A call, as telephony and the directory tell of it."""

from dataclasses import dataclass

from routing.facts.fact import Fact
from routing.ids import AgentId, CallId, LegId, NodeId, OfferId, PartyId
from routing.terms import (
    EndReason,
    LegEnd,
    NumberClass,
    OfferOutcome,
)


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


BY_PIN = "pin"
"""The reason of a candidate who has proved who he is; all others are but suggested."""


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
