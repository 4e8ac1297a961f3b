"""Asterisk nodes: offers are made only on a node whose state we know."""

from collections.abc import Iterable

from routing.calls import OVER
from routing.engine import callbacks
from routing.engine.inbound import call_ended
from routing.engine.records import Call
from routing.engine.recovery import try_again
from routing.engine.world import World
from routing.facts import CallEnded, NodeConnected, NodeDisconnected, NodeLost, NodeSynced
from routing.ids import NodeId
from routing.terms import CallState, EndReason, OfferOutcome


def node_connected(world: World, fact: NodeConnected) -> None:
    """No offers until its snapshot has been taken in."""
    world.nodes[fact.node] = False


def node_disconnected(world: World, fact: NodeDisconnected) -> None:
    """No offers; its calls may well go on."""
    world.nodes[fact.node] = False


def node_synced(world: World, fact: NodeSynced) -> None:
    """Offers may be made: look at all who wait on it."""
    if world.nodes.get(fact.node) is True:
        return
    world.nodes[fact.node] = True
    for call in _calls_on(world, fact.node):
        if call.state is CallState.QUEUED:
            world.lineup.calls_to_route[call.call] = None
        elif call.state is CallState.RECOVERING and call.agent is not None:
            try_again(world, world.agents[call.agent])


def node_lost(world: World, fact: NodeLost) -> None:
    """The node died and its calls with it."""
    world.nodes[fact.node] = False
    for call in _calls_on(world, fact.node):
        if call.state is CallState.DIALLING:
            callbacks.not_reached(world, call, OfferOutcome.UNREACHABLE)
        elif call.ended_at is None and call.customer_here:
            lost = CallEnded(id=fact.id, at=fact.at, call=call.call, reason=EndReason.LOST)
            call_ended(world, lost)


def _calls_on(world: World, node: NodeId) -> Iterable[Call]:
    return [c for c in world.calls.values() if c.node == node and c.state not in OVER]
