"""The values and refusals of tasks. Only shapes: no query, no rule."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from crm_core.errors import Refused, Unknown
from crm_core.tasks.deadline import Punctuality, punctuality
from crm_core.tasks.states import LED, Priority, SubjectKind, TaskMove, TaskSource, TaskState
from routing.ids import AgentId, PartyId

LONGEST_TITLE = 200
LONGEST_NOTE = 1_000


class TaskUnknown(Unknown):
    """There is no such task."""

    code = "task_unknown"


class Stale(Refused):
    """Somebody else changed it meanwhile: what was shown is no longer true."""

    code = "stale"


class FinishedElsewhere(Refused):
    """The task ends with what it is about: finish the complaint's or interest's own step."""

    code = "finished_elsewhere"


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a task is about, and the client concerned if there is one."""

    kind: SubjectKind
    id: str
    party: PartyId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskFacts:
    """A task to be added. `source_key` names what made it: the same key makes no second task."""

    type: str
    title: str
    about: About
    due_at: datetime
    owner: AgentId | None = None
    priority: Priority = Priority.NORMAL
    source: TaskSource = TaskSource.AGENT
    source_key: str | None = None
    estimate_min: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskOrder:
    """A task as somebody orders it: what he leaves out, its kind decides."""

    type: str
    title: str
    about: About
    due_at: datetime | None = None
    owner: AgentId | None = None
    priority: Priority = Priority.NORMAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Doing:
    """What is to be done to a task. `version` is the one that was shown; None asks for no check.

    Assigning needs `owner`, waiting `until`, finishing `result` (and some kinds `reason`),
    rejecting and cancelling `words`.
    """

    move: TaskMove
    version: int | None = None
    owner: AgentId | None = None
    until: datetime | None = None
    result: str = ""
    reason: str = ""
    spent_min: int = 0
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A task as it is shown."""

    id: str
    type: str
    title: str
    priority: Priority
    subject_kind: SubjectKind
    subject: str
    party: PartyId | None
    party_name: str | None
    due_at: datetime
    waiting_until: datetime | None
    owner: AgentId | None
    owner_name: str | None
    team: str | None
    state: TaskState
    source: TaskSource
    result_code: str
    reason: str
    estimate_min: int
    spent_min: int
    escalation: int
    escalated_to: AgentId | None
    created_at: datetime
    created_by: str
    closed_at: datetime | None
    row_version: int

    @property
    def led(self) -> bool:
        """Whether what it is about finishes it, and not whoever does it."""
        return self.source is TaskSource.RULE and self.subject_kind in LED

    def stands(self, now: datetime) -> Punctuality:
        """How it stands against its due time."""
        return punctuality(
            self.state, due_at=self.due_at, waiting_until=self.waiting_until, now=now
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskFilters:
    """What tasks to list; None does not filter.

    `owners` takes tasks of theirs and those escalated to them; `teams` adds to these the tasks of
    these teams that nobody has taken.
    """

    owners: Collection[AgentId] | None = None
    teams: Collection[str] = ()
    states: Collection[TaskState] | None = None
    type: str | None = None
    priority: Priority | None = None
    party: PartyId | None = None
    due_before: datetime | None = None
    without_owner: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskPage:
    """Tasks, the first due first. `next_cursor` is opaque, None on the last page."""

    items: tuple[Task, ...]
    next_cursor: str | None
