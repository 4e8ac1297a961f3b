"""Agents' time of the house's day, by pool, and how many stand how. Pure.

Time is counted from midnight; the state that somebody is in counts until the moment asked about.
It is kept as "how many, since when in sum", so that asking costs the same however many they are.
Times are milliseconds.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from crm_core.reports.measures import TIMES
from crm_core.reports.today import Spell
from routing.ids import AgentId, QueueId
from routing.notices import AgentView
from routing.roster import Roster
from routing.terms import Activity, Availability, Direction, PhoneState

EVERYTHING = QueueId("*")
"""Stands for all queues together; no queue can have this name."""

_MS = timedelta(milliseconds=1)
_PHONES: Mapping[PhoneState, str] = {
    PhoneState.UNREACHABLE: "phone_unreachable",
    PhoneState.IN_USE: "phone_in_use",
}


@dataclass(slots=True)
class _Clock:
    """Time of one kind in one pool: what is over, and who is in it since when in sum."""

    spent: int = 0
    agents: int = 0
    since: int = 0


class AgentClocks:
    """What agents do and did since `begins`, in the pool of each of their queues and in all."""

    def __init__(self, begins: datetime) -> None:
        self._begins = begins
        self._pools: dict[AgentId, tuple[QueueId, ...]] = {}
        self._agents: dict[AgentId, AgentView] = {}
        self._dialling: set[AgentId] = set()
        """Kept for a callback while its customer is rung: that is handling, not ringing."""
        self._spent: dict[AgentId, Counter[str]] = defaultdict(Counter)
        self._clocks: dict[tuple[QueueId, str], _Clock] = defaultdict(_Clock)
        self._states: dict[QueueId, Counter[str]] = defaultdict(Counter)

    # ── Taking in ───────────────────────────────────────────────────────────────────────────

    def load(self, roster: Roster) -> None:
        """Learn the pools; what was done counts for the pools of now."""
        self._pools = {profile.agent: profile.queues for profile in roster.agents}
        self._count_anew()

    def begin_day(self, begins: datetime) -> None:
        """Count from here on."""
        self._begins = begins
        self._spent.clear()
        self._count_anew()

    def add(self, spells: Iterable[Spell]) -> None:
        """States that were over before the first view came."""
        for spell in spells:
            dialling = spell.direction is Direction.CALLBACK
            kind = _kind(spell.availability, spell.activity, dialling=dialling)
            if kind is not None:
                spent = ms_between(max(spell.since, self._begins), spell.until)
                self._spent[spell.agent][kind] += spent
        self._count_anew()

    def take(self, agent: AgentView, *, dialling: bool) -> AgentView | None:
        """An agent as he stands now; `dialling` if his call is a callback.

        The view it replaces; None for a first or late one.
        """
        old = self._agents.get(agent.agent)
        if old is not None and agent.version <= old.version:
            return None
        if old is not None:
            self._run(old, -1)
            self._spend(old, agent.since)
        self._agents[agent.agent] = agent
        (self._dialling.add if dialling else self._dialling.discard)(agent.agent)
        self._run(agent, +1)
        return old

    # ── Asking ──────────────────────────────────────────────────────────────────────────────

    def groups(self, agent: AgentId) -> tuple[QueueId, ...]:
        """All of which the agent is a part."""
        return (EVERYTHING, *self._pools.get(agent, ()))

    def times(self, group: QueueId, now: datetime) -> dict[str, int]:
        """Milliseconds by the names of the figures, until now."""
        at = _epoch(now)
        clocks = ((name, self._clocks.get((group, name))) for name in TIMES)
        return {
            name: max(0, clock.spent + clock.agents * at - clock.since)
            for name, clock in clocks
            if clock is not None
        }

    def states(self, group: QueueId) -> dict[str, int]:
        """How many stand how, of those on shift."""
        return {state: count for state, count in self._states[group].items() if count}

    # ── Counting ────────────────────────────────────────────────────────────────────────────

    def _spend(self, state: AgentView, until: datetime) -> None:
        kind = self._kind(state)
        spent = ms_between(max(state.since, self._begins), until)
        if kind is None or not spent:
            return
        self._spent[state.agent][kind] += spent
        for group in self.groups(state.agent):
            self._clocks[group, kind].spent += spent

    def _run(self, state: AgentView, sign: int) -> None:
        kind, stands = self._kind(state), standing(state)
        since = _epoch(max(state.since, self._begins))
        for group in self.groups(state.agent):
            if kind is not None:
                clock = self._clocks[group, kind]
                clock.agents += sign
                clock.since += sign * since
            if stands is not None:
                self._states[group][stands] += sign

    def _kind(self, state: AgentView) -> str | None:
        if not state.on_shift:
            return None
        dialling = state.agent in self._dialling
        return _kind(state.availability, state.activity, dialling=dialling)

    def _count_anew(self) -> None:
        self._clocks.clear()
        self._states.clear()
        for agent, spent in self._spent.items():
            for kind, ms in spent.items():
                for group in self.groups(agent):
                    self._clocks[group, kind].spent += ms
        for state in self._agents.values():
            self._run(state, +1)


def standing(view: AgentView) -> str | None:
    """How an agent counts among his colleagues: the code of his state; None off shift."""
    if not view.on_shift or view.availability is Availability.OFFLINE:
        return None
    if view.activity is not Activity.IDLE:
        return view.activity
    if view.availability is Availability.NOT_READY:
        return view.reason or view.availability
    if not view.console:
        return "console_lost"
    return _PHONES.get(view.phone_state, view.activity)


def _kind(availability: Availability, activity: Activity, *, dialling: bool) -> str | None:
    """Which of the figures a state's time is; None of who is not on shift."""
    if activity is Activity.RINGING and dialling:
        return "time_dialling"
    if activity is not Activity.IDLE:
        return f"time_{activity}"
    if availability is Availability.OFFLINE:
        return None
    return "time_idle" if availability is Availability.AVAILABLE else "time_away"


def ms_between(since: datetime, until: datetime) -> int:
    """Milliseconds; none if the end comes first."""
    return max(0, round((until - since) / _MS))


def _epoch(at: datetime) -> int:
    """Milliseconds since 1970."""
    return round(at.timestamp() * 1000)
