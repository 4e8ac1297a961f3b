"""Who is offered which call: ranked priority managers, then the queue's pool, longest idle first.

Two questions, one answer: which agent for this call (`route`), and which call for this agent
(`feed`). Every offer keeps who was weighed before the chosen one and why he was passed over.
"""

from datetime import timedelta

from routing.calls import CallEvent
from routing.commands import OfferCall
from routing.engine.records import Agent, Call, Offer
from routing.engine.timers import Due
from routing.engine.world import World, hindrance
from routing.ids import AgentId, CallId, OfferId
from routing.notices import Considered
from routing.terms import Activity, Basis, CallState, OfferKind, OfferOutcome, PassedOver

LEASE_GRACE = timedelta(seconds=6)
"""How long after its ringing an offer may stay without news before it is taken back."""

ROUND = timedelta(seconds=10)
"""How long a call waits until those who missed or refused it are asked again."""

SHORT_ROUND = timedelta(seconds=1)
"""The same, where an offer failed by no fault of its agent."""


def settle(world: World) -> None:
    """Match whatever has become matchable, until nothing is left to match."""
    while world.calls_to_route or world.agents_to_feed:
        if world.calls_to_route:
            call_id = next(iter(world.calls_to_route))
            del world.calls_to_route[call_id]
            call = world.calls.get(call_id)
            if call is not None:
                route(world, call)
        else:
            agent_id = next(iter(world.agents_to_feed))
            del world.agents_to_feed[agent_id]
            feed(world, world.agents[agent_id])


def route(world: World, call: Call) -> None:
    """Offer a waiting call to the best agent who is free; otherwise it goes on waiting."""
    if call.state is not CallState.QUEUED or not world.nodes.get(call.node, False):
        return
    passed: list[Considered] = []
    for agent_id, basis, rank in _preferred(call):
        why = _why_not(world, call, agent_id)
        if why is None:
            _offer(world, call, world.agents[agent_id], basis, rank, tuple(passed))
            return
        passed.append(Considered(agent=agent_id, why=why, rank=rank))
    call.target = None
    free = world.free.get(call.queue)
    chosen = free.first(lambda agent: _pool_fits(call, agent)) if free else None
    if chosen is not None:
        _offer(world, call, world.agents[chosen], Basis.QUEUE_POOL, None, tuple(passed))


def feed(world: World, agent: Agent) -> None:
    """Give a free agent the call that has the best claim to him: his own clients come first."""
    if hindrance(agent) is not None:
        return
    mine = world.waiting_for.get(agent.agent)
    call_id = mine.first(lambda c: _takes(world, c, agent.agent, own=True)) if mine else None
    if call_id is None:
        call_id = _oldest(world, agent)
    if call_id is not None:
        route(world, world.calls[call_id])


def _preferred(call: Call) -> list[tuple[AgentId, Basis, int | None]]:
    named: list[tuple[AgentId, Basis, int | None]] = []
    if call.target is not None:
        named.append((call.target, Basis.TRANSFER, None))
    named.extend(
        (manager, Basis.PRIORITY_MANAGER, rank)
        for rank, manager in enumerate(call.managers, start=1)
        if manager not in call.handed_over_by
    )
    return named


def _why_not(world: World, call: Call, agent_id: AgentId) -> PassedOver | None:
    agent = world.agents.get(agent_id)
    if agent is None:
        return PassedOver.UNKNOWN
    if agent_id in call.passed:
        why = hindrance(agent)
        return PassedOver.ALREADY_OFFERED if why is None else why
    return hindrance(agent)


def _pool_fits(call: Call, agent: AgentId) -> bool:
    return agent not in call.passed and agent not in call.handed_over_by


def _takes(world: World, call_id: CallId, agent: AgentId, *, own: bool) -> bool:
    call = world.calls[call_id]
    if not world.nodes.get(call.node, False) or agent in call.passed:
        return False
    return agent not in call.handed_over_by or (own and call.target == agent)


def _oldest(world: World, agent: Agent) -> CallId | None:
    """Return the call that waits longest over all the agent's queues."""
    best: CallId | None = None
    best_key = None
    for queue in agent.queues:
        line = world.waiting.get(queue)
        found = line.first(lambda c: _takes(world, c, agent.agent, own=False)) if line else None
        if line is None or found is None:
            continue
        key = line.key(found)
        if key is not None and (best_key is None or key < best_key):
            best, best_key = found, key
    return best


def _offer(
    world: World,
    call: Call,
    agent: Agent,
    basis: Basis,
    rank: int | None,
    passed: tuple[Considered, ...],
) -> None:
    call.move(CallEvent.OFFER)
    call.target = None
    ring(world, call, agent, OfferKind.CALL, basis, rank=rank, passed=passed)
    world.touch_call(call)


def ring(
    world: World,
    call: Call,
    agent: Agent,
    kind: OfferKind,
    basis: Basis,
    *,
    rank: int | None = None,
    passed: tuple[Considered, ...] = (),
    seconds: int | None = None,
) -> Offer:
    """Reserve the agent for the call; unless he is asked as a consultant, ring him.

    A consultant is rung on the owner's leg by a command of its own.
    """
    moment = world.moment()
    seconds = world.queue_of(call).ring_seconds if seconds is None else seconds
    offer = Offer(
        offer=OfferId(f"{call.call}.{len(call.offers) + 1}"),
        agent=agent.agent,
        kind=kind,
        basis=basis,
        rank=rank,
        made_at=moment,
        expires_at=moment + timedelta(seconds=seconds) + LEASE_GRACE,
        passed_over=passed,
    )
    call.offers.append(offer)
    world.set_timer(offer.expires_at, Due.OFFER, call.call)
    agent.call, agent.offer = call.call, offer.offer
    if kind is not OfferKind.RECONNECT:
        agent.activity, agent.since = Activity.RINGING, moment
    world.touch_agent(agent)
    if kind is not OfferKind.CONSULT:
        command = world.on_call(
            OfferCall, call, offer=offer.offer, agent=agent.agent, seconds=seconds, kind=kind
        )
        offer.command = command.id
    return offer


def close_offer(world: World, call: Call, offer: Offer, outcome: OfferOutcome) -> None:
    """Write what became of an offer. What it means for agent and call is the caller's matter."""
    offer.outcome = outcome
    offer.ended_at = world.moment()
    agent = world.agents[offer.agent]
    if agent.offer == offer.offer:
        agent.offer = None
    world.touch_call(call)
    world.touch_agent(agent)


def pass_over(world: World, call: Call, agent: AgentId, *, time: timedelta = ROUND) -> None:
    """Do not offer the call to this agent again in this round, which ends after `time`."""
    call.passed.add(agent)
    end = world.moment() + time
    if call.round_ends_at is None or end < call.round_ends_at:
        call.round_ends_at = end
        world.set_timer(end, Due.ROUND, call.call)
