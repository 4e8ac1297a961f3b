"""What a report is asked for, and what it answers. Shapes and bounds: no query, no formula."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from crm_core.errors import FieldRefused, Refused
from crm_core.reports.intervals import Interval, Period
from crm_core.reports.measures import Figures, ServiceLevel
from routing.ids import AgentId, QueueId

LONGEST_DAYS: Mapping[Interval, int] = MappingProxyType(
    {Interval.QUARTER: 31, Interval.HALF: 62, Interval.HOUR: 100}
)
"""Of periods in intervals of a part of a day."""
LONGEST = 400
"""Days of any period."""
MOST_ROWS = 10_000


class ReportTooLarge(Refused):
    """The answer would have more than MOST_ROWS rows; longer intervals or a filter make it less."""

    code = "report_too_large"


class Grouping(StrEnum):
    """What the rows of an interval are told apart by."""

    NONE = "none"
    QUEUE = "queue"
    AGENT = "agent"
    TEAM = "team"
    HOUR = "hour"
    WEEKDAY = "weekday"
    WEEK_HOUR = "week_hour"
    """Weekday and hour at once, as in a heat map."""
    TOPIC = "topic"
    DISPOSITION = "disposition"


OF_CONTACTS = frozenset({Grouping.QUEUE, Grouping.TOPIC, Grouping.DISPOSITION, Grouping.WEEK_HOUR})
"""By these, agents' time is not told: an agent who waits does not wait for one queue or topic, and
a heat map is of contacts."""
OF_CLOCK = frozenset({Grouping.HOUR, Grouping.WEEKDAY, Grouping.WEEK_HOUR})
BY_HOUR = frozenset({Grouping.HOUR, Grouping.WEEK_HOUR})

Key = str | int | None
"""A queue, agent, team, topic, disposition; an hour, a weekday from Monday as 0, or weekday * 24 +
hour. None where there is none, or nothing is told apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A report to be made. What is None does not filter; `levels` are the queues' settings."""

    period: Period
    interval: Interval
    grouping: Grouping = Grouping.NONE
    queue: QueueId | None = None
    agent: AgentId | None = None
    team: str | None = None
    levels: Mapping[QueueId, ServiceLevel] = field(default_factory=dict)

    @property
    def tells_time(self) -> bool:
        """Whether agents' time is part of the answer."""
        return self.grouping not in OF_CONTACTS and self.queue is None

    @property
    def tells_teams(self) -> bool:
        return self.grouping is Grouping.TEAM or self.team is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """An interval, from `start` (UTC; None is the whole period), or one group of it."""

    start: datetime | None
    key: Key
    figures: Figures


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Rows by time, then by key; `until` is how far time had come, if the period is not over."""

    question: Question
    rows: tuple[Row, ...]
    total: Figures
    until: datetime


def check(question: Question) -> None:
    """Raises FieldRefused for a period that ends before it begins, or is too long."""
    if question.period.days < 1:
        raise FieldRefused("to", "before_from")
    if question.period.days > LONGEST_DAYS.get(question.interval, LONGEST):
        raise FieldRefused("to", "too_long")
