"""Names of those whom a report may tell apart: whoever works here or did."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.models import EmployeeRow, Role, Team
from crm_core.staff.permissions import Permission, may
from routing.ids import AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Names by id, in the order of the names; `agents` are those who take calls."""

    agents: Mapping[AgentId, str]
    teams: Mapping[str, str]


async def people(session: AsyncSession) -> People:
    """All agents and teams, also those that are no more."""
    taking = [role for role in Role if may(role, Permission.TAKE_CALLS)]
    one = EmployeeRow
    agents = select(one.id, one.name).where(one.role.in_(taking)).order_by(one.name, one.id)
    teams = select(Team.id, Team.name).order_by(Team.name)
    return People(
        agents=dict((await session.execute(agents)).all()),
        teams=dict((await session.execute(teams)).all()),
    )
