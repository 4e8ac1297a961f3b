"""One day, simulated: a heap of moments drives the product's own engine, by facts alone.

The engine is the very one that routes real calls, so what is measured is what would be decided.
Time is the facts' time: a day passes as fast as its facts are worked through. A day begins empty
and ends when its last agent has gone home and `AFTERWARDS` have passed.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random
from typing import Any

from crm_core.whatif.drawing import Caller
from crm_core.whatif.exchange import AT_ONCE, NODE, Exchange, Manners
from crm_core.whatif.figures import USUAL, Figures, Targets
from crm_core.whatif.staffing import Span, Staff
from crm_core.whatif.watching import Watch
from routing.engine import Engine
from routing.facts import (
    AvailabilityChosen,
    ConsoleConnected,
    Fact,
    NodeConnected,
    NodeSynced,
    PhoneChanged,
    RosterLoaded,
    ShiftEnded,
    ShiftStarted,
    TimePassed,
)
from routing.ids import AgentId, FactId
from routing.roster import Roster
from routing.terms import Availability, NotReadyReason, PhoneKind, PhoneState

BEFOREHAND = timedelta(minutes=1)
AFTERWARDS = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What a day is simulated with: who works, by what rules, and how people behave."""

    roster: Roster
    staff: Staff
    manners: Manners = AT_ONCE
    targets: Targets = USUAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """What came of a day: figures by queue, and how many facts it took."""

    by_queue: dict[str, Figures]
    staffed: Figures
    """Handling and idle time of all agents."""
    facts: int

    def whole(self) -> Figures:
        """All queues together."""
        whole = Figures().add(self.staffed)
        for one in self.by_queue.values():
            whole.add(one)
        return whole


def play(callers: Sequence[Caller], setting: Setting, chance: Random) -> Played:
    """Simulate one day. `callers` are in the order of their arrival, and at least one."""
    return _World(callers, setting, chance).run()


@dataclass(slots=True)
class _World:
    callers: Sequence[Caller]
    setting: Setting
    chance: Random
    engine: Engine = field(default_factory=Engine)
    watch: Watch = field(init=False)
    exchange: Exchange = field(init=False)
    _facts: "count[int]" = field(default_factory=lambda: count(1))
    _told: int = 0

    def run(self) -> Played:
        begin, end = self._span()
        self.watch = Watch(self.setting.targets)
        self.exchange = Exchange(self._tell, self.chance, self.setting.manners, begin)
        self._open()
        for caller in self.callers:
            self.exchange.at(_utc(caller.call.arrived_at), _arrival(self.exchange, caller))
        self._pass_until(end)
        return Played(
            by_queue=self.watch.figures(self.callers, end),
            staffed=self.watch.staffed(end),
            facts=self._told,
        )

    def _span(self) -> Span:
        duties = [span for one in self.setting.staff.duties.values() for span in one]
        arrivals = [caller.call.arrived_at for caller in self.callers]
        begin = min([*arrivals, *(start for start, _ in duties)])
        end = max([*arrivals, *(end for _, end in duties)])
        return _utc(begin) - BEFOREHAND, _utc(end) + AFTERWARDS

    def _pass_until(self, end: datetime) -> None:
        """Let everything happen that is due until then, deadlines of the engine included."""
        exchange = self.exchange
        while exchange.due and exchange.due[0][0] <= end:
            wanted = self.engine.next_due()
            if wanted is not None and wanted < exchange.due[0][0]:
                exchange.now = max(exchange.now, wanted)
                self._tell(TimePassed, {})
                continue
            exchange.now, _, do = exchange.pop()
            do()

    def _tell(self, make: type[Fact], fields: Mapping[str, Any]) -> None:
        """Hand a fact of this moment to the engine; carry out what it commands."""
        self._told += 1
        fact = make(id=FactId(f"f{next(self._facts)}"), at=self.exchange.now, **fields)
        decision = self.engine.apply(fact)
        self.watch.see(decision.notices, self.exchange.now)
        for command in decision.commands:
            self.exchange.carry_out(command)

    # ── Agents ──────────────────────────────────────────────────────────────────────────────

    def _open(self) -> None:
        self._tell(RosterLoaded, {"roster": self.setting.roster})
        self._tell(NodeConnected, {"node": NODE})
        self._tell(NodeSynced, {"node": NODE})
        for agent, spans in self.setting.staff.duties.items():
            if not spans:
                continue
            self._tell(ConsoleConnected, {"agent": agent})
            self._tell(PhoneChanged, {"agent": agent, "state": PhoneState.READY})
            self._plan(agent, spans)

    def _plan(self, agent: AgentId, spans: Sequence[Span]) -> None:
        """Ask for the moments at which the agent comes, pauses, goes on and goes home."""
        at = self.exchange.at
        for number, (start, end) in enumerate(spans, start=1):
            come = self._start_shift if number == 1 else self._go_on
            go = self._go_home if number == len(spans) else self._pause
            at(_utc(start), lambda come=come: come(agent))  # type: ignore[misc]
            at(_utc(end), lambda go=go: go(agent))  # type: ignore[misc]

    def _start_shift(self, agent: AgentId) -> None:
        self._tell(ShiftStarted, {"agent": agent, "phone": PhoneKind.BROWSER})

    def _go_home(self, agent: AgentId) -> None:
        self._tell(ShiftEnded, {"agent": agent})

    def _go_on(self, agent: AgentId) -> None:
        self._tell(AvailabilityChosen, {"agent": agent, "availability": Availability.AVAILABLE})

    def _pause(self, agent: AgentId) -> None:
        self._tell(
            AvailabilityChosen,
            {
                "agent": agent,
                "availability": Availability.NOT_READY,
                "reason": NotReadyReason.BREAK,
            },
        )


def _arrival(exchange: Exchange, caller: Caller) -> Callable[[], None]:
    return lambda: exchange.arrive(caller)


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)
