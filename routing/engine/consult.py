"""Warm transfer: the owner asks a colleague while the customer hears music.

ask -> the colleague rings -> both talk -> the colleague takes the customer, or the owner goes back.
"""

from routing.calls import CallEvent
from routing.commands import ConsultColleague, JoinCall
from routing.engine.asks import chosen_colleague, owned
from routing.engine.offering import Ground, close_offer, reserve
from routing.engine.records import Call, Consult
from routing.engine.release import release
from routing.engine.world import World
from routing.facts import ConsultAsked, ConsultCancelAsked, ConsultCompleteAsked, ConsultConnected
from routing.terms import Activity, Basis, CallState, OfferKind, OfferOutcome

ASKABLE = frozenset({CallState.TALKING, CallState.HELD})


def asked(world: World, fact: ConsultAsked) -> None:
    """Hold the customer and ring a colleague, or say why not."""
    call = owned(world, fact, ASKABLE)
    if call is None or call.leg is None:
        return
    colleague = chosen_colleague(world, fact, fact.to_agent, fact.to_queue)
    if colleague is None:
        return
    ground = Ground(basis=Basis.CONSULT)
    seconds = world.queue_of(call).ring_seconds
    offer = reserve(world, call, colleague, OfferKind.CONSULT, ground, seconds=seconds)
    call.consult = Consult(offer=offer.offer, agent=colleague.agent)
    call.move(CallEvent.CONSULT)
    command = world.on_call(
        ConsultColleague,
        call,
        leg=call.leg,
        offer=offer.offer,
        agent=colleague.agent,
        seconds=seconds,
    )
    offer.command = command.id
    owner = world.agents[fact.agent]
    owner.activity, owner.since = Activity.ON_CALL, world.moment()
    world.touch_agent(owner)
    world.touch_call(call)


def connected(world: World, fact: ConsultConnected) -> None:
    """Owner and colleague talk."""
    call = world.calls.get(fact.call)
    if call is None or call.consult is None or call.consult.agent != fact.agent:
        return
    call.consult.leg, call.consult.connected = fact.leg, True
    offer = call.open_offer()
    if offer is not None and offer.offer == call.consult.offer:
        close_offer(world, call, offer, OfferOutcome.ANSWERED)
    colleague = world.agents[fact.agent]
    colleague.activity, colleague.since = Activity.ON_CALL, world.moment()
    world.touch_agent(colleague)
    world.touch_call(call)


def completed(world: World, fact: ConsultCompleteAsked) -> None:
    """Bring customer and colleague together; the owner's leg ends once they are."""
    call = owned(world, fact, frozenset({CallState.CONSULTING}))
    if call is None:
        return
    if call.consult is None or not call.consult.connected or call.consult.leg is None:
        world.refuse(fact.agent, fact.call, "colleague_not_there")
        return
    call.consult.completing = True
    world.on_call(JoinCall, call, leg=call.consult.leg)
    world.touch_call(call)


def cancelled(world: World, fact: ConsultCancelAsked) -> None:
    """Back to the customer."""
    call = owned(world, fact, frozenset({CallState.CONSULTING}))
    if call is not None and call.leg is not None:
        world.on_call(JoinCall, call, leg=call.leg)


def dismiss_colleague(
    world: World, call: Call, outcome: OfferOutcome = OfferOutcome.WITHDRAWN
) -> None:
    """The consultation is over without a transfer: the colleague is free."""
    if call.consult is None:
        return
    consult, call.consult = call.consult, None
    offer = call.open_offer()
    if offer is not None and offer.offer == consult.offer:
        close_offer(world, call, offer, outcome)
    colleague = world.agents[consult.agent]
    if colleague.call == call.call:
        missed = outcome in (OfferOutcome.NO_ANSWER, OfferOutcome.UNREACHABLE)
        release(world, colleague, Activity.NOT_RESPONDING if missed else Activity.IDLE)
    world.touch_call(call)


def ended(world: World, call: Call, outcome: OfferOutcome) -> None:
    """The colleague did not answer, refused or left: the customer is still held."""
    if call.state is CallState.CONSULTING and call.consult is not None:
        if call.consult.completing:
            return
        dismiss_colleague(world, call, outcome)
        call.move(CallEvent.CONSULT_ENDED)
        if call.agent is not None:
            owner = world.agents[call.agent]
            owner.activity, owner.since = Activity.ON_HOLD, world.moment()
            world.touch_agent(owner)
        world.touch_call(call)
