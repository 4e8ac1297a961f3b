"""The picture: how all calls, agents and queues stand, as far as notices have told.

Owns the indices that screens need (whose call, who waits where, who is free), kept in step with
each notice so that showing one never scans them all. Pure: no clock, no I/O, no connections.

Rules. The greater version holds, so notices may come twice, late or out of order. A call in a
final state leaves the picture; its version is remembered a while so that a late notice does not
bring it back.
"""

from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from agent_ui.live import view
from agent_ui.live.agent_clocks import EVERYTHING
from agent_ui.live.figures import Day
from agent_ui.live.patch import Document, bare
from routing.ids import AgentId, CallId, QueueId
from routing.notices import AgentChanged, AgentView, CallChanged, CallView, Notice
from routing.roster import Roster
from routing.terms import Direction

Display = Callable[[str], str]
"""An E.164 number as people read it."""

REMEMBERED_CALLS = 20_000


@dataclass(slots=True)
class Touched:
    """What one or more notices changed, and so what screens must look at again."""

    agents: set[AgentId] = field(default_factory=set)
    """Whose own state changed."""
    screens: set[AgentId] = field(default_factory=set)
    """On whose console something changed: his state, or a call that is or was his."""
    calls: set[CallId] = field(default_factory=set)
    queues: set[QueueId] = field(default_factory=set)


