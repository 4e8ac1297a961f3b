"""Callbacks: a caller leaves and keeps his place; when it is his turn he is rung for his agent.

The callback is a call of its own, with a card of its own, that stands in line without its
customer. Its turn come, an agent is reserved, then the customer is rung; he answers into the
waiting loop and the agent's phone takes him at once. Nobody is rung twice on a doubt: a placing
of which nothing is heard counts as one that failed, and the next is minutes away.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from routing.calls import CallEvent
from routing.commands import PlaceCall, Said
from routing.engine import announcing, entering
from routing.engine.offering import Ground, close_offer, renew, reserve, start_ringing
from routing.engine.records import Agent, Call
from routing.engine.release import release
from routing.engine.timers import Due
from routing.engine.world import World
from routing.facts import CustomerAnswered, KeyPressed, PlacingFailed
from routing.ids import CallId, LegId
from routing.terms import (
    CallState,
    Direction,
    Dismissal,
    OfferKind,
    OfferOutcome,
    Phrase,
)

RING_SECONDS = 30
"""How long a customer is rung; the regulators' shortest is 15 s."""

ATTEMPTS = 3
RETRY = timedelta(minutes=10)
RETRY_BUSY = timedelta(minutes=2)

KEPT = timedelta(days=3)
"""After this a callback that found no agent is given up."""


def key_pressed(world: World, fact: KeyPressed) -> None:
    """A caller who was offered it leaves for a callback; other keys mean nothing."""
    call = world.calls.get(fact.call)
    if (
        call is None
        or call.state is not CallState.QUEUED
        or not call.callback_offered
        or call.callback is None
        or fact.key != call.callback.key
        or not announcing.can_be_called(call)
    ):
        return
    leave(world, call)


def leave(world: World, call: Call) -> None:
    """The caller leaves, is told so, and is called back in his turn."""
    promise(world, call)
    call.closed_at = world.moment()
    announcing.send_away(world, call, Phrase.CALLBACK_TAKEN)
    world.touch_call(call)


def promise(world: World, call: Call) -> None:
    """Let a callback stand in the caller's place. Whoever answers it may be somebody else: what
    was keyed before is known, but proves nothing any more."""
    call.dismissal = Dismissal.CALLBACK
    call.move(CallEvent.TAKE_CALLBACK)
    keyed = call.self_service
    callback_id = _next_id(call.call)
    callback = Call(
        call=callback_id,
        node=call.node,
        customer=LegId(callback_id),
        number=call.number,
        raw_number=call.raw_number,
        number_class=call.number_class,
        caller_name=call.caller_name,
        dialled=call.dialled,
        queue=call.queue,
        arrived_at=world.moment(),
        queued_at=call.queued_at,
        wrap_up_mode=call.wrap_up_mode,
        match=call.match,
        candidates=call.candidates,
        managers=call.managers,
        language=call.language,
        ivr_path=call.ivr_path,
        self_service=replace(keyed, level=0) if keyed is not None else None,
        direction=Direction.CALLBACK,
        customer_here=False,
        callback_of=call.call,
    )
    world.calls[callback_id] = callback
    callback.move(CallEvent.QUEUE)
    entering.plan_anew(world, callback)
    entering.leave_by(world, callback, world.moment() + KEPT)
    put_off(world, callback)
    world.touch_call(callback)


def _next_id(call: CallId) -> CallId:
    """A call has one callback at most; one that is left again has the next number."""
    origin, _, number = call.partition("~")
    return CallId(f"{origin}~{int(number or 0) + 1}")


def put_off(world: World, call: Call) -> bool:
    """Let a callback wait until its queue is open. True if it must."""
    hours = world.queue_of(call).hours
    schedule = world.schedules.get(hours) if hours is not None else None
    if schedule is None or schedule.holds(world.moment()):
        return False
    later = schedule.next_start(world.moment())
    _not_before(world, call, later or world.moment() + RETRY)
    return True


def _not_before(world: World, call: Call, at: datetime) -> None:
    call.not_before = at
    world.set_timer(at, Due.CALLBACK, call.call)
    world.touch_call(call)


def due(world: World, call: Call) -> None:
    """The callback may be tried again."""
    if call.not_before is not None and call.not_before <= world.moment():
        call.not_before = None
        world.touch_call(call)


def dial(world: World, call: Call, agent: Agent, ground: Ground) -> None:
    """Its turn has come: keep the agent, ring the customer."""
    call.move(CallEvent.DIAL)
    call.attempts += 1
    offer = reserve(world, call, agent, OfferKind.CALLBACK, ground, seconds=RING_SECONDS)
    command = world.on_call(
        PlaceCall,
        call,
        number=call.number or "",
        seconds=RING_SECONDS,
        greeting=(Said(phrase=Phrase.CALLBACK_GREETING),),
        language=call.language,
    )
    offer.command = command.id


def customer_answered(world: World, fact: CustomerAnswered) -> None:
    """He is on the line: the agent who was kept for him takes him.

    Told so late that nobody is kept any more, he stands before all who wait; where the callback
    was given up, he is let go.
    """
    call = world.calls.get(fact.call)
    if call is None or call.customer_here:
        return
    call.customer, call.customer_here = fact.leg, True
    call.front = True
    call.leave_by, call.not_before = None, None
    if call.state is CallState.UNREACHED:
        announcing.send_away(world, call, Phrase.GOODBYE)
        world.touch_call(call)
        return
    if call.state is CallState.DIALLING:
        call.move(CallEvent.CUSTOMER_ANSWERED)
    offer = call.open_offer()
    if offer is not None:
        seconds = world.queue_of(call).ring_seconds
        call.move(CallEvent.OFFER)
        renew(world, call, offer, seconds=seconds)
        start_ringing(world, call, offer, seconds=seconds)
    world.touch_call(call)


def placing_failed(world: World, fact: PlacingFailed) -> None:
    """He was not reached."""
    call = world.calls.get(fact.call)
    if call is not None:
        not_reached(world, call, fact.outcome)


def not_reached(world: World, call: Call, outcome: OfferOutcome) -> None:
    """Free the agent; try again later, or give up."""
    if call.state is not CallState.DIALLING:
        return
    offer = call.open_offer()
    if offer is not None:
        close_offer(world, call, offer, OfferOutcome.WITHDRAWN)
        release(world, world.agents[offer.agent])
    call.move(CallEvent.DIAL_FAILED)
    if call.attempts >= ATTEMPTS:
        give_up(world, call)
        return
    busy = outcome is OfferOutcome.BUSY
    _not_before(world, call, world.moment() + (RETRY_BUSY if busy else RETRY))


def give_up(world: World, call: Call) -> None:
    """The customer could not be reached, or nobody was there to ring him for."""
    call.move(CallEvent.GIVE_UP_DIALLING)
    call.closed_at = call.ended_at = world.moment()
    world.forget_later(call)
    world.touch_call(call)
