"""Taking in the roster: agents and queues come, change and go."""

from routing.engine.records import Agent
from routing.engine.world import World
from routing.facts import RosterLoaded


def roster_loaded(world: World, fact: RosterLoaded) -> None:
    """Use the roster from now on. Agents who are no longer in it stay known but off shift.

    Calls keep the plan that they were given.
    """
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
                skills=dict(profile.skills),
                since=world.moment(),
            )
            world.agents[agent.agent] = agent
        else:
            agent.name, agent.queues = profile.name, profile.queues
            agent.skills = dict(profile.skills)
    for agent in world.agents.values():
        if agent.agent not in listed:
            agent.on_shift, agent.queues, agent.skills = False, (), {}
    world.regroup()
    for agent in world.agents.values():
        world.touch_agent(agent)
