"""The time after the call in which the agent writes down what it was about."""

from datetime import timedelta

from routing.calls import CallEvent
from routing.engine.records import Call
from routing.engine.release import release
from routing.engine.timers import Due
from routing.engine.world import World
from routing.facts import WrapUpExtended, WrapUpFinished
from routing.terms import Activity, CallState, WrapUpMode

EXTENSIONS = 3
"""How often an agent may ask for more time."""


def begin(world: World, call: Call) -> None:
    """The customer is gone, the owner writes the card. The call stands in WRAP_UP already."""
    if call.agent is None:
        return
    if call.card_complete:
        _close(world, call, CallEvent.FINISH)
        return
    if call.wrap_up_mode is WrapUpMode.NONE:
        _close(world, call, CallEvent.TIME_OUT)
        return
    moment = world.moment()
    if call.wrap_up_mode is WrapUpMode.TIMED:
        call.wrap_up_deadline = moment + timedelta(seconds=world.queue_of(call).wrap_up_seconds)
        world.set_timer(call.wrap_up_deadline, Due.WRAP_UP, call.call)
    agent = world.agents[call.agent]
    agent.call, agent.offer = call.call, None
    agent.activity, agent.since = Activity.WRAP_UP, moment
    world.touch_agent(agent)
    world.touch_call(call)


def finished(world: World, fact: WrapUpFinished) -> None:
    """The card is complete. Said during the call, it holds for its end."""
    call = world.calls.get(fact.call)
    if call is None or call.agent != fact.agent:
        return
    call.card_complete = True
    if call.state in (CallState.WRAP_UP, CallState.CLOSED_INCOMPLETE):
        _close(world, call, CallEvent.FINISH)


def extended(world: World, fact: WrapUpExtended) -> None:
    """More time, a few times."""
    call = world.calls.get(fact.call)
    if (
        call is None
        or call.agent != fact.agent
        or call.state is not CallState.WRAP_UP
        or call.wrap_up_deadline is None
        or call.extensions >= EXTENSIONS
    ):
        world.refuse(fact.agent, fact.call, "no_more_time")
        return
    call.extensions += 1
    more = timedelta(seconds=world.queue_of(call).wrap_up_extension_seconds)
    call.wrap_up_deadline += more
    world.set_timer(call.wrap_up_deadline, Due.WRAP_UP, call.call)
    world.touch_call(call)


def time_out(world: World, call: Call) -> None:
    """The time is over: the card goes to the unfinished ones, the agent is free."""
    if call.state is CallState.WRAP_UP:
        _close(world, call, CallEvent.TIME_OUT)


def overdue(world: World, call: Call) -> None:
    """A wrap-up deadline came; it counts unless it was moved."""
    deadline = call.wrap_up_deadline
    if deadline is not None and deadline <= world.moment():
        time_out(world, call)


def _close(world: World, call: Call, event: CallEvent) -> None:
    was_open = call.state is CallState.WRAP_UP
    call.move(event)
    call.closed_at = world.moment()
    if was_open:
        _learn(world, call)
    call.wrap_up_deadline = None
    world.forget_later(call)
    world.touch_call(call)
    agent = world.agents.get(call.agent) if call.agent else None
    if was_open and agent is not None and agent.call == call.call:
        release(world, agent)


def _learn(world: World, call: Call) -> None:
    """Let the call's talk and its paperwork count in what is predicted of the queue's next."""
    if call.answered_at is None or call.ended_at is None:
        return
    known = world.experience(call.queue)
    known.talk.learn(max(0.0, (call.ended_at - call.answered_at).total_seconds()))
    known.wrap_up.learn(max(0.0, (world.moment() - call.ended_at).total_seconds()))
