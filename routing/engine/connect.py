"""Customer and agent hear each other: whoever shares the bridge owns the call, plan or no plan."""

from datetime import datetime

from routing.calls import CallEvent, allows
from routing.commands import HangUpLeg
from routing.engine import consult, supervising, wrap_up
from routing.engine.hold import resumed_after_all, stop_hold_clock
from routing.engine.offering import close_offer
from routing.engine.records import NEW_TALK, Agent, Call, Offer
from routing.engine.release import release
from routing.engine.world import World
from routing.facts import CallConnected
from routing.ids import AgentId, OfferId
from routing.terms import Activity, Basis, CallState, OfferKind, OfferOutcome


def call_connected(world: World, fact: CallConnected) -> None:
    """Give the call to the agent in the bridge, and free whoever else was meant for it."""
    call = world.calls.get(fact.call)
    agent = world.agents[fact.agent]
    if call is None:
        return
    if resumed_after_all(call, fact.at):
        world.touch_call(call)
    if call.ended_at is not None:
        _answered_after_all(world, call, agent, fact)
        return
    if not allows(call.state, CallEvent.CONNECT) or _old_news(call, fact):
        return
    _settle_offer(world, call, agent, fact.at)
    _settle_consult(world, call, agent)
    _settle_former_owner(world, call, agent)
    held_meanwhile = call.held_since is not None and call.held_since > fact.at
    if not held_meanwhile:
        stop_hold_clock(call, fact.at)
    call.move(CallEvent.CONNECT)
    call.agent, call.leg = agent.agent, fact.leg
    call.answered_at = call.answered_at or fact.at
    call.talking_since = fact.at
    call.recover_until = None
    call.front = False
    _occupy(world, call, agent)
    if held_meanwhile:
        # The hold was told before the talk that it interrupted.
        call.move(CallEvent.HOLD)
        agent.activity = Activity.ON_HOLD
    supervising.follow(world, call)
    world.touch_call(call)


def _old_news(call: Call, fact: CallConnected) -> bool:
    """The same bridge told again, or a bridge from before the present one."""
    since = call.talking_since
    if since is not None and fact.at < since:
        return True
    if call.state is CallState.TALKING and call.agent == fact.agent and call.leg == fact.leg:
        # Perhaps a resumption whose hold we have not heard of yet: it dates that hold's end.
        call.talking_since = fact.at
        return True
    return False


def _settle_offer(world: World, call: Call, agent: Agent, at: datetime) -> None:
    offer = call.open_offer()
    if offer is None:
        if call.answered_at is None:
            call.offers.append(_taken_by_fallback(call, agent, at))
        return
    if offer.agent == agent.agent:
        close_offer(world, call, offer, OfferOutcome.ANSWERED)
        return
    if offer.kind is OfferKind.CONSULT:
        return
    offer.inferred = True
    close_offer(world, call, offer, OfferOutcome.WITHDRAWN)
    if offer.kind in NEW_TALK:
        release(world, world.agents[offer.agent])
    if call.answered_at is None:
        call.offers.append(_taken_by_fallback(call, agent, at))


def _taken_by_fallback(call: Call, agent: Agent, at: datetime) -> Offer:
    return Offer(
        offer=OfferId(f"{call.call}.{len(call.offers) + 1}"),
        agent=agent.agent,
        kind=OfferKind.CALL,
        basis=Basis.FALLBACK,
        rank=None,
        made_at=at,
        expires_at=at,
        passed_over=(),
        outcome=OfferOutcome.ANSWERED,
        ended_at=at,
    )


def _settle_consult(world: World, call: Call, agent: Agent) -> None:
    if call.consult is None:
        return
    if call.consult.agent == agent.agent:
        call.consult = None
        call.transfers += 1
    else:
        consult.dismiss_colleague(world, call)


def _settle_former_owner(world: World, call: Call, agent: Agent) -> None:
    former: AgentId | None = call.agent
    if former is None or former == agent.agent:
        return
    owner = world.agents[former]
    if owner.call == call.call:
        if call.leg is not None and call.state in (CallState.CONSULTING, CallState.HELD):
            # Not before the two are together: it may have held the colleague's leg until now.
            world.on_call(HangUpLeg, call, leg=call.leg)
        release(world, owner)


def _occupy(world: World, call: Call, agent: Agent) -> None:
    other = world.calls.get(agent.call) if agent.call and agent.call != call.call else None
    if other is not None and other.state is CallState.WRAP_UP:
        wrap_up.time_out(world, other)
    agent.call, agent.offer = call.call, None
    agent.activity, agent.since = Activity.ON_CALL, world.moment()
    world.touch_agent(agent)


def _answered_after_all(world: World, call: Call, agent: Agent, fact: CallConnected) -> None:
    """The end was told before the answer: the call was served, so its card must be written."""
    ended = call.ended_at
    if call.state is not CallState.ABANDONED or ended is None or fact.at > ended:
        return
    if call.offers and call.offers[-1].agent == agent.agent:
        call.offers[-1].outcome = OfferOutcome.ANSWERED
    call.agent = agent.agent
    call.answered_at = call.answered_at or fact.at
    call.talking_since = fact.at
    call.closed_at = None
    call.move(CallEvent.END_ANSWERED)
    if agent.activity is Activity.IDLE and agent.call is None:
        wrap_up.begin(world, call)
    else:
        call.move(CallEvent.TIME_OUT)
        call.closed_at = ended
        world.forget_later(call)
    world.touch_call(call)
