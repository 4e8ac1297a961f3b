"""Whose tasks an employee may see and give: his own and his teams'; and who stands above him.

Teams and their leads belong to the bank's structure; this module only asks for them.
"""

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.database import moment
from crm_core.dated import held
from crm_core.models import EmployeeRow, Role, Team, TeamMember
from crm_core.tasks.deadline import Step
from routing.ids import AgentId


async def colleagues(session: AsyncSession, employee: AgentId) -> frozenset[AgentId]:
    """The employee himself, all who are in a team with him, and all whom he leads."""
    led = select(Team.id).where(Team.lead == employee, Team.closed_at.is_(None))
    found = await session.scalars(
        select(TeamMember.employee).where(
            TeamMember.team.in_(_teams_of(session, employee).union(led)),
            held(TeamMember, moment(session)),
        )
    )
    return frozenset(found) | {employee}


async def teams_of(session: AsyncSession, employee: AgentId) -> tuple[str, ...]:
    """The teams that the employee is in now, by name."""
    named = select(Team.id).where(Team.id.in_(_teams_of(session, employee))).order_by(Team.name)
    return tuple(await session.scalars(named))


async def above(session: AsyncSession, owner: AgentId | None, step: Step) -> AgentId | None:
    """Who must hear of the owner's late task at this step: the lead of his team, else, and beyond
    him, a supervisor; None where the bank has no such person."""
    if step is Step.OWNER:
        return owner
    if step is Step.LEAD and owner is not None:
        lead = await session.scalar(
            select(Team.lead)
            .join(EmployeeRow, EmployeeRow.id == Team.lead)
            .where(Team.id.in_(_teams_of(session, owner)), Team.closed_at.is_(None))
            .where(Team.lead != owner, EmployeeRow.active)
            .order_by(Team.name)
            .limit(1)
        )
        if lead is not None:
            return lead
    return await session.scalar(
        select(EmployeeRow.id)
        .where(EmployeeRow.role == Role.SUPERVISOR, EmployeeRow.active)
        .order_by(EmployeeRow.id)
        .limit(1)
    )


def _teams_of(session: AsyncSession, employee: AgentId) -> Select[str]:
    mine = TeamMember.employee == employee
    return select(TeamMember.team).where(mine, held(TeamMember, moment(session)))
