"""Everything the engine knows: calls, agents, nodes, queues, pools and deadlines.

The only mutable state of routing. Handlers change records and say so (`touch_*`); the world
keeps the lines in step and collects what the decision must tell.
"""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from routing.calls import OVER
from routing.commands import Command, HangUpLeg, ReturnToWaiting
from routing.decision import Decision
from routing.engine.lineup import LineUp
from routing.engine.predicting import Experience
from routing.engine.records import Agent, Call
from routing.engine.timers import FORGET_AFTER, GONE_AFTER, Due, Timers
from routing.facts import Fact
from routing.ids import (
    AgentId,
    CallId,
    CommandId,
    FactId,
    FlowId,
    LegId,
    NodeId,
    QueueId,
    ScheduleId,
)
from routing.notices import AgentChanged, AskRefused, CallChanged, Notice
from routing.roster import QueueProfile, Roster, Schedule
from routing.rules.ruling import Rulebook
from routing.rules.terms import NO_RULES

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
    learned: tuple[Experience, ...] = ()


class World:
    """The tables and the rules that keep them consistent."""

    def __init__(self) -> None:
        self.roster: Roster | None = None
        self.now: datetime | None = None
        self.queues: dict[QueueId, QueueProfile] = {}
        self.entries: dict[str, QueueId] = {}
        self.flows: dict[str, FlowId] = {}
        self.rules = Rulebook(NO_RULES)
        self.schedules: dict[ScheduleId, Schedule] = {}
        self._supervisors: frozenset[AgentId] = frozenset()
        self.learned: dict[QueueId, Experience] = {}
        self.calls: dict[CallId, Call] = {}
        self.agents: dict[AgentId, Agent] = {}
        self.nodes: dict[NodeId, bool] = {}
        self.orphans: dict[CallId, list[Fact]] = {}
        self.timers = Timers()
        self.seen: set[FactId] = set()
        self._seen_in_order: deque[FactId] = deque()
        self.lineup = LineUp()
        self.to_tell: dict[CallId, None] = {}
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
        self.seen.add(fact.id)
        self._seen_in_order.append(fact.id)
        if len(self._seen_in_order) > SEEN_FACTS:
            self.seen.discard(self._seen_in_order.popleft())
        return True

    def recall(self, seen: Iterable[FactId]) -> None:
        """Remember facts that were taken before, the oldest first."""
        self._seen_in_order = deque(seen)
        self.seen = set(self._seen_in_order)

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
        self.lineup.place(call, self.moment())

    def touch_agent(self, agent: Agent) -> None:
        """Note that the agent changed; keep his place among the free right."""
        self._touched_agents[agent.agent] = None
        self.lineup.place_agent(agent)

    def queue_of(self, call: Call) -> QueueProfile:
        """Return the queue that the call is in."""
        return self.queues[call.queue]

    def supervises(self, agent: AgentId) -> bool:
        """Tell whether he may be beside calls."""
        return agent in self._supervisors

    def set_timer(self, at: datetime, due: Due, subject: str) -> None:
        """Ask for a moment; see `routing.engine.timers`."""
        self.timers.set(at, due, subject)

    def park(self, call: Call, leg_alone: LegId | None = None) -> None:
        """Let the customer wait, unless this very decision offers him to somebody.

        `leg_alone` is a leg that nobody's move ends. One move a decision: Asterisk refuses to
        move a channel that it is still moving.
        """
        self._parked[call.call] = leg_alone

    def is_parked(self, call: CallId) -> bool:
        """Tell whether this decision moves the customer into the waiting loop."""
        return call in self._parked

    def settle_parked(self) -> None:
        """After matching: move those who were parked and are not rung for."""
        for call_id, leg_alone in self._parked.items():
            call = self.calls[call_id]
            if call.state in OVER:
                continue  # sent away: that moves him already
            offer = call.open_offer()
            if offer is None or offer.command not in {c.id for c in self._commands}:
                self.on_call(ReturnToWaiting, call, release=leg_alone)
            elif leg_alone is not None:
                self.on_call(HangUpLeg, call, leg=leg_alone)
        self._parked.clear()

    # ── The lines ───────────────────────────────────────────────────────────────────────────

    def experience(self, queue: QueueId) -> Experience:
        """Return what was learned of a queue."""
        known = self.learned.get(queue)
        if known is None:
            known = self.learned[queue] = Experience(queue=queue)
        return known

    def use_roster(self, roster: Roster) -> None:
        """Take over queues, entries, schedules and rules. Queues that live calls are in stay."""
        self.roster = roster
        used = {call.queue for call in self.calls.values() if call.state not in OVER}
        kept = {queue: old for queue, old in self.queues.items() if queue in used}
        self.queues = kept | {queue.queue: queue for queue in roster.queues}
        self.entries = dict(roster.entries)
        self.flows = dict(roster.flows)
        self.rules = Rulebook(roster.rules)
        self.schedules = {one.schedule: one for one in roster.schedules}
        self._supervisors = frozenset(one.agent for one in roster.agents if one.supervises)

    def regroup(self) -> None:
        """Agents, skills or queues changed: form all pools and lines anew."""
        self.lineup.regroup(self.agents.values(), self.queues)
        for call in self.calls.values():
            self.lineup.place(call, self.moment())

    def settle_restored(self) -> None:
        """After a restore the lines stand; nothing is to be told or matched until a fact comes."""
        self.lineup.calls_to_route.clear()
        self.lineup.agents_to_feed.clear()
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
            seen=tuple(self._seen_in_order),
            learned=tuple(self.learned.values()),
        )

    def forget(self, call: Call) -> None:
        """Drop a call that is long over."""
        at = forget_at(call)
        if at is not None and at <= self.moment() and call.call not in self._touched_calls:
            self.calls.pop(call.call, None)

    def forget_later(self, call: Call) -> None:
        """The call is over: it stays known for a while, for news that comes late."""
        at = forget_at(call)
        if at is not None:
            self.set_timer(at, Due.FORGET, call.call)


def forget_at(call: Call) -> datetime | None:
    """Return when a call that is over may be forgotten; None while it is not over.

    The end of a caller who was sent away may never be told.
    """
    if call.state not in OVER or call.closed_at is None:
        return None
    if call.ended_at is None:
        return call.closed_at + GONE_AFTER
    return max(call.closed_at, call.ended_at) + FORGET_AFTER
