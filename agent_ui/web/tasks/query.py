"""What may be asked for in a list of tasks: the query string, validated."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, Field

from agent_ui.text import Ident
from agent_ui.web.cards.query import LONGEST_CURSOR, given
from agent_ui.web.tasks.desk import Desk
from crm_core.tasks.states import OPEN, Priority, TaskState
from crm_core.tasks.task import TaskFilters
from routing.ids import PartyId


class Scope(StrEnum):
    """Whose tasks."""

    OWN = "own"
    TEAM = "team"
    ALL = "all"


class Standing(StrEnum):
    """Which of them."""

    OPEN = "open"
    OVERDUE = "overdue"
    NOBODYS = "nobodys"
    WAITING = "waiting"
    DONE = "done"
    ANY = "any"


_STATES = {
    Standing.WAITING: frozenset({TaskState.WAITING}),
    Standing.DONE: frozenset(TaskState) - OPEN,
    Standing.ANY: None,
}


class TaskQuery(BaseModel):
    """Filters and place of a page of tasks."""

    scope: Annotated[Scope | None, BeforeValidator(given)] = Field(
        None, description="`all` gives what one may see of all, and is what who directs tasks gets"
    )
    standing: Standing = Standing.OPEN
    type: Annotated[Ident | None, BeforeValidator(given)] = None
    priority: Annotated[Priority | None, BeforeValidator(given)] = None
    party: Annotated[Ident | None, BeforeValidator(given)] = None
    cursor: Annotated[str | None, BeforeValidator(given)] = Field(None, max_length=LONGEST_CURSOR)
    limit: int = Field(50, ge=1, le=200)

    def at(self, desk: Desk) -> "TaskQuery":
        """The query with the scope that is usual at the desk, if none was asked for."""
        usual = Scope.ALL if desk.everything else Scope.OWN
        return self if self.scope else self.model_copy(update={"scope": usual})

    def filters(self, desk: Desk, now: datetime) -> TaskFilters:
        """The filters for crm_core, narrowed to what the desk reaches."""
        whole = self.scope is Scope.ALL and desk.everything
        own = frozenset({desk.employee})
        return TaskFilters(
            owners=None if whole else own if self.scope is Scope.OWN else desk.people,
            teams=() if self.scope is Scope.OWN and not self._pool else desk.teams,
            states=_STATES.get(self.standing, OPEN),
            type=self.type,
            priority=self.priority,
            party=PartyId(self.party) if self.party else None,
            due_before=now if self.standing is Standing.OVERDUE else None,
            without_owner=self._pool,
        )

    @property
    def _pool(self) -> bool:
        return self.standing is Standing.NOBODYS
