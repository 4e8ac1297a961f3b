"""The timer of tasks: ends waits that are over, and tells upwards of what is late.

Done again it does nothing twice: what was told is kept with the task, step by step.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.audit import Action, Subject, record
from crm_core.database import Database
from crm_core.models import Task as TaskRow
from crm_core.nightly.batches import in_batches
from crm_core.nightly.runner import Progress, Work
from crm_core.states import after
from crm_core.tasks.colleagues import above
from crm_core.tasks.deadline import Step, step_of
from crm_core.tasks.history import note
from crm_core.tasks.moving import KIND
from crm_core.tasks.rules import TaskRules
from crm_core.tasks.states import OPEN, TASK_MOVES, TaskMove, TaskState

BY = "timer"
_AT_ONCE = 100


async def run(
    db: Database, rules: TaskRules, *, now: datetime, progress: Progress
) -> Mapping[str, int]:
    """Do what is to be done at `now`. Counts: `resumed`, `escalated`."""
    resumed = await in_batches(db, progress, lambda session: _resume(session, now))
    escalated = await in_batches(db, progress, lambda session: _escalate(session, rules, now))
    return {"resumed": resumed, "escalated": escalated}


def nightly(rules: TaskRules) -> Work:
    """The same as a nightly job."""

    async def work(db: Database, _on: date, progress: Progress) -> Mapping[str, int]:
        return await run(db, rules, now=db.clock.now(), progress=progress)

    return work


async def _resume(session: AsyncSession, now: datetime) -> int:
    over = TaskRow.state == TaskState.WAITING, TaskRow.waiting_until <= now
    rows = await _take(session, *over)
    for row in rows:
        row.state = after(TASK_MOVES, row.state, TaskMove.RESUME)
        row.waiting_until, row.updated_at = None, now
        await _remember(session, row, TaskMove.RESUME)
    await _audit(session, rows, TaskMove.RESUME)
    return len(rows)


async def _escalate(session: AsyncSession, rules: TaskRules, now: datetime) -> int:
    """Tell of tasks one step further up, as far as their lateness asks for."""
    steps = ((Step.LEAD, rules.lead_after), (Step.SUPERVISOR, rules.supervisor_after))
    late = [and_(TaskRow.due_at <= now - by, TaskRow.escalation < step) for step, by in steps]
    rows = await _take(session, TaskRow.state.in_(OPEN - {TaskState.WAITING}), or_(*late))
    for row in rows:
        step = step_of(row.due_at, now, rules)
        row.escalation, row.updated_at = step, now
        row.escalated_to = await above(session, row.owner, step)
        await _remember(session, row, "escalate")
    await _audit(session, rows, "escalate")
    return len(rows)


async def _take(session: AsyncSession, *conditions: ColumnElement[bool]) -> Sequence[TaskRow]:
    statement = select(TaskRow).where(*conditions).order_by(TaskRow.id).limit(_AT_ONCE)
    return (await session.scalars(statement.with_for_update())).all()


async def _remember(session: AsyncSession, row: TaskRow, move: str) -> None:
    await note(session, KIND, row.id, by=BY, move=move, state=row.state)


async def _audit(session: AsyncSession, rows: Sequence[TaskRow], reason: str) -> None:
    for row in rows:
        subject = Subject(kind=KIND, id=row.id)
        await record(session, Action.TASK_MOVED, actor=BY, subject=subject, reason=reason)
