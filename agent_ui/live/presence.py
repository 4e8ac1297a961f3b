"""Whether an agent's console is live, told to routing as facts.

The first live tab makes ConsoleConnected. When the last one goes, routing hears ConsoleLost only
after a grace, so that a reload or a blink of the network is no event. How long a lost agent's
status can be restored is the engine's matter.
"""

import asyncio
from uuid import uuid4

from agent_ui.ports import Clock, Intake
from routing.facts import ConsoleConnected, ConsoleLost
from routing.ids import AgentId, FactId
from routing.loop import Overloaded

RETRY_SECONDS = 0.5


class Presence:
    """Counts nothing; it is told of first and last tabs by the hub."""

    def __init__(self, intake: Intake, clock: Clock, *, grace: float) -> None:
        self._intake = intake
        self._clock = clock
        self._grace = grace
        self._leaving: dict[AgentId, asyncio.TimerHandle] = {}
        self._live: set[AgentId] = set()

    def came(self, agent: AgentId) -> None:
        """The agent's first tab is live."""
        timer = self._leaving.pop(agent, None)
        if timer is not None:
            timer.cancel()
        if agent in self._live:
            return
        self._live.add(agent)
        self._tell(ConsoleConnected(id=_fact_id(agent), at=self._clock.now(), agent=agent))

    def went(self, agent: AgentId) -> None:
        """The agent's last tab is gone; also told of those who never came after a start."""
        if agent in self._leaving:
            return
        loop = asyncio.get_running_loop()
        self._leaving[agent] = loop.call_later(self._grace, self._lost, agent)

    def close(self) -> None:
        """Stop all timers; routing learns nothing of it."""
        for timer in self._leaving.values():
            timer.cancel()
        self._leaving.clear()

    def _lost(self, agent: AgentId) -> None:
        del self._leaving[agent]
        self._live.discard(agent)
        self._tell(ConsoleLost(id=_fact_id(agent), at=self._clock.now(), agent=agent))

    def _tell(self, fact: ConsoleConnected | ConsoleLost) -> None:
        """A full inbox must not lose it; a later fact of the same agent outdates it."""
        try:
            self._intake.submit(fact)
        except Overloaded:
            asyncio.get_running_loop().call_later(RETRY_SECONDS, self._tell, fact)


def _fact_id(agent: AgentId) -> FactId:
    return FactId(f"ui:console:{agent}:{uuid4()}")
