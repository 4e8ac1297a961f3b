"""A call whose agent lost his phone: the customer waits, the same agent is rung again.

If that does not bring him back within the limit, the call goes to the head of its queue.
"""

from datetime import timedelta

from routing.calls import CallEvent, allows
from routing.commands import HangUpLeg
from routing.engine.consult import dismiss_colleague
from routing.engine.hold import conclude_hold
from routing.engine.offering import Ground, close_offer, ring
from routing.engine.records import Agent, Call
from routing.engine.release import release
from routing.engine.timers import Due
from routing.engine.world import World
from routing.ids import LegId
from routing.terms import (
    Activity,
    Basis,
    CallState,
    OfferKind,
    OfferOutcome,
    PhoneState,
)

LIMIT = timedelta(seconds=20)
"""How long the customer waits for his agent to come back."""


def leg_is_gone(world: World, call: Call, agent: Agent, *, left_up: LegId | None = None) -> None:
    """The owner cannot hear the customer any more. `left_up` is a dead leg that still stands."""
    if call.agent != agent.agent or not allows(call.state, CallEvent.LEG_LOST):
        return
    if left_up is not None and call.state is not CallState.TALKING:
        world.on_call(HangUpLeg, call, leg=left_up)
    dismiss_colleague(world, call)
    conclude_hold(call, world.moment())
    call.move(CallEvent.LEG_LOST)
    call.leg = None
    call.recover_until = world.moment() + LIMIT
    world.set_timer(call.recover_until, Due.RECOVERY, call.call)
    agent.activity, agent.since = Activity.ON_CALL, world.moment()
    world.touch_call(call)
    world.touch_agent(agent)
    try_again(world, agent)


def try_again(world: World, agent: Agent) -> None:
    """Ring the owner of a call that waits for him, if his phone is there."""
    call = world.calls.get(agent.call) if agent.call else None
    if (
        call is None
        or call.state is not CallState.RECOVERING
        or call.recover_until is None
        or call.open_offer() is not None
        or agent.phone_state is PhoneState.UNREACHABLE
        or not world.nodes.get(call.node, False)
    ):
        return
    left = int((call.recover_until - world.moment()).total_seconds())
    if left > 0:
        ground = Ground(basis=Basis.RECONNECT)
        ring(world, call, agent, OfferKind.RECONNECT, ground, seconds=left)
        world.touch_call(call)


def overdue(world: World, call: Call) -> None:
    """He did not come back: the call is offered to others, before all who wait."""
    until = call.recover_until
    if call.state is not CallState.RECOVERING or until is None or until > world.moment():
        return
    offer = call.open_offer()
    if offer is not None:
        close_offer(world, call, offer, OfferOutcome.WITHDRAWN)
    call.move(CallEvent.GIVE_UP)
    call.front = True
    call.recover_until = None
    world.park(call)
    world.touch_call(call)
    if call.agent is not None:
        release(world, world.agents[call.agent], Activity.NOT_RESPONDING)
