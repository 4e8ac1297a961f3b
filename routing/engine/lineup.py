"""Who stands where: calls with the agents and in the pools they wait for, agents among the free.

Also what is to be matched next. It follows the records and decides nothing.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from routing.engine.lines import Claim, Turnout, Waiting, microseconds
from routing.engine.pools import Pool, PoolKey, levels_for
from routing.engine.presence import hindrance
from routing.engine.records import Agent, Call
from routing.ids import AgentId, CallId, QueueId
from routing.roster import QueueProfile
from routing.terms import CallState, Choice, PassedOver


class LineUp:
    """The lines and pools of one routing domain."""

    def __init__(self) -> None:
        self.named: dict[AgentId, Waiting] = {}
        self.pools: dict[PoolKey, Pool] = {}
        self.pools_of: dict[AgentId, list[Pool]] = {}
        self.turnout: dict[QueueId, Turnout] = {}
        self.calls_to_route: dict[CallId, None] = {}
        self.agents_to_feed: dict[AgentId, None] = {}
        self._queues: Mapping[QueueId, QueueProfile] = {}
        self._agents_in: dict[QueueId, list[Agent]] = {}
        self._stood: dict[AgentId, PassedOver | None] = {}
        self._placed: dict[CallId, tuple[Claim, tuple[Waiting, ...]]] = {}
        self._turned_out: dict[CallId, QueueId] = {}

    def regroup(self, agents: Iterable[Agent], queues: Mapping[QueueId, QueueProfile]) -> None:
        """Begin anew with these agents and queues; the calls are to be placed after it."""
        self._queues = queues
        self.pools, self.pools_of, self.named = {}, {}, {}
        self._placed, self._stood, self._agents_in = {}, {}, {}
        for agent in agents:
            for queue in agent.queues:
                self._agents_in.setdefault(queue, []).append(agent)

    def place(self, call: Call, moment: datetime) -> None:
        """Keep the call where it waits, and its queue's turnout right."""
        waits = may_be_offered(call, moment)
        self._turn_out(call)
        had = self._placed.get(call.call)
        if not waits:
            if had is not None:
                self._leave(call.call, had[1])
            return
        self.calls_to_route[call.call] = None
        claim = claim_of(call)
        places = self._places(call, moment)
        if had is not None:
            if had[0].key == claim.key and had[0].rate == claim.rate and had[1] == places:
                return
            self._leave(call.call, had[1])
        for place in places:
            place.add(claim)
        self._placed[call.call] = (claim, places)

    def _leave(self, call: CallId, places: tuple[Waiting, ...]) -> None:
        for place in places:
            place.remove(call)
        del self._placed[call]

    def _places(self, call: Call, moment: datetime) -> tuple[Waiting, ...]:
        """Return where the call waits: with agents by name, and in the pools that are open."""
        places = []
        for step in call.plan:
            if step.opens_at > moment:
                continue
            for agent in step.agents:
                line = self.named.get(agent)
                if line is None:
                    line = self.named[agent] = Waiting()
                places.append(line)
            if step.queue is not None and step.queue in self._queues:
                places.append(self.pool((step.queue, step.needs)).waiting)
        return tuple(places)

    def has_opened(self, call: Call, moment: datetime) -> bool:
        """Tell whether a step has opened since the call was lined up."""
        had = self._placed.get(call.call)
        return had is not None and had[1] != self._places(call, moment)

    def _turn_out(self, call: Call) -> None:
        """Keep count of who waits where; a ringing caller waits still."""
        waits = call.customer_here and call.state in (CallState.QUEUED, CallState.RINGING)
        queue = call.queue if waits and call.plan else None
        counted = self._turned_out.get(call.call)
        if counted == queue:
            return
        if counted is not None:
            self.turnout[counted].remove(call.call)
            del self._turned_out[call.call]
        if queue is not None:
            self.turnout.setdefault(queue, Turnout()).add(call.call, microseconds(call.queued_at))
            self._turned_out[call.call] = queue

    def pool(self, key: PoolKey) -> Pool:
        """Return the pool of a queue's agents who have what is needed."""
        pool = self.pools.get(key)
        if pool is None:
            best_first = self._queues[key[0]].choice is Choice.BEST_SKILLED
            pool = self.pools[key] = Pool(key, best_first=best_first)
            for agent in self._agents_in.get(key[0], ()):
                levels = levels_for(agent, key)
                if levels is not None:
                    pool.enrol(agent, levels, self._stands(agent))
                    self.pools_of.setdefault(agent.agent, []).append(pool)
        return pool

    def _stands(self, agent: Agent) -> PassedOver | None:
        """Return the agent's hindrance as his pools know it."""
        if agent.agent not in self._stood:
            self._stood[agent.agent] = hindrance(agent)
        return self._stood[agent.agent]

    def place_agent(self, agent: Agent) -> None:
        """Keep the agent where he stands in his pools; if he is free, a call may wait for him."""
        was, now = self._stands(agent), hindrance(agent)
        self._stood[agent.agent] = now
        for pool in self.pools_of.get(agent.agent, ()):
            pool.place(agent, was, now)
        if now is None:
            self.agents_to_feed[agent.agent] = None


def may_be_offered(call: Call, moment: datetime) -> bool:
    """Tell whether the call waits for an agent now."""
    if call.state is not CallState.QUEUED:
        return False
    return call.not_before is None or call.not_before <= moment


def claim_of(call: Call) -> Claim:
    """Return what the call can claim while it waits."""
    return Claim(
        call.call,
        start=microseconds(call.queued_at),
        credit=call.claim.credit,
        rate=call.claim.rate,
        front=call.front,
    )
