"""A supervisor beside a call."""

from dataclasses import dataclass

from routing.facts.fact import Fact
from routing.ids import AgentId, CallId, LegId
from routing.terms import (
    MonitorMode,
)


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
