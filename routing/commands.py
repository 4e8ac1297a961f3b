"""Commands: what shall be done, in the imperative. They return nothing; facts tell what came.

A command's id is made of the id of the fact that caused it, so a replay names it the same, and a
command whose outcome is unknown can be looked for in a snapshot instead of being sent again.
"""

from dataclasses import dataclass

from routing.ids import AgentId, CallId, CommandId, LegId, NodeId, OfferId
from routing.terms import OfferKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """The base of all commands."""

    id: CommandId


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentifyCaller(Command):
    """Ask the directory who the number may be; CallerIdentified answers, perhaps too late."""

    call: CallId
    number: str


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


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnToWaiting(CallCommand):
    """Move the customer into the waiting loop; whoever was bridged to him ends."""

    release: LegId | None
    """An agent's leg that must end too because it is not bridged to the customer now."""


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
