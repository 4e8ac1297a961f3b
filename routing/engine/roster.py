"""Taking in the roster: agents and queues come, change and go."""

from routing.engine.records import Agent
from routing.engine.world import World
from routing.facts import RosterLoaded


def roster_loaded(world: World, fact: RosterLoaded) -> None:
    """Use the roster from now on. Agents who are no longer in it stay known but off shift."""
    world.use_roster(fact.roster)
    listed = set()
    for profile in fact.roster.agents:
        listed.add(profile.agent)
        agent = world.agents.get(profile.agent)
        if agent is None:
            agent = Agent(
                agent=profile.agent,
                name=profile.name,
                queues=profile.queues,
                since=world.moment(),
            )
            world.agents[agent.agent] = agent
        else:
            world.unfree(agent)
            agent.name, agent.queues = profile.name, profile.queues
        world.touch_agent(agent)
    for agent in world.agents.values():
        if agent.agent not in listed and agent.on_shift:
            agent.on_shift = False
            world.touch_agent(agent)
