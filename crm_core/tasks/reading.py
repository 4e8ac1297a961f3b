"""How screens and the API see tasks: one, pages of them, and how many are due. Reads only."""

import dataclasses
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, not_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.cursors import beyond, cursor_at
from crm_core.models import EmployeeRow, Party
from crm_core.models import Task as TaskRow
from crm_core.tasks.states import OPEN, TaskState
from crm_core.tasks.task import Task, TaskFilters, TaskPage
from routing.ids import AgentId

LARGEST_PAGE = 200
_JOINED = {"party_name": Party.display_name, "owner_name": EmployeeRow.name}


async def task(session: AsyncSession, key: str) -> Task | None:
    """One task, whatever its state."""
    row = (await session.execute(_tasks().where(TaskRow.id == key))).first()
    return Task(**row._mapping) if row else None


async def tasks(
    session: AsyncSession, filters: TaskFilters, *, cursor: str | None = None, limit: int = 50
) -> TaskPage:
    """A page of tasks, the first due first. Raises CursorRefused."""
    limit = max(1, min(limit, LARGEST_PAGE))
    statement = _tasks().where(*_conditions(filters)).order_by(TaskRow.due_at, TaskRow.id)
    if cursor:
        statement = statement.where(beyond(TaskRow.due_at, TaskRow.id, cursor))
    rows = (await session.execute(statement.limit(limit + 1))).all()
    items = tuple(Task(**row._mapping) for row in rows[:limit])
    more = len(rows) > limit
    return TaskPage(
        items=items, next_cursor=cursor_at(items[-1].due_at, items[-1].id) if more else None
    )


async def due_count(session: AsyncSession, owner: AgentId, *, now: datetime) -> int:
    """How many of the owner's tasks are due or overdue now; those that wait are not."""
    statement = (
        select(func.count())
        .select_from(TaskRow)
        .where(
            TaskRow.owner == owner,
            TaskRow.state.in_(OPEN - {TaskState.WAITING}),
            TaskRow.due_at <= now,
        )
    )
    return (await session.execute(statement)).scalar_one()


def _tasks() -> Select[Any]:
    columns = [
        (_JOINED[name] if name in _JOINED else getattr(TaskRow, name)).label(name)
        for name in (field.name for field in dataclasses.fields(Task))
    ]
    return (
        select(*columns)
        .select_from(TaskRow)
        .outerjoin(Party, Party.id == TaskRow.party)
        .outerjoin(EmployeeRow, EmployeeRow.id == TaskRow.owner)
    )


def _conditions(filters: TaskFilters) -> list[ColumnElement[bool]]:
    found = [
        getattr(TaskRow, name) == getattr(filters, name)
        for name in ("type", "priority", "party")
        if getattr(filters, name) is not None
    ]
    if filters.owners is not None:
        found.append(
            or_(
                TaskRow.owner.in_(filters.owners),
                TaskRow.escalated_to.in_(filters.owners),
                and_(TaskRow.owner.is_(None), TaskRow.team.in_(filters.teams)),
            )
        )
    if filters.without_owner:
        found.append(TaskRow.owner.is_(None))
    if filters.states is not None:
        found.append(TaskRow.state.in_(filters.states))
    if filters.due_before is not None:
        found.append(TaskRow.due_at <= filters.due_before)
        found.append(TaskRow.state.in_(OPEN))
        waits = TaskRow.waiting_until > filters.due_before
        found.append(or_(TaskRow.waiting_until.is_(None), not_(waits)))
    return found
