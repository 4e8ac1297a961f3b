"""Who works here, which queues there are and what rules hold: what decisions need to know.

Times are whole seconds unless a name says otherwise. Nothing here knows a time zone: the shell
works out opening hours as spans of aware UTC, for some weeks to come, and hands them in again
before they end.
"""

from dataclasses import dataclass, field
from datetime import datetime

from routing.ids import AgentId, FlowId, QueueId, ScheduleId, SkillId
from routing.rules.terms import NO_RULES, Need, Overflow, RuleSet
from routing.terms import Choice, Turning, WrapUpMode

LOWEST, HIGHEST = 1, 5
"""The bounds of a skill's level."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentProfile:
    """An agent as routing knows him. `queues` are those whose pool he belongs to.

    `skills` are pairs of skill and level, 1 to 5.
    """

    agent: AgentId
    name: str
    queues: tuple[QueueId, ...] = ()
    skills: tuple[tuple[SkillId, int], ...] = ()
    supervises: bool = False
    """May be beside calls and take them over; then his phone is here, and he is in no pool."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackOffer:
    """When a caller may leave for a callback by key: after so long, or if so long is expected."""

    after: int | None = 60
    expected_wait: int | None = 120
    key: str = "1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcements:
    """What a waiting caller is told, and how often."""

    welcome: bool = False
    first_after: int = 20
    every: int | None = None
    """Seconds between two; None tells nothing while waiting."""
    position: bool = True
    expected_wait: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Priority:
    """How a call's claim grows: `credit` seconds at the start, then `rate` percent of its wait."""

    credit: int = 0
    rate: int = 100


EVEN = Priority()
"""No credit, and a claim that grows with the wait."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueProfile:
    """A queue. `wrap_up_seconds` counts only in the timed mode."""

    queue: QueueId
    name: str
    ring_seconds: int = 20
    wrap_up: WrapUpMode = WrapUpMode.TIMED
    wrap_up_seconds: int = 120
    wrap_up_extension_seconds: int = 60
    service_level_seconds: int = 20
    service_level_percent: int = 80
    short_abandon_seconds: int = 5
    """An abandon shorter than this is left out of service level and abandon rate."""
    needs: tuple[Need, ...] = ()
    priority: Priority = EVEN
    choice: Choice = Choice.LONGEST_IDLE
    manager_wait: int = 15
    """The longest predicted time for which a client's own manager is waited for; 0 is never."""
    overflow: tuple[Overflow, ...] = ()
    callback: CallbackOffer | None = None
    announcements: Announcements = Announcements()
    music: str = "default"
    hours: ScheduleId | None = None
    """When it is open; None is always."""
    when_closed: Turning = Turning.HANG_UP
    closed_to: QueueId | None = None
    """Where Turning.OVERFLOW leads, of a queue that is closed, full, or waited in too long."""
    largest: int | None = None
    """How many may wait at once."""
    when_full: Turning = Turning.HANG_UP
    longest_wait: int | None = None
    when_waited: Turning = Turning.HANG_UP
    survey: FlowId | None = None
    """The flow that asks callers how it was, after the agent has hung up."""
    survey_percent: int = 100
    """How many of a hundred callers are asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """Named times: the spans of aware UTC, in order and apart, in which it holds."""

    schedule: ScheduleId
    spans: tuple[tuple[datetime, datetime], ...]

    def holds(self, at: datetime) -> bool:
        """Tell whether the moment lies in one of the spans; their ends are outside."""
        return any(start <= at < end for start, end in self.spans)

    def next_start(self, after: datetime) -> datetime | None:
        """Return when it holds next, or None if the spans do not reach so far."""
        return next((start for start, _ in self.spans if start > after), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """All agents and queues, and which queue a dialled number leads to."""

    agents: tuple[AgentProfile, ...]
    queues: tuple[QueueProfile, ...]
    default_queue: QueueId
    entries: tuple[tuple[str, QueueId], ...] = ()
    """Pairs of dialled number and queue; what is not named goes to the default queue."""
    flows: tuple[tuple[str, FlowId], ...] = ()
    """Pairs of dialled number and the self-service flow that its callers begin with."""
    schedules: tuple[Schedule, ...] = ()
    rules: RuleSet = field(default=NO_RULES)
