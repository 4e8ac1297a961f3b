"""Pools: the agents of a queue who have what a call needs, and the calls that wait for them.

A pool is made when a plan first names it, and lives until the roster changes; there are as many
as rules and queues can name, not as many as there are calls. An agent's state is looked at once
when it changes; each of his pools then moves him in O(log n).
"""

from routing.engine.lines import Key, Line, Waiting
from routing.engine.records import Agent
from routing.ids import AgentId, QueueId, SkillId
from routing.notices import PoolCount
from routing.terms import PassedOver

Needs = tuple[tuple[SkillId, int], ...]
"""Skills with the levels that they must have, in the order of their names."""

PoolKey = tuple[QueueId, Needs]


class Pool:
    """One pool. `best_first` prefers the higher levels to the longer idle."""

    __slots__ = ("best_first", "free", "key", "levels", "standing", "waiting")

    def __init__(self, key: PoolKey, *, best_first: bool) -> None:
        self.key = key
        self.best_first = best_first
        self.levels: dict[AgentId, int] = {}
        """Its agents, each with the sum of his levels over the needs."""
        self.free: Line[AgentId] = Line()
        self.waiting = Waiting()
        self.standing: dict[PassedOver | None, int] = {}

    def place(self, agent: Agent, was: PassedOver | None, now: PassedOver | None) -> None:
        """An agent of this pool changed: `was` and `now` are his hindrances."""
        if was is not now:
            self.standing[was] -= 1
            self.standing[now] = self.standing.get(now, 0) + 1
        if now is None:
            self.free.add(agent.agent, self._key(agent))
        elif was is None:
            self.free.remove(agent.agent)

    def enrol(self, agent: Agent, levels: int, now: PassedOver | None) -> None:
        """Take the agent in."""
        self.levels[agent.agent] = levels
        self.standing[now] = self.standing.get(now, 0) + 1
        if now is None:
            self.free.add(agent.agent, self._key(agent))

    def _key(self, agent: Agent) -> Key:
        preference = -self.levels[agent.agent] if self.best_first else 0
        return preference, agent.since, agent.agent

    def staffed(self) -> int:
        """Return how many of its agents are at work: free, or busy with calls."""
        return sum(self.standing.get(why, 0) for why in _AT_WORK)

    def count(self) -> PoolCount:
        """Return how the pool stands."""
        busy = tuple(
            (why, number) for why, number in self.standing.items() if why is not None and number
        )
        return PoolCount(
            queue=self.key[0],
            able=len(self.levels),
            free=self.standing.get(None, 0),
            busy=tuple(sorted(busy)),
        )


_AT_WORK = (None, PassedOver.RINGING, PassedOver.ON_CALL, PassedOver.WRAP_UP)


def levels_for(agent: Agent, key: PoolKey) -> int | None:
    """Return the sum of the agent's levels over the needs, or None if he is not of the pool."""
    queue, needs = key
    if queue not in agent.queues:
        return None
    total = 0
    for skill, level in needs:
        has = agent.skills.get(skill, 0)
        if has < level:
            return None
        total += has
    return total
