"""How an agent comes free: the state he queued during the call takes hold now."""

from routing.engine.records import Agent
from routing.engine.world import World
from routing.terms import Activity, Availability


def release(world: World, agent: Agent, activity: Activity = Activity.IDLE) -> None:
    """Part the agent from his call; `activity` says how he is left."""
    agent.call = None
    agent.offer = None
    agent.activity = activity
    agent.since = world.moment()
    if agent.next_availability is not None:
        take_up(agent, agent.next_availability)
        agent.reason, agent.forced_by = agent.next_reason, agent.next_forced_by
        agent.next_availability, agent.next_reason, agent.next_forced_by = None, None, None
    world.touch_agent(agent)


def take_up(agent: Agent, availability: Availability) -> None:
    """Set the availability; going home ends the shift."""
    agent.availability = availability
    if availability is Availability.OFFLINE:
        agent.on_shift = False
