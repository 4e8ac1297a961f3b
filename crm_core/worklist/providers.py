"""Where the items of a worklist come from: one provider for each part of the bank, in a table.

    async def provider(session, employee, now) -> Sequence[Item]

gives at most LONGEST items that the employee could do now or within HORIZON. Providers read only.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime, time
from types import MappingProxyType

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.complaints.states import ComplaintState
from crm_core.interests.states import DealStage
from crm_core.models import Complaint, Interest, Opportunity, Task
from crm_core.tasks.states import LED, OPEN, TaskState
from crm_core.worklist import bank
from crm_core.worklist.ranking import HORIZON, LONGEST, Cause, Item
from routing.ids import AgentId

_CAUSES: Mapping[str, Cause] = MappingProxyType(
    {
        "call_back": Cause.CALL_BACK,
        "tell_complaint": Cause.COMPLAINT_TO_TELL,
        "handle_complaint": Cause.COMPLAINT,
        "find_reason": Cause.DEVIATION,
        "work_interest": Cause.INTEREST,
    }
)
"""Kinds of tasks that are a cause of their own; the others are just tasks."""

Provider = Callable[[AsyncSession, AgentId, datetime], Awaitable[Sequence[Item]]]


async def tasks(session: AsyncSession, employee: AgentId, now: datetime) -> list[Item]:
    """His tasks and those escalated to him that are due within the horizon, or begun; a wait that
    is over waits no more."""
    mine = or_(Task.owner == employee, Task.escalated_to == employee)
    due = or_(Task.due_at <= now + HORIZON, Task.state == TaskState.IN_PROGRESS)
    awake = or_(Task.state != TaskState.WAITING, Task.waiting_until <= now)
    statement = select(Task).where(mine, due, awake, Task.state.in_(OPEN))
    rows = await session.scalars(statement.order_by(Task.due_at, Task.id).limit(LONGEST))
    return [
        Item(
            cause=_CAUSES.get(row.type, Cause.TASK),
            subject=row.subject if row.subject_kind in LED else row.id,
            due_at=row.due_at,
            party=row.party,
            title=row.title,
            detail=row.type,
            priority=row.priority,
            begun=row.state is TaskState.IN_PROGRESS,
            escalated=row.escalated_to == employee and row.owner != employee,
        )
        for row in rows
    ]


async def complaints(session: AsyncSession, employee: AgentId, _now: datetime) -> list[Item]:
    """His complaints whose result was told and whose client is still to be thanked. What comes
    before that has its own task."""
    statement = (
        select(Complaint)
        .where(Complaint.owner == employee, Complaint.state == ComplaintState.TOLD)
        .order_by(Complaint.told_client_at, Complaint.id)
        .limit(LONGEST)
    )
    return [
        Item(
            cause=Cause.COMPLAINT_TO_THANK,
            subject=row.id,
            due_at=(row.told_client_at or row.due_at) + HORIZON,
            party=row.party,
            title=row.essence,
        )
        for row in await session.scalars(statement)
    ]


async def deals(session: AsyncSession, employee: AgentId, now: datetime) -> list[Item]:
    """His deals that were expected to be closed by now."""
    closed = (DealStage.WON, DealStage.LOST)
    statement = (
        select(Opportunity, Interest)
        .join(Interest, Interest.id == Opportunity.interest)
        .where(Opportunity.owner == employee, Opportunity.stage.not_in(closed))
        .where(Opportunity.expected_close <= now.date())
        .order_by(Opportunity.expected_close, Opportunity.id)
        .limit(LONGEST)
    )
    return [
        Item(
            cause=Cause.DEAL,
            subject=interest.id,
            due_at=datetime.combine(deal.expected_close + HORIZON, time(), UTC),
            party=interest.party,
            title=interest.note,
        )
        for deal, interest in await session.execute(statement)
    ]


PROVIDERS: tuple[Provider, ...] = (
    tasks,
    complaints,
    deals,
    bank.cases,
    bank.promises,
    bank.applications,
)
