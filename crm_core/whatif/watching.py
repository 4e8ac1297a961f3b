"""What a simulated day is judged by: the engine's own notices, as screens and cards get them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from crm_core.whatif.drawing import Caller
from crm_core.whatif.figures import Figures, Targets
from routing.ids import AgentId, CallId
from routing.notices import AgentChanged, AgentView, CallChanged, CallView, Notice
from routing.terms import Activity, Availability, Basis, CallState, OfferOutcome

_HANDLING = frozenset({Activity.ON_CALL, Activity.ON_HOLD, Activity.WRAP_UP})
_ABANDONED = frozenset({CallState.ABANDONED, CallState.LOST})


@dataclass(slots=True)
class _Clock:
    """How long an agent was busy and how long he was free, up to `since`."""

    since: datetime
    handling: bool = False
    idle: bool = False


@dataclass(slots=True)
class Watch:
    """Keeps the newest picture of each call, and each agent's time."""

    targets: Targets
    calls: dict[CallId, CallView] = field(default_factory=dict)
    clocks: dict[AgentId, _Clock] = field(default_factory=dict)
    handling: float = 0.0
    idle: float = 0.0

    def see(self, notices: Iterable[Notice], now: datetime) -> None:
        """Take the notices of a decision in."""
        for notice in notices:
            if isinstance(notice, CallChanged):
                self.calls[notice.call.call] = notice.call
            elif isinstance(notice, AgentChanged):
                self._clock(notice.agent, now)

    def _clock(self, agent: AgentView, now: datetime) -> None:
        clock = self.clocks.get(agent.agent)
        if clock is None:
            clock = self.clocks[agent.agent] = _Clock(now)
        self._count(clock, now)
        clock.handling = agent.activity in _HANDLING
        clock.idle = (
            not clock.handling and agent.on_shift and agent.availability is Availability.AVAILABLE
        )

    def _count(self, clock: _Clock, now: datetime) -> None:
        seconds = (now - clock.since).total_seconds()
        self.handling += seconds if clock.handling else 0.0
        self.idle += seconds if clock.idle else 0.0
        clock.since = now

    def staffed(self, end: datetime) -> Figures:
        """The agents' time up to the end."""
        for clock in self.clocks.values():
            self._count(clock, end)
        return Figures(handling=self.handling, idle=self.idle)

    def figures(self, callers: Sequence[Caller], end: datetime) -> dict[str, Figures]:
        """What became of all who called, by the queue or type that the source names."""
        by_queue: dict[str, Figures] = {}
        for caller in callers:
            figures = by_queue.setdefault(caller.call.queue, Figures())
            self._judge(figures, caller, end)
        return by_queue

    def _judge(self, figures: Figures, caller: Caller, end: datetime) -> None:
        """Count one caller. KeyError: the engine told nothing of him, which is a defect."""
        call = self.calls[caller.call.call]
        figures.offered += 1
        figures.with_manager += bool(call.managers)
        if call.answered_at is not None:
            waited = (call.answered_at - call.arrived_at).total_seconds()
            figures.count_answered(waited, self.targets)
            figures.by_manager += _by_manager(call)
        elif call.state in _ABANDONED:
            waited = ((call.ended_at or end) - call.arrived_at).total_seconds()
            figures.count_abandoned(waited, self.targets)
        elif call.state is CallState.TURNED_AWAY:
            figures.turned_away += 1
        elif call.state is CallState.CALLBACK_TAKEN:
            figures.callbacks += 1
        else:
            figures.left += 1


def _by_manager(call: CallView) -> bool:
    return any(
        offer.outcome is OfferOutcome.ANSWERED and offer.basis is Basis.PRIORITY_MANAGER
        for offer in call.offers
    )
