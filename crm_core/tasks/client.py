"""The tasks of a client, as his panel and his timeline tell of them. Reads only."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.database import moment
from crm_core.models import EmployeeRow
from crm_core.models import Task as TaskRow
from crm_core.parties.timeline import Place, TimelineEvent, TimelineKind, earlier
from crm_core.tasks.reading import tasks
from crm_core.tasks.states import OPEN, TaskState
from crm_core.tasks.task import Task, TaskFilters
from routing.ids import PartyId

_SHOWN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class TasksGlance:
    """A client's open tasks: the first due, and how many there are and are late, up to a page."""

    first: tuple[Task, ...]
    open: int
    overdue: int
    at: datetime


async def glance(session: AsyncSession, party: PartyId) -> TasksGlance | None:
    """What the panel shows of a client's tasks; None if there is nothing to do."""
    now = moment(session)
    page = await tasks(session, TaskFilters(party=party, states=OPEN))
    if not page.items:
        return None
    return TasksGlance(
        first=page.items[:_SHOWN],
        open=len(page.items),
        overdue=sum(one.due_at <= now for one in page.items),
        at=now,
    )


async def timeline_events(
    session: AsyncSession, party: PartyId, *, before: Place | None, limit: int
) -> list[TimelineEvent]:
    """The client's tasks that are done, the newest first."""
    kind = TimelineKind.TASK
    statement = (
        select(TaskRow, EmployeeRow.name)
        .outerjoin(EmployeeRow, EmployeeRow.id == TaskRow.owner)
        .where(TaskRow.party == party, TaskRow.state == TaskState.DONE)
        .where(earlier(before, kind, TaskRow.closed_at.expression, TaskRow.id.expression))
        .order_by(TaskRow.closed_at.desc(), TaskRow.id.desc())
        .limit(limit)
    )
    return [
        TimelineEvent(
            at=row.closed_at or row.updated_at,
            kind=kind,
            ref=row.id,
            title_code="timeline.task.done",
            text=row.title,
            actor=name or "",
        )
        for row, name in await session.execute(statement)
    ]
