"""What an agent asked for."""

from dataclasses import dataclass

from routing.facts.agent import AgentFact
from routing.ids import AgentId, CallId, OfferId, QueueId
from routing.terms import (
    Help,
)


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
