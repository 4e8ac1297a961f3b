"""Commands: what shall be done, in the imperative. They return nothing; facts tell what came.

A command's id is made of the id of the fact that caused it, so a replay names it the same, and a
command whose outcome is unknown can be looked for in a snapshot instead of being sent again.
"""

from dataclasses import dataclass

from routing.ids import AgentId, CallId, CommandId, FlowId, LegId, NodeId, OfferId, PartyId
from routing.terms import MonitorMode, OfferKind, Phrase


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """The base of all commands."""

    id: CommandId


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentifyCaller(Command):
    """Ask the directory who the number may be; CallerIdentified answers, perhaps too late.

    With a `party`, whom the caller proved to be, the directory tells of that one alone.
    """

    call: CallId
    number: str
    party: PartyId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallCommand(Command):
    """The base of what is done to a call on its node. `customer` is the customer's leg."""

    node: NodeId
    call: CallId
    customer: LegId


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferCall(CallCommand):
    """Ring the agent for the call, at most `seconds`."""

    offer: OfferId
    agent: AgentId
    seconds: int
    kind: OfferKind
    survey: FlowId | None = None
    """The flow that asks the caller how it was, once the agent has hung up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnToWaiting(CallCommand):
    """Move the customer into the waiting loop; whoever was bridged to him ends."""

    release: LegId | None
    """An agent's leg that must end too because it is not bridged to the customer now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServeCaller(CallCommand):
    """Let the caller serve himself by a flow; SelfServiceEnded tells what came of it."""

    flow: FlowId


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One thing told to a caller; `number` is a place in line, or minutes, where it has one."""

    phrase: Phrase
    number: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TellCaller(CallCommand):
    """Tell a waiting caller something, then let him wait on with this music.

    A key that he presses meanwhile or later is told as KeyPressed. `language` is ISO 639-1, or
    empty for the house's own.
    """

    said: tuple[Said, ...]
    language: str
    music: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SendAway(CallCommand):
    """Tell the caller why, then end the call."""

    said: tuple[Said, ...]
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceCall(CallCommand):
    """Ring a customer; on answer he stands in the waiting loop as the call `call`.

    `customer` is the leg's id to be: it is asked of Asterisk, so an unknown outcome can be looked
    up. `greeting` is told as soon as he answers.
    """

    number: str
    seconds: int
    greeting: tuple[Said, ...]
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldCall(CallCommand):
    """Music for the customer, silence for the agent, both legs kept."""

    leg: LegId


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinCall(CallCommand):
    """Bring customer and this agent's leg together, wherever that leg is now."""

    leg: LegId


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultColleague(CallCommand):
    """Hold the customer and ring a colleague on the owner's leg."""

    leg: LegId
    offer: OfferId
    agent: AgentId
    seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HangUpCall(CallCommand):
    """End the customer's leg, and `release` with it where it stands alone."""

    release: LegId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HangUpLeg(CallCommand):
    """End one agent's leg."""

    leg: LegId


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitorCall(CallCommand):
    """Put a supervisor beside a call, to hear the agent's leg `heard` in this mode.

    `leg` is the supervisor's: his phone is rung unless it is up already. Its id is asked of
    Asterisk, so what stands beside which call can always be seen. HangUpLeg ends it.
    """

    supervisor: AgentId
    leg: LegId
    heard: LegId
    mode: MonitorMode
