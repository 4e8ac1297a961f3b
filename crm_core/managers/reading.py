"""Who looks after a party, or looked after it at a time; with who stood in for those on leave."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, aliased

from crm_core.database import moment
from crm_core.dated import held
from crm_core.models import EmployeeLeave, EmployeeRow, LeaveReason, ManagerAssignment, ManagerRole
from routing.ids import AgentId, PartyId

HISTORY = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Away:
    """A manager is on leave, until further notice if `until` is None."""

    reason: LeaveReason
    until: datetime | None
    substitute: AgentId | None
    substitute_name: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Manager:
    """An employee in a party's order of managers; `active` tells that he still works here."""

    employee: AgentId
    name: str
    role: ManagerRole
    rank: int
    since: datetime
    until: datetime | None
    active: bool
    away: Away | None


async def managers_at(
    session: AsyncSession,
    party: PartyId,
    at: datetime | None = None,
    *,
    known_at: datetime | None = None,
) -> tuple[Manager, ...]:
    """The party's managers by rank, now or at a time; by what was known then if `known_at`."""
    row, leave, standing_in = ManagerAssignment, EmployeeLeave, aliased(EmployeeRow)
    at = at or moment(session)
    statement = (
        select(row, EmployeeRow, leave, standing_in.name)
        .join(EmployeeRow, EmployeeRow.id == row.employee)
        .outerjoin(leave, and_(leave.employee == row.employee, on_leave(at, known_at)))
        .outerjoin(standing_in, standing_in.id == leave.substitute)
        .where(row.party == party, held(row, at, known_at))
        .order_by(row.rank, row.valid_from.desc())
    )
    return tuple(_manager(*found) for found in await session.execute(statement))


async def order_over_time(session: AsyncSession, party: PartyId) -> Sequence[Manager]:
    """All who looked after the party or will, those of the last order first, at most HISTORY."""
    row = ManagerAssignment
    newest = (row.valid_to.is_not(None), row.valid_from.desc(), row.rank)
    statement = (
        select(row, EmployeeRow)
        .join(EmployeeRow, EmployeeRow.id == row.employee)
        .where(row.party == party)
        .order_by(*newest)
        .limit(HISTORY)
    )
    return [_manager(*found, None, None) for found in await session.execute(statement)]


async def looks_after(session: AsyncSession, party: PartyId, employee: AgentId) -> bool:
    """Whether the employee is among the party's managers now, or stands in for one of them."""
    managers = await managers_at(session, party)
    return any(
        employee == one.employee or (one.away is not None and employee == one.away.substitute)
        for one in managers
    )


def on_leave(
    at: datetime | ColumnElement[datetime], known_at: datetime | None = None
) -> ColumnElement[bool]:
    """Whether a leave holds at a time and was not taken back, as far as was known."""
    leave = EmployeeLeave
    cancelled: InstrumentedAttribute[datetime | None] = leave.cancelled_at
    holds = and_(leave.valid_from <= at, or_(leave.valid_to.is_(None), leave.valid_to > at))
    if known_at is None:
        return and_(holds, cancelled.is_(None))
    known = or_(cancelled.is_(None), cancelled > known_at)
    return and_(holds, known, leave.created_at <= known_at)


def _manager(
    row: ManagerAssignment,
    employee: EmployeeRow,
    leave: EmployeeLeave | None,
    substitute_name: str | None,
) -> Manager:
    away = None
    if leave is not None:
        away = Away(
            reason=leave.reason,
            until=leave.valid_to,
            substitute=leave.substitute,
            substitute_name=substitute_name,
        )
    return Manager(
        employee=employee.id,
        name=employee.name,
        role=row.role,
        rank=row.rank,
        since=row.valid_from,
        until=row.valid_to,
        active=employee.active,
        away=away,
    )
