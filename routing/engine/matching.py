"""Who is offered which call: two questions, one answer.

Which agent for this call (`route`): its plan's open steps in their order; in a pool the longest
idle, or the best skilled where the queue says so. Which call for this agent (`feed`): one that
waits for him by name, else the greatest claim over all his pools. Every offer keeps who was
weighed before the chosen one and why he was passed over.
"""

from routing.calls import CallEvent
from routing.engine import callbacks
from routing.engine.lines import Claim, microseconds
from routing.engine.lineup import may_be_offered
from routing.engine.offering import Ground, ring
from routing.engine.presence import hindrance
from routing.engine.records import Agent, Call
from routing.engine.world import World
from routing.ids import AgentId, CallId
from routing.notices import Considered, StepView
from routing.terms import Basis, OfferKind, PassedOver


def settle(world: World) -> None:
    """Match whatever has become matchable, until nothing is left to match."""
    while world.lineup.calls_to_route or world.lineup.agents_to_feed:
        if world.lineup.calls_to_route:
            call_id = next(iter(world.lineup.calls_to_route))
            del world.lineup.calls_to_route[call_id]
            call = world.calls.get(call_id)
            if call is not None:
                route(world, call)
        else:
            agent_id = next(iter(world.lineup.agents_to_feed))
            del world.lineup.agents_to_feed[agent_id]
            feed(world, world.agents[agent_id])


def route(world: World, call: Call) -> bool:
    """Offer a waiting call to the best agent who is free; False if it goes on waiting."""
    if not may_be_offered(call, world.moment()) or not world.nodes.get(call.node, False):
        return False
    if not call.customer_here and callbacks.put_off(world, call):
        return False
    found = _choose(world, call)
    if found is None:
        return False
    agent, ground = found
    if call.customer_here:
        call.move(CallEvent.OFFER)
        ring(world, call, agent, OfferKind.CALL, ground)
    else:
        callbacks.dial(world, call, agent, ground)
    world.touch_call(call)
    return True


def feed(world: World, agent: Agent) -> None:
    """Give a free agent the call that has the best claim to him: his own clients come first."""
    if hindrance(agent) is not None:
        return
    moment = microseconds(world.moment())
    mine = world.lineup.named.get(agent.agent)
    claim = mine.first(lambda c: _takes(world, c, agent.agent, own=True), moment) if mine else None
    if claim is None:
        claim = _greatest(world, agent, moment)
    if claim is not None and route(world, world.calls[claim.call]) and hindrance(agent) is None:
        world.lineup.agents_to_feed[agent.agent] = None  # another took it; there may be more


def _choose(world: World, call: Call) -> tuple[Agent, Ground] | None:
    passed: list[Considered] = []
    moment = world.moment()
    for step in call.plan:
        if step.opens_at > moment:
            continue
        if step.queue is None:
            found = _of_named(world, call, step, passed)
        else:
            found = _of_pool(world, call, step, passed)
        if found is not None:
            return found
    return None


def _of_named(
    world: World, call: Call, step: StepView, passed: list[Considered]
) -> tuple[Agent, Ground] | None:
    """The first of the named who can be rung; the others are noted as passed over."""
    for place, agent_id in enumerate(step.agents, start=1):
        rank = place if step.basis is Basis.PRIORITY_MANAGER else None
        why = _why_not(world, call, agent_id, step.basis)
        if why is None:
            ground = Ground(basis=step.basis, rank=rank, passed=tuple(passed))
            return world.agents[agent_id], ground
        passed.append(Considered(agent=agent_id, why=why, rank=rank))
    return None


def _of_pool(
    world: World, call: Call, step: StepView, passed: list[Considered]
) -> tuple[Agent, Ground] | None:
    if step.queue not in world.queues:
        return None
    pool = world.lineup.pool((step.queue, step.needs))
    chosen = pool.free.first(lambda agent: _pool_fits(call, agent)) if pool.free else None
    if chosen is None:
        return None
    ground = Ground(basis=step.basis, passed=tuple(passed), pool=pool.count())
    return world.agents[chosen], ground


def _why_not(world: World, call: Call, agent_id: AgentId, basis: Basis) -> PassedOver | None:
    agent = world.agents.get(agent_id)
    if agent is None:
        return PassedOver.UNKNOWN
    if agent_id in call.handed_over_by and basis is not Basis.TRANSFER:
        return PassedOver.HANDED_OVER
    why = hindrance(agent)
    if why is None and agent_id in call.passed:
        return PassedOver.ALREADY_OFFERED
    return why


def _pool_fits(call: Call, agent: AgentId) -> bool:
    return agent not in call.passed and agent not in call.handed_over_by


def _takes(world: World, call_id: CallId, agent: AgentId, *, own: bool) -> bool:
    call = world.calls[call_id]
    if not world.nodes.get(call.node, False) or agent in call.passed:
        return False
    return agent not in call.handed_over_by or (own and call.target == agent)


def _greatest(world: World, agent: Agent, moment: int) -> Claim | None:
    """Return the greatest claim over all the agent's pools at the moment (microseconds)."""
    best: Claim | None = None
    for pool in world.lineup.pools_of.get(agent.agent, ()):
        if not pool.waiting:
            continue
        claim = pool.waiting.first(lambda c: _takes(world, c, agent.agent, own=False), moment)
        if claim is not None and (best is None or claim.at(moment) < best.at(moment)):
            best = claim
    return best
