"""Leave of employees, with dates and with who stands in meanwhile.

An employee is on one leave at a time. A leave is shortened or taken back, never deleted. While he
is away the directory puts his substitute in his place; without one his place stands empty.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from crm_core.audit import Action, Subject, record
from crm_core.database import moment
from crm_core.errors import FieldRefused, Refused, Unknown
from crm_core.ids import new_id
from crm_core.models import EmployeeLeave, EmployeeRow, LeaveReason
from routing.ids import AgentId


class LeaveUnknown(Unknown):
    """There is no such leave, or it is over."""

    code = "leave_unknown"


class LeaveOverlaps(Refused):
    """The employee is on another leave at some of these times."""

    code = "leave_overlaps"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A leave as it is asked for. Without `ends_at` it lasts until further notice."""

    employee: AgentId
    reason: LeaveReason
    starts_at: datetime
    ends_at: datetime | None = None
    substitute: AgentId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Leave:
    """A leave that is on or to come."""

    id: str
    employee: AgentId
    name: str
    reason: LeaveReason
    starts_at: datetime
    ends_at: datetime | None
    substitute: AgentId | None
    substitute_name: str | None


async def take_leave(session: AsyncSession, plan: Plan, *, by: str) -> str:
    """The employee is away as planned. The leave's id. Raises FieldRefused, LeaveOverlaps."""
    if plan.ends_at is not None and plan.ends_at <= max(plan.starts_at, moment(session)):
        raise FieldRefused("ends_at", "not_after_start")
    if plan.substitute == plan.employee:
        raise FieldRefused("substitute", "same_employee")
    await _check(session, "employee", plan.employee)
    if plan.substitute is not None:
        await _check(session, "substitute", plan.substitute)
    if await session.scalar(_overlapping(plan)) is not None:
        raise LeaveOverlaps
    row = EmployeeLeave(
        id=new_id(),
        employee=plan.employee,
        reason=plan.reason,
        substitute=plan.substitute,
        valid_from=plan.starts_at,
        valid_to=plan.ends_at,
        created_at=moment(session),
    )
    session.add(row)
    await session.flush()
    await _record(session, Action.LEAVE_TAKEN, row, by=by)
    return row.id


async def end_leave(session: AsyncSession, leave: str, *, by: str) -> None:
    """The employee is back now; a leave that has not begun is taken back. Raises LeaveUnknown."""
    statement = select(EmployeeLeave).where(EmployeeLeave.id == leave).with_for_update()
    row, now = await session.scalar(statement), moment(session)
    if row is None or row.cancelled_at or (row.valid_to is not None and row.valid_to <= now):
        raise LeaveUnknown
    row.cancelled_at = now
    if row.valid_from < now:
        session.add(_shortened(row, now))
    await session.flush()
    await _record(session, Action.LEAVE_ENDED, row, by=by)


async def leaves(session: AsyncSession, *, limit: int = 500) -> list[Leave]:
    """Leaves that are on or to come, the first first."""
    row, standing_in = EmployeeLeave, aliased(EmployeeRow)
    ahead = or_(row.valid_to.is_(None), row.valid_to > moment(session))
    statement = (
        select(row, EmployeeRow.name, standing_in.name)
        .join(EmployeeRow, EmployeeRow.id == row.employee)
        .outerjoin(standing_in, standing_in.id == row.substitute)
        .where(ahead, row.cancelled_at.is_(None))
        .order_by(row.valid_from, row.id)
        .limit(limit)
    )
    return [
        Leave(
            id=one.id,
            employee=one.employee,
            name=name,
            reason=one.reason,
            starts_at=one.valid_from,
            ends_at=one.valid_to,
            substitute=one.substitute,
            substitute_name=substitute,
        )
        for one, name, substitute in await session.execute(statement)
    ]


def _shortened(row: EmployeeLeave, now: datetime) -> EmployeeLeave:
    """The leave as it was in the end; as it was planned stays too, taken back."""
    return EmployeeLeave(
        id=new_id(),
        employee=row.employee,
        reason=row.reason,
        substitute=row.substitute,
        valid_from=row.valid_from,
        valid_to=now,
        created_at=now,
    )


async def _check(session: AsyncSession, field: str, employee: AgentId) -> None:
    """Hold the employee, so that two leaves of his are not written at once."""
    statement = select(EmployeeRow.id).where(EmployeeRow.id == employee, EmployeeRow.active)
    if await session.scalar(statement.with_for_update()) is None:
        raise FieldRefused(field, "unknown_employee")


def _overlapping(plan: Plan) -> Select[str]:
    row = EmployeeLeave
    until_then = or_(row.valid_to.is_(None), row.valid_to > plan.starts_at)
    statement = select(row.id).where(row.employee == plan.employee, row.cancelled_at.is_(None))
    statement = statement.where(until_then).limit(1)
    return statement if plan.ends_at is None else statement.where(row.valid_from < plan.ends_at)


async def _record(session: AsyncSession, action: Action, row: EmployeeLeave, *, by: str) -> None:
    subject = Subject(kind="employee", id=row.employee)
    detail = {"leave": row.id, "substitute": row.substitute or ""}
    await record(session, action, actor=by, subject=subject, reason=row.reason, detail=detail)
