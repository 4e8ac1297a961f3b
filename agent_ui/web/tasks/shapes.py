"""Tasks as they leave over the API, and what is asked for a new one and for a move."""

from datetime import datetime

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from agent_ui.shapes import Shape
from agent_ui.text import Ident, ShortText
from agent_ui.web.tasks.forms import Words
from crm_core.tasks.deadline import Punctuality
from crm_core.tasks.states import Priority, SubjectKind, TaskMove, TaskSource, TaskState
from crm_core.tasks.task import LONGEST_TITLE, About, Doing, Task, TaskOrder
from routing.ids import AgentId, PartyId


class TaskShape(Shape):
    """A task. Times are UTC; `stands` tells how it stands against its due time now."""

    id: str
    type: str
    type_name: str
    title: str
    priority: Priority
    subject_kind: SubjectKind
    subject: str
    party: str | None
    party_name: str | None
    due_at: datetime
    waiting_until: datetime | None
    owner: str | None
    owner_name: str | None
    state: TaskState
    stands: Punctuality
    source: TaskSource
    result_code: str
    reason: str
    estimate_min: int
    spent_min: int
    escalated_to: str | None
    created_at: datetime
    closed_at: datetime | None
    row_version: int


class TaskList(Shape):
    """Tasks, the first due first; `next_cursor` is null on the last page."""

    items: list[TaskShape]
    next_cursor: str | None


class NewTask(BaseModel):
    """A task to be made. Without `due_at` and `owner` the rules of its kind decide."""

    model_config = ConfigDict(extra="forbid")

    party: Ident
    call: Ident | None = Field(None, description="The call that it came of")
    type: str = Field(max_length=64, examples=["call_back"])
    title: ShortText = Field(max_length=LONGEST_TITLE)
    due_at: AwareDatetime | None = None
    owner: Ident | None = None
    priority: Priority = Priority.NORMAL

    def order(self) -> TaskOrder:
        kind, key = (SubjectKind.CALL, self.call) if self.call else (SubjectKind.PARTY, self.party)
        return TaskOrder(
            type=self.type,
            title=self.title,
            about=About(kind=kind, id=key, party=PartyId(self.party)),
            due_at=self.due_at,
            owner=AgentId(self.owner) if self.owner else None,
            priority=self.priority,
        )


class NewMove(BaseModel):
    """A move of a task. `version` is its `row_version` as it was read."""

    model_config = ConfigDict(extra="forbid")

    move: TaskMove
    version: int
    owner: Ident | None = None
    until: AwareDatetime | None = None
    result: str = Field("", max_length=64)
    reason: str = Field("", max_length=64)
    spent_min: int = Field(0, ge=0, le=10_000)
    words: Words = ""

    def doing(self) -> Doing:
        return Doing(
            move=self.move,
            version=self.version,
            owner=AgentId(self.owner) if self.owner else None,
            until=self.until,
            result=self.result,
            reason=self.reason,
            spent_min=self.spent_min,
            words=self.words,
        )


def shape_of(task: Task, *, type_name: str, now: datetime) -> TaskShape:
    """A task as it leaves."""
    names = (one for one in TaskShape.model_fields if one not in {"type_name", "stands"})
    told = {name: getattr(task, name) for name in names}
    return TaskShape.model_validate(told | {"type_name": type_name, "stands": task.stands(now)})
