"""Everything the engine knows: calls, agents, nodes, queues, lines and deadlines.

The only mutable state of routing. Handlers change records and say so (`touch_*`); the world
keeps the lines in step and collects what the decision must tell.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from routing.calls import OVER
from routing.commands import Command, HangUpLeg, ReturnToWaiting
from routing.decision import Decision
from routing.engine.lines import Key, Line
from routing.engine.records import Agent, Call
from routing.engine.timers import Due, Timers
from routing.facts import Fact
from routing.ids import AgentId, CallId, CommandId, FactId, LegId, NodeId, QueueId
from routing.notices import AgentChanged, AskRefused, CallChanged, Notice
from routing.roster import QueueProfile, Roster
from routing.terms import Activity, Availability, CallState, PassedOver, PhoneState

C = TypeVar("C", bound=Command)

SEEN_FACTS = 20_000
"""How many fact ids are remembered to take each fact once."""

ORPHANS_PER_CALL = 64
ORPHAN_CALLS = 1_000
"""Facts that may wait for the arrival of their call, and for how many calls."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """The state at a point of the journal, enough to go on from there."""

    roster: Roster
    now: datetime
    calls: tuple[Call, ...]
    agents: tuple[Agent, ...]
    nodes: tuple[tuple[NodeId, bool], ...]
    seen: tuple[FactId, ...]


class World:
    """The tables and the rules that keep them consistent."""

    def __init__(self) -> None:
        self.roster: Roster | None = None
        self.now: datetime | None = None
        self.queues: dict[QueueId, QueueProfile] = {}
        self.entries: dict[str, QueueId] = {}
        self.calls: dict[CallId, Call] = {}
        self.agents: dict[AgentId, Agent] = {}
        self.nodes: dict[NodeId, bool] = {}
        self.orphans: dict[CallId, list[Fact]] = {}
        self.timers = Timers()
        self.seen: dict[FactId, None] = {}
        self.waiting: dict[QueueId, Line[CallId]] = {}
        self._placed: dict[CallId, QueueId] = {}
        self.waiting_for: dict[AgentId, Line[CallId]] = {}
        self.free: dict[QueueId, Line[AgentId]] = {}
        self.calls_to_route: dict[CallId, None] = {}
        self.agents_to_feed: dict[AgentId, None] = {}
        self._fact: FactId = FactId("")
        self._commands: list[Command] = []
        self._told: list[Notice] = []
        self._parked: dict[CallId, LegId | None] = {}
        self._touched_calls: dict[CallId, None] = {}
        self._touched_agents: dict[AgentId, None] = {}

    # ── Facts come in, a decision goes out ──────────────────────────────────────────────────

    def begin(self, fact: Fact) -> None:
        """Open the decision on this fact. Time never runs backwards."""
        self._fact = fact.id
        self.now = fact.at if self.now is None else max(self.now, fact.at)

    def take_once(self, fact: Fact) -> bool:
        """Tell whether the fact is new, and remember it."""
        if fact.id in self.seen:
            return False
        self.seen[fact.id] = None
        if len(self.seen) > SEEN_FACTS:
            del self.seen[next(iter(self.seen))]
        return True

    def conclude(self) -> Decision:
        """Close the decision: commands in their order, then how everything touched stands."""
        notices: list[Notice] = list(self._told)
        for call_id in self._touched_calls:
            call = self.calls[call_id]
            call.version += 1
            notices.append(CallChanged(call=call.view()))
        for agent_id in self._touched_agents:
            agent = self.agents[agent_id]
            agent.version += 1
            notices.append(AgentChanged(agent=agent.view()))
        decision = Decision(commands=tuple(self._commands), notices=tuple(notices))
        self._commands.clear()
        self._told.clear()
        self._touched_calls.clear()
        self._touched_agents.clear()
        return decision

    # ── What handlers say ───────────────────────────────────────────────────────────────────

    def command(self, make: Callable[..., C], **fields: Any) -> C:
        """Give a command; its id is made of the fact's id and its place in the decision."""
        command = make(id=CommandId(f"{self._fact}#{len(self._commands)}"), **fields)
        self._commands.append(command)
        return command

    def on_call(self, make: Callable[..., C], call: Call, **fields: Any) -> C:
        """Give a command about a call on its node."""
        return self.command(make, node=call.node, call=call.call, customer=call.customer, **fields)

    def refuse(self, agent: AgentId, call: CallId | None, code: str) -> None:
        """Tell an agent that his wish is not granted."""
        self._told.append(AskRefused(agent=agent, call=call, code=code))

    def moment(self) -> datetime:
        """Return the time of this decision."""
        if self.now is None:  # pragma: no cover - `begin` always runs first
            raise RuntimeError("no fact has been applied yet")
        return self.now

    def touch_call(self, call: Call) -> None:
        """Note that the call changed; keep its place in the lines right."""
        self._touched_calls[call.call] = None
        self._line_up(call)

    def touch_agent(self, agent: Agent) -> None:
        """Note that the agent changed; keep his place among the free right."""
        self._touched_agents[agent.agent] = None
        self._set_free(agent)

    def queue_of(self, call: Call) -> QueueProfile:
        """Return the queue that the call is in."""
        return self.queues[call.queue]

    def set_timer(self, at: datetime, due: Due, subject: str) -> None:
        """Ask for a moment; see `routing.engine.timers`."""
        self.timers.set(at, due, subject)

    def park(self, call: Call, leg_alone: LegId | None = None) -> None:
        """Let the customer wait, unless this very decision offers him to somebody.

        `leg_alone` is a leg that nobody's move ends. One move a decision: Asterisk refuses to
        move a channel that it is still moving.
        """
        self._parked[call.call] = leg_alone

    def settle_parked(self) -> None:
        """After matching: move those who were parked and are not rung for."""
        for call_id, leg_alone in self._parked.items():
            call = self.calls[call_id]
            offer = call.open_offer()
            if offer is None or offer.command not in {c.id for c in self._commands}:
                self.on_call(ReturnToWaiting, call, release=leg_alone)
            elif leg_alone is not None:
                self.on_call(HangUpLeg, call, leg=leg_alone)
        self._parked.clear()

    # ── The lines ───────────────────────────────────────────────────────────────────────────

    def _line_up(self, call: Call) -> None:
        waits = call.state is CallState.QUEUED
        key: Key = (0 if call.front else 1, call.queued_at, call.call)
        placed = self._placed.get(call.call)
        if placed is not None and (not waits or placed != call.queue):
            self.waiting[placed].remove(call.call)
            del self._placed[call.call]
        if waits:
            self.waiting.setdefault(call.queue, Line()).add(call.call, key)
            self._placed[call.call] = call.queue
        for manager in call.managers:
            line = self.waiting_for.setdefault(manager, Line())
            if waits:
                line.add(call.call, key)
            else:
                line.remove(call.call)
        if waits:
            self.calls_to_route[call.call] = None

    def _set_free(self, agent: Agent) -> None:
        is_free = hindrance(agent) is None
        key: Key = (0, agent.since, agent.agent)
        for queue in agent.queues:
            line = self.free.setdefault(queue, Line())
            if is_free:
                line.add(agent.agent, key)
            else:
                line.remove(agent.agent)
        if is_free:
            self.agents_to_feed[agent.agent] = None

    def unfree(self, agent: Agent) -> None:
        """Take the agent out of all pools; his queues are about to change."""
        for queue in agent.queues:
            self.free.setdefault(queue, Line()).remove(agent.agent)

    def use_roster(self, roster: Roster) -> None:
        """Take over queues and entries."""
        self.roster = roster
        self.queues = {queue.queue: queue for queue in roster.queues}
        self.entries = dict(roster.entries)

    def settle_restored(self) -> None:
        """After a restore the lines stand; nothing is to be told or matched until a fact comes."""
        self.calls_to_route.clear()
        self.agents_to_feed.clear()
        self._touched_calls.clear()
        self._touched_agents.clear()

    # ── Checkpoints ─────────────────────────────────────────────────────────────────────────

    def dump(self) -> Checkpoint:
        """Write down the state. Raises ValueError before the first roster."""
        if self.roster is None or self.now is None:
            raise ValueError("there is no state to write down before the first roster")
        return Checkpoint(
            roster=self.roster,
            now=self.now,
            calls=tuple(self.calls.values()),
            agents=tuple(self.agents.values()),
            nodes=tuple(self.nodes.items()),
            seen=tuple(self.seen),
        )

    def forget(self, call: Call) -> None:
        """Drop a call that is long over."""
        if call.state in OVER:
            self.calls.pop(call.call, None)


def hindrance(agent: Agent) -> PassedOver | None:
    """Return why the agent can take no call now, or None if he can."""
    if not agent.on_shift or agent.availability is Availability.OFFLINE:
        return PassedOver.OFFLINE
    busy = _BUSY.get(agent.activity)
    if busy is not None:
        return busy
    if agent.availability is Availability.NOT_READY:
        return PassedOver.NOT_READY
    if not agent.console:
        return PassedOver.CONSOLE_LOST
    return _PHONES.get(agent.phone_state)


_BUSY = {
    Activity.RINGING: PassedOver.RINGING,
    Activity.ON_CALL: PassedOver.ON_CALL,
    Activity.ON_HOLD: PassedOver.ON_CALL,
    Activity.WRAP_UP: PassedOver.WRAP_UP,
    Activity.NOT_RESPONDING: PassedOver.NOT_RESPONDING,
}
_PHONES = {
    PhoneState.UNREACHABLE: PassedOver.PHONE_UNREACHABLE,
    PhoneState.IN_USE: PassedOver.PHONE_IN_USE,
}
