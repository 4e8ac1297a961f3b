"""The owner's hands on his call: hold, resume, blind transfer, hang up, decline.

Each checks that it is his call and that the table allows it, then asks telephony; the state
follows when the fact of it comes back.
"""

from routing.calls import OWNED, CallEvent
from routing.commands import HangUpCall, HangUpLeg, HoldCall, JoinCall
from routing.engine import entering
from routing.engine.asks import chosen_colleague, owned
from routing.engine.hold import stop_hold_clock
from routing.engine.offering import close_offer, pass_over, survey_of
from routing.engine.records import NEW_TALK, Call
from routing.engine.release import release
from routing.engine.world import World
from routing.facts import HangUpAsked, HoldAsked, OfferDeclined, ResumeAsked, TransferAsked
from routing.ids import QueueId
from routing.terms import CallState, EndReason, OfferOutcome

_LIVE = frozenset({CallState.TALKING, CallState.HELD})


def hold_asked(world: World, fact: HoldAsked) -> None:
    """Music for the customer."""
    call = owned(world, fact, frozenset({CallState.TALKING}))
    if call is not None and call.leg is not None:
        world.on_call(HoldCall, call, leg=call.leg)


def resume_asked(world: World, fact: ResumeAsked) -> None:
    """Back to the customer."""
    call = owned(world, fact, frozenset({CallState.HELD}))
    if call is not None and call.leg is not None:
        world.on_call(JoinCall, call, leg=call.leg)


def hang_up_asked(world: World, fact: HangUpAsked) -> None:
    """End the call; a leg that stands alone ends with it.

    Before a survey only the owner's leg ends, as if he had hung up his phone: the dialplan asks the
    caller then, and ends the call after it.
    """
    call = owned(world, fact, OWNED)
    if call is None:
        return
    call.ending = EndReason.AGENT
    talking = call.state is CallState.TALKING
    if talking and call.leg is not None and survey_of(world, call) is not None:
        world.on_call(HangUpLeg, call, leg=call.leg)
        return
    world.on_call(HangUpCall, call, release=None if talking else call.leg)


def transfer_asked(world: World, fact: TransferAsked) -> None:
    """Blind transfer: the owner is free at once, the waiting time goes on counting."""
    call = owned(world, fact, _LIVE)
    if call is None:
        return
    queue = _destination(world, fact, call)
    if queue is None:
        return
    stop_hold_clock(call, world.moment())
    alone = call.leg if call.state is CallState.HELD else None
    world.park(call, alone)
    call.move(CallEvent.TRANSFER)
    call.transfers += 1
    call.handed_over_by.add(fact.agent)
    call.passed.clear()
    call.leg = None
    call.target = fact.to_agent
    entering.hand_over(world, call, queue)
    world.touch_call(call)
    release(world, world.agents[fact.agent])


def _destination(world: World, fact: TransferAsked, call: Call) -> QueueId | None:
    """The queue in which the call will wait; None, and the asker is told, if it cannot."""
    if fact.to_agent is not None:
        return call.queue if chosen_colleague(world, fact, fact.to_agent, None) else None
    if fact.to_queue not in world.queues:
        world.refuse(fact.agent, fact.call, "no_such_queue")
        return None
    if not entering.is_open(world, fact.to_queue):
        world.refuse(fact.agent, fact.call, "queue_closed")
        return None
    return fact.to_queue


def offer_declined(world: World, fact: OfferDeclined) -> None:
    """The agent refuses: the next one is asked, he stays free for other calls."""
    agent = world.agents[fact.agent]
    call = world.calls.get(agent.call) if agent.call else None
    offer = call.open_offer() if call is not None else None
    if call is None or offer is None or offer.offer != fact.offer or offer.agent != fact.agent:
        world.refuse(fact.agent, None, "offer_is_over")
        return
    if offer.kind not in NEW_TALK or call.state is CallState.DIALLING:
        world.refuse(fact.agent, call.call, "not_now")
        return
    close_offer(world, call, offer, OfferOutcome.DECLINED)
    pass_over(world, call, fact.agent)
    release(world, agent)
    world.park(call)
    call.move(CallEvent.OFFER_FAILED)
    world.touch_call(call)
