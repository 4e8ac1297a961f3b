"""Callers at their keypads: let in, followed by what self-service tells, brought to a person.

A caller at his keypad is in no line and belongs to no agent. His wait begins the moment he leaves
the keypad for a person, whether he asked for one or self-service could not go on; before it the
directory is asked once more if he proved who he is. What self-service knows of a call is kept
whole, also when it is told late, and never gives way to an older picture.
"""

from datetime import datetime, timedelta

from routing.calls import CallEvent, allows
from routing.commands import HangUpCall, ServeCaller
from routing.engine import announcing, callbacks, entering, identifying
from routing.engine.records import Call
from routing.engine.timers import Due
from routing.engine.world import World
from routing.facts import SelfService, SelfServiceEnded, SelfServiceProgressed
from routing.ids import CommandId, FlowId
from routing.terms import CallState, ServiceEnd

FIRST_NEWS = timedelta(seconds=30)
"""A caller of whom self-service has told nothing after this never got there."""

NEXT_NEWS = timedelta(minutes=10)
"""The same, after it has told something: no single thing that a flow does takes as long."""

LAST_WORDS = timedelta(seconds=30)
"""Who is done, or has hung up, is gone after this at the latest."""

OVERTAKING = timedelta(seconds=2)
"""How much later than he was sent the news that he waits must be to mean that he is back."""

GRACE = timedelta(seconds=1)
"""How long the flow's own last word may come behind the news that the caller waits."""

_OVER = frozenset({ServiceEnd.DONE, ServiceEnd.LEFT})


def begin(world: World, call: Call, flow: FlowId) -> None:
    """Let a new caller serve himself."""
    call.move(CallEvent.SERVE)
    call.flow = flow
    call.serving = world.on_call(ServeCaller, call, flow=flow).id
    call.sent_at = world.moment()
    _expect_news(world, call, FIRST_NEWS)


# ── What self-service tells ─────────────────────────────────────────────────────────────────


def progressed(world: World, fact: SelfServiceProgressed) -> None:
    """He has come further. Of another flow (a survey) nothing belongs to the call's way."""
    call = world.calls[fact.call]
    older = call.pictured_at is not None and fact.at < call.pictured_at
    if older or call.service_end is not None or fact.service.flow != call.flow:
        return
    _keep(call, fact.service, fact.at)
    if call.state is CallState.SELF_SERVICE:
        _expect_news(world, call, NEXT_NEWS)
    world.touch_call(call)


def ended(world: World, fact: SelfServiceEnded) -> None:
    """The flow has let go of him: he is done, or is to be served or called by a person."""
    call = world.calls[fact.call]
    if call.service_end is not None or fact.service.flow != call.flow:
        return
    _keep(call, fact.service, fact.at)
    call.service_end = fact.end
    world.touch_call(call)
    if fact.end in _OVER:
        _done(world, call)
        return
    call.wished, call.asked_for = fact.queue, fact.agent
    if call.ended_at is not None:
        _hung_up_already(world, call)
    elif call.state is CallState.SELF_SERVICE or call.is_unserved():
        to_person(world, call)


def _keep(call: Call, service: SelfService, at: datetime) -> None:
    before = call.proved_party()
    call.self_service, call.pictured_at = service, at
    if call.proved_party() != before:
        call.proved_at = at if call.proved_party() is not None else None
    call.ivr_path = service.path
    call.language = service.language or call.language


def _done(world: World, call: Call) -> None:
    """The end of his leg says the rest; it may have been told before."""
    if call.state is CallState.SELF_SERVICE:
        _expect_news(world, call, LAST_WORDS)
    elif call.state is CallState.ABANDONED and _served_himself(call):
        call.move(CallEvent.END_SERVED)


def _hung_up_already(world: World, call: Call) -> None:
    """Who chose a callback and did not wait for the last words is called all the same."""
    if call.service_end is ServiceEnd.CALLBACK and allows(call.state, CallEvent.TAKE_CALLBACK):
        identifying.take(call, call.candidates)
        if announcing.can_be_called(call):
            callbacks.promise(world, call)


# ── On to a person ──────────────────────────────────────────────────────────────────────────


def to_person(world: World, call: Call) -> None:
    """He wants, or needs, somebody: his wait begins."""
    if call.state is CallState.SELF_SERVICE and not call.for_person:
        call.queued_at = world.moment()
        call.for_person = True
    call.serve_by = None
    world.touch_call(call)
    if call.proved_party() is None:
        go_on(world, call)
    else:
        identifying.ask(world, call)


def go_on(world: World, call: Call) -> None:
    """All that can be known of him is known: he comes into a queue, or a callback in his place."""
    if call.service_end is ServiceEnd.CALLBACK and announcing.can_be_called(call):
        callbacks.leave(world, call)
    else:
        entering.enter(world, call)


def stands_waiting(world: World, call: Call, at: datetime) -> None:
    """He is in the waiting loop: news from before he was served, or the flow is over for him."""
    sent_at = call.sent_at or call.arrived_at
    if call.service_end is None and at > sent_at + OVERTAKING:
        _expect_news(world, call, GRACE)
        world.touch_call(call)


def hung_up(world: World, call: Call) -> None:
    """Nobody had answered him: he served himself, left for a callback, or gave up."""
    if call.state is CallState.SELF_SERVICE and _served_himself(call):
        call.move(CallEvent.END_SERVED)
        return
    pending = call.state is CallState.SELF_SERVICE
    call.move(CallEvent.END_UNANSWERED)
    if pending:
        _hung_up_already(world, call)


def _served_himself(call: Call) -> bool:
    """He heard something to its end or left a message, and did not wait for a person after it."""
    service = call.self_service
    if service is None or call.for_person or call.service_end not in (None, *_OVER):
        return False
    return bool(service.told or service.recording)


# ── Silence ─────────────────────────────────────────────────────────────────────────────────


def overdue(world: World, call: Call) -> None:
    """Nothing was heard of him: a person serves him. Who was done should be gone: he is let go."""
    if call.serve_by is None or call.serve_by > world.moment():
        return
    call.serve_by = None
    if call.state is not CallState.SELF_SERVICE:
        return
    world.touch_call(call)
    if call.service_end in _OVER:
        world.on_call(HangUpCall, call)
        return
    world.park(call)
    to_person(world, call)


def command_refused(world: World, call: Call, command: CommandId) -> bool:
    """Whether it was his way to the keypad that was refused: he stands where he was."""
    if command != call.serving:
        return False
    if call.state is CallState.SELF_SERVICE and call.service_end is None:
        to_person(world, call)
    return True


def _expect_news(world: World, call: Call, within: timedelta) -> None:
    call.serve_by = world.moment() + within
    world.set_timer(call.serve_by, Due.SERVE, call.call)