class Picture:
    """Current views by id, and indices over them. Not thread-safe: one event loop owns it."""

    def __init__(self, *, display: Display, day: Day) -> None:
        self._display = display
        self.day = day
        self._names: dict[AgentId, str] = {}
        self._supervisors: set[AgentId] = set()
        self._pools: dict[AgentId, tuple[QueueId, ...]] = {}
        self._queue_names: dict[QueueId, str] = {}
        self.agents: dict[AgentId, AgentView] = {}
        self.calls: dict[CallId, CallView] = {}
        self._shown: dict[CallId, str | None] = {}
        self._gone: OrderedDict[CallId, int] = OrderedDict()
        self._calls_of: dict[AgentId, set[CallId]] = defaultdict(set)
        self._waiting: dict[QueueId, set[CallId]] = defaultdict(set)
        self._free: dict[QueueId, set[AgentId]] = defaultdict(set)

    # ── Taking in ───────────────────────────────────────────────────────────────────────────

    def load(self, roster: Roster) -> Touched:
        """Learn names and pools; what is not in the roster any more leaves the lists."""
        self._names = {profile.agent: profile.name for profile in roster.agents}
        self._supervisors = {one.agent for one in roster.agents if one.supervises}
        self._pools = {profile.agent: profile.queues for profile in roster.agents}
        self._queue_names = {profile.queue: profile.name for profile in roster.queues}
        self.day.load(roster)
        self._free.clear()
        for agent in self.agents.values():
            self._index_free(agent)
        everyone = set(self._names) | set(self.agents)
        return Touched(
            agents=everyone, screens=set(everyone), calls=set(self.calls), queues=self.queue_ids()
        )

    def take(self, notices: Iterable[Notice]) -> Touched:
        """Apply notices; AskRefused changes nothing here."""
        touched = Touched()
        for notice in notices:
            match notice:
                case CallChanged(call=call):
                    self._take_call(call, touched)
                case AgentChanged(agent=agent):
                    self._take_agent(agent, touched)
                case _:
                    pass
        return touched

    def _take_call(self, call: CallView, touched: Touched) -> None:
        touched.queues |= self.day.take_call(call)
        old = self.calls.get(call.call)
        held = old.version if old else self._gone.get(call.call, -1)
        if call.version <= held:
            return
        touched.calls.add(call.call)
        for one in (old, call):
            if one is not None:
                touched.queues.add(one.queue)
                touched.screens.update(view.participants(one))
        if call.agent is not None:
            touched.screens.add(call.agent)
        if old is not None:
            self._unindex_call(old)
        if call.state in view.FINAL:
            self._forget(call)
            return
        self._index_call(call, old)

    def _unindex_call(self, call: CallView) -> None:
        del self.calls[call.call]
        self._waiting[call.queue].discard(call.call)
        for agent in view.participants(call):
            self._calls_of[agent].discard(call.call)

    def _index_call(self, call: CallView, old: CallView | None) -> None:
        self.calls[call.call] = call
        if old is None or old.number != call.number:
            self._shown[call.call] = self.display(call.number)
        if call.state in view.WAITING:
            self._waiting[call.queue].add(call.call)
        for agent in view.participants(call):
            self._calls_of[agent].add(call.call)

    def _forget(self, call: CallView) -> None:
        self._shown.pop(call.call, None)
        self._gone[call.call] = call.version
        self._gone.move_to_end(call.call)
        if len(self._gone) > REMEMBERED_CALLS:
            self._gone.popitem(last=False)

    def _take_agent(self, agent: AgentView, touched: Touched) -> None:
        old = self.agents.get(agent.agent)
        if old is not None and agent.version <= old.version:
            return
        touched.queues |= self.day.take_agent(agent)
        self.agents[agent.agent] = agent
        touched.agents.add(agent.agent)
        touched.screens.add(agent.agent)
        touched.queues.update(self._pools.get(agent.agent, ()))
        self._index_free(agent)

    def _index_free(self, agent: AgentView) -> None:
        for queue in self._pools.get(agent.agent, ()):
            if view.takes_calls(agent):
                self._free[queue].add(agent.agent)
            else:
                self._free[queue].discard(agent.agent)

    # ── Showing ─────────────────────────────────────────────────────────────────────────────

    def display(self, number: str | None) -> str | None:
        """A number as people read it; None for a withheld one."""
        return self._display(number) if number else None

    def name(self, agent: AgentId) -> str:
        """The agent's name as the roster or routing has it, else his id."""
        known = self.agents.get(agent)
        return self._names.get(agent) or (known.name if known else agent)

    def agent_ids(self) -> set[AgentId]:
        """All who take calls from queues and colleagues."""
        return self._names.keys() - self._supervisors

    def queue_ids(self) -> set[QueueId]:
        """All queues of the roster."""
        return set(self._queue_names)

    def call_of(self, agent: AgentId) -> CallView | None:
        """The call on the agent's screen: the one routing names, else the latest of his."""
        mine = self._calls_of.get(agent)
        if not mine:
            return None
        known = self.agents.get(agent)
        if known is not None and known.call in mine:
            return self.calls[known.call]
        return max((self.calls[one] for one in mine), key=lambda one: (one.arrived_at, one.call))

    def console_call(self, agent: AgentId) -> Document | None:
        """That call as his console shows it, without what only SQL knows."""
        call = self.call_of(agent)
        if call is None:
            return None
        return view.call_on_console(agent, call, facts=self._facts(call), name=self.name)

    def me(self, agent: AgentId) -> Document:
        """The agent's own state; an employee who never took a shift has the state of one absent."""
        known = self.agents.get(agent)
        return view.me(known) if known else view.absent_colleague(self.name(agent))

    def colleague(self, agent: AgentId) -> Document | None:
        """The agent as others see him; None for one who takes no calls from others."""
        if agent not in self.agent_ids():
            return None
        known = self.agents.get(agent)
        shown = view.colleague(known) if known else view.absent_colleague("")
        return bare(shown | {"name": self.name(agent)})

    def queue(self, queue: QueueId) -> Document | None:
        """How a queue stands; None for one that is not in the roster."""
        if queue not in self._queue_names:
            return None
        line = [self.calls[one] for one in self._waiting.get(queue, ())]
        callers = [one.queued_at for one in line if one.direction is Direction.INBOUND]
        return bare(
            {
                "name": self._queue_names[queue],
                "waiting": len(callers),
                "longest_since": view.instant(min(callers, default=None)),
                "callbacks": len(line) - len(callers),
                "available": len(self._free.get(queue, ())),
            }
        )

    def figures(self, queue: QueueId) -> Document | None:
        """Today's figures of a queue or of EVERYTHING; None for one that is not in the roster."""
        if queue not in self._queue_names and queue != EVERYTHING:
            return None
        return self.day.shown(queue)

    def staff(self, agent: AgentId) -> Document | None:
        """What only boards show of an agent; None for one who takes no calls from others."""
        if agent not in self.agent_ids():
            return None
        return bare(view.on_board(self.agents.get(agent), queues=self._pools[agent]))

    def board_call(self, call: CallId) -> Document | None:
        """A call as the board shows it; None once it has left."""
        known = self.calls.get(call)
        if known is None:
            return None
        return bare(view.call_on_board(known, facts=self._facts(known), name=self.name))

    def _facts(self, call: CallView) -> Document:
        queue_name = self._queue_names.get(call.queue, call.queue)
        return view.call_facts(call, display=self._shown[call.call], queue_name=queue_name)
