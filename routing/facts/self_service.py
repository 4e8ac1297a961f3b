"""Callers at their keypads, as self-service tells of them."""

from dataclasses import dataclass

from routing.facts.fact import Fact
from routing.ids import AgentId, CallId, FlowId, PartyId, QueueId
from routing.terms import ServiceEnd


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfService:
    """What self-service knows of a call so far, whole: a later one takes the place of an earlier.

    `path` is what the caller chose, from the first to the last, joined by "/", such as
    "cards/card_status"; rules may ask for it. `told` are the services that he heard to the end,
    `topic` is a code of the catalogue. `level` says how sure it is that he is `party`: a
    `VerificationLevel` of the bank, above that of a number only after a PIN.
    """

    flow: FlowId
    version: str
    node: str
    path: str = ""
    language: str = ""
    topic: str = ""
    told: tuple[str, ...] = ()
    party: PartyId | None = None
    level: int = 0
    identified_by: str = ""
    """How he said who he is: `client_number`, `card`, or `number` for his telephone's alone."""
    recording: str = ""
    """The name of a message that he left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfServiceProgressed(Fact):
    """A caller came to another point of a flow, or heard something to its end."""

    call: CallId
    service: SelfService


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfServiceEnded(Fact):
    """A flow is over for the caller. This is told once; where he goes next, the engine decides.

    `queue` and `agent` are whom the flow asks for; without them rules and managers decide alone.
    """

    call: CallId
    service: SelfService
    end: ServiceEnd
    queue: QueueId | None = None
    agent: AgentId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyStarted(Fact):
    """The agent has hung up and the caller stays to say how it was: the talk is over."""

    call: CallId
