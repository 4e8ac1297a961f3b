"""What the forms of tasks send: bounded text, made into orders and moves."""

from typing import Annotated

from fastapi import Request
from pydantic import BaseModel, BeforeValidator, Field

from agent_ui.text import Ident, ShortText
from agent_ui.web.cards.query import given
from agent_ui.web.work import moment_of
from crm_core.tasks.states import Priority, SubjectKind, TaskMove
from crm_core.tasks.task import LONGEST_NOTE, LONGEST_TITLE, About, Doing, TaskOrder
from routing.ids import AgentId, PartyId

Maybe = Annotated[Ident | None, BeforeValidator(given)]
Time = Annotated[str, Field(max_length=40)]
Words = Annotated[ShortText, Field(max_length=LONGEST_NOTE)]
Minutes = Annotated[int, Field(ge=0, le=10_000), BeforeValidator(lambda value: value or 0)]


class TaskForm(BaseModel):
    """A new task about a party, and the call it came of if there is one."""

    party: Ident
    call: Maybe = None
    type: Annotated[str, Field(max_length=64)] = ""
    title: Annotated[ShortText, Field(max_length=LONGEST_TITLE)] = ""
    due_at: Time = ""
    owner: Maybe = None
    priority: Priority = Priority.NORMAL

    def order(self, request: Request) -> TaskOrder:
        """Raises FieldRefused."""
        party = PartyId(self.party)
        kind, key = (SubjectKind.CALL, self.call) if self.call else (SubjectKind.PARTY, self.party)
        return TaskOrder(
            type=self.type,
            title=self.title,
            about=About(kind=kind, id=key, party=party),
            due_at=moment_of(request, "due_at", self.due_at),
            owner=AgentId(self.owner) if self.owner else None,
            priority=self.priority,
        )


class MoveForm(BaseModel):
    """A move of a task. `back` is where to go afterwards."""

    move: TaskMove
    version: int | None = None
    owner: Maybe = None
    until: Time = ""
    result: Annotated[str, Field(max_length=64)] = ""
    reason: Annotated[str, Field(max_length=64)] = ""
    spent_min: Minutes = 0
    words: Words = ""
    back: Annotated[str, Field(max_length=300)] = ""

    def doing(self, request: Request) -> Doing:
        """Raises FieldRefused."""
        return Doing(
            move=self.move,
            version=self.version,
            owner=AgentId(self.owner) if self.owner else None,
            until=moment_of(request, "until", self.until),
            result=self.result,
            reason=self.reason,
            spent_min=self.spent_min,
            words=self.words,
        )
