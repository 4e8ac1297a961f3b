"""The house: its roster, the time, what came of commands, and its Asterisk nodes."""

from dataclasses import dataclass

from routing.facts.fact import Fact
from routing.ids import CallId, CommandId, NodeId
from routing.roster import Roster
from routing.terms import (
    CommandOutcome,
)


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
