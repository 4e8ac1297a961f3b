"""What every wish of an agent must pass: it is his call, the time is right, the other is free."""

from routing.engine.presence import hindrance
from routing.engine.records import Agent, Call
from routing.engine.world import World
from routing.facts import CallAsk
from routing.ids import AgentId, QueueId
from routing.terms import CallState


def owned(world: World, fact: CallAsk, states: frozenset[CallState]) -> Call | None:
    """Return the asker's call if it is in one of the states; otherwise tell him and return None."""
    call = world.calls.get(fact.call)
    if call is None or call.agent != fact.agent:
        world.refuse(fact.agent, fact.call, "not_your_call")
        return None
    if call.state not in states:
        world.refuse(fact.agent, fact.call, "not_now")
        return None
    return call


def chosen_colleague(
    world: World, fact: CallAsk, to_agent: AgentId | None, to_queue: QueueId | None
) -> Agent | None:
    """Return the agent named, or the longest idle of the queue; tell the asker if there is none."""
    if to_agent is not None:
        colleague = world.agents.get(to_agent)
        if to_agent == fact.agent or colleague is None or hindrance(colleague) is not None:
            world.refuse(fact.agent, fact.call, "agent_not_available")
            return None
        return colleague
    pool = world.lineup.pool((to_queue, ())) if to_queue in world.queues else None
    chosen = pool.free.first(lambda agent: agent != fact.agent) if pool else None
    if chosen is None:
        world.refuse(fact.agent, fact.call, "nobody_available")
        return None
    return world.agents[chosen]
