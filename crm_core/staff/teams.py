"""Teams of employees: a lead, members over time, perhaps a branch."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.audit import Action, Subject, record
from crm_core.database import moment
from crm_core.dated import end, held
from crm_core.errors import FieldRefused, Refused, Unknown
from crm_core.ids import new_id
from crm_core.models import Branch, EmployeeRow, Team, TeamMember
from routing.ids import AgentId

MOST = 500


class TeamUnknown(Unknown):
    """There is no such team."""

    code = "team_unknown"


class TeamChanged(Refused):
    """Somebody else has changed the team meanwhile."""

    code = "team_changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamFacts:
    """What is told of a team. The lead need not be a member."""

    name: str
    lead: AgentId | None = None
    branch: str | None = None
    members: frozenset[AgentId] = frozenset()
    open: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamKept:
    """A team with its members now, by name."""

    id: str
    name: str
    lead: AgentId | None
    lead_name: str | None
    branch: str | None
    open: bool
    members: tuple[tuple[AgentId, str], ...]
    row_version: int


async def add_team(session: AsyncSession, facts: TeamFacts, *, by: str) -> str:
    """Form a team. Its id. Raises FieldRefused."""
    await _check(session, facts, None)
    now = moment(session)
    row = Team(id=new_id(), name="", created_at=now, updated_at=now)
    await _keep(session, row, facts, by=by)
    return row.id


async def change_team(
    session: AsyncSession, team: str, facts: TeamFacts, *, seen: int, by: str
) -> None:
    """Tell it anew; who is no longer a member was one until now. `seen` is the row version that
    was read. Raises TeamUnknown, TeamChanged, FieldRefused."""
    row = await session.scalar(select(Team).where(Team.id == team).with_for_update())
    if row is None:
        raise TeamUnknown
    if row.row_version != seen:
        raise TeamChanged
    await _check(session, facts, team)
    await _keep(session, row, facts, by=by)


async def teams(session: AsyncSession) -> list[TeamKept]:
    """All teams with their members now, by name."""
    lead, member = EmployeeRow, TeamMember
    statement = select(Team, lead.name).outerjoin(lead, lead.id == Team.lead)
    rows = (await session.execute(statement.order_by(Team.name).limit(MOST))).all()
    belong = (
        select(member.team, EmployeeRow.id, EmployeeRow.name)
        .join(EmployeeRow, EmployeeRow.id == member.employee)
        .where(held(member, moment(session)))
        .order_by(EmployeeRow.name, EmployeeRow.id)
    )
    members: dict[str, list[tuple[AgentId, str]]] = {}
    for team, employee, name in await session.execute(belong):
        members.setdefault(team, []).append((employee, name))
    return [_kept(row, name, tuple(members.get(row.id, ()))) for row, name in rows]


async def colleagues(session: AsyncSession, employee: AgentId) -> set[AgentId]:
    """Who is in a team with the employee now or whose team he leads; he himself is not among
    them."""
    member, now = TeamMember, moment(session)
    his = select(member.team).where(member.employee == employee, held(member, now))
    mine = or_(Team.id.in_(his), Team.lead == employee)
    statement = (
        select(member.employee)
        .join(Team, Team.id == member.team)
        .where(mine, Team.closed_at.is_(None), held(member, now))
    )
    return set(await session.scalars(statement)) - {employee}


async def _keep(session: AsyncSession, row: Team, facts: TeamFacts, *, by: str) -> None:
    now = moment(session)
    row.name, row.lead, row.branch = facts.name.strip(), facts.lead, facts.branch
    row.updated_at = now
    row.closed_at = None if facts.open else row.closed_at or now
    session.add(row)
    await session.flush()
    await _set_members(session, row.id, facts.members if facts.open else ())
    await record(
        session, Action.TEAM_KEPT, actor=by, subject=Subject(kind="team", id=row.id), reason=""
    )


async def _set_members(session: AsyncSession, team: str, wanted: Collection[AgentId]) -> None:
    member, now = TeamMember, moment(session)
    here = select(member.employee).where(member.team == team, held(member, now))
    known = set(await session.scalars(here))
    gone = known - set(wanted)
    await end(session, member, and_(member.team == team, member.employee.in_(gone)), now)
    session.add_all(
        TeamMember(id=new_id(), team=team, employee=one, valid_from=now, created_at=now)
        for one in set(wanted) - known
    )
    await session.flush()


async def _check(session: AsyncSession, facts: TeamFacts, team: str | None) -> None:
    if not facts.name.strip():
        raise FieldRefused("name", "missing")
    same = await session.scalar(select(Team.id).where(Team.name == facts.name.strip()))
    if same not in (None, team):
        raise FieldRefused("name", "taken")
    if facts.branch is not None and await session.get(Branch, facts.branch) is None:
        raise FieldRefused("branch", "unknown_branch")
    for field, wanted in (("members", facts.members), ("lead", {facts.lead} - {None})):
        found = select(EmployeeRow.id).where(EmployeeRow.id.in_(wanted), EmployeeRow.active)
        if set(await session.scalars(found)) != set(wanted):
            raise FieldRefused(field, "unknown_employee")


def _kept(row: Team, lead_name: str | None, members: tuple[tuple[AgentId, str], ...]) -> TeamKept:
    return TeamKept(
        id=row.id,
        name=row.name,
        lead=row.lead,
        lead_name=lead_name,
        branch=row.branch,
        open=row.closed_at is None,
        members=members,
        row_version=row.row_version,
    )
