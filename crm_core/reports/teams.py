"""In which team an employee was, and when: the one of his teams that he belonged to first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.models import TeamMember
from crm_core.reports.intervals import Period
from routing.ids import AgentId

Membership = tuple[datetime, datetime | None, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Teams:
    """Memberships of each employee, the oldest first."""

    of: Mapping[AgentId, Sequence[Membership]]

    def at(self, agent: AgentId | None, moment: datetime) -> str | None:
        """His team at the moment, so that nobody's time counts for two."""
        for since, until, team in self.of.get(agent, ()) if agent else ():
            if since <= moment and (until is None or moment < until):
                return team
        return None


NO_TEAMS = Teams(of={})


async def teams_in(session: AsyncSession, period: Period) -> Teams:
    """All memberships that the period touches."""
    row = TeamMember
    rows = await session.execute(
        select(row.employee, row.valid_from, row.valid_to, row.team)
        .where(row.valid_from < period.end)
        .where(or_(row.valid_to.is_(None), row.valid_to > period.start))
        .order_by(row.valid_from, row.id)
    )
    of: dict[AgentId, list[Membership]] = {}
    for employee, since, until, team in rows:
        of.setdefault(employee, []).append((since, until, team))
    return Teams(of=of)
