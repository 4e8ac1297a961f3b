"""An agent, his console and his phone."""

from dataclasses import dataclass

from routing.facts.fact import Fact
from routing.ids import AgentId
from routing.terms import (
    Availability,
    NotReadyReason,
    PhoneKind,
    PhoneState,
)


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
