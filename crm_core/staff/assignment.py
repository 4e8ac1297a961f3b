"""What an employee is there for: the queues whose pools he belongs to, and his skills with levels.

Queues and skills are configuration; which of them there are is handed in. Who edits names the
version that he saw, so that two supervisors do not undo each other.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import flag_modified

from crm_core.audit import Action, Subject, record
from crm_core.database import moment
from crm_core.errors import FieldRefused, Refused, Unknown
from crm_core.models import EmployeeRow, EmployeeSkill, QueueMember, Role
from crm_core.staff.employees import pools, skills
from crm_core.staff.permissions import PERMISSIONS, Permission, may
from routing.ids import AgentId, QueueId, SkillId
from routing.roster import HIGHEST, LOWEST


class AgentUnknown(Unknown):
    """There is no such employee, or he takes no calls."""

    code = "agent_unknown"


class AssignmentStale(Refused):
    """Somebody else changed the employee meanwhile."""

    code = "stale"


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """An employee who takes calls, with his queues and skills. Levels are 1 to 5."""

    employee: AgentId
    name: str
    role: Role
    version: int
    queues: tuple[QueueId, ...]
    skills: Mapping[SkillId, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """What an employee shall be there for from now on. `version` is the one that was shown."""

    queues: frozenset[QueueId]
    skills: Mapping[SkillId, int]
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The queues and skills that there are."""

    queues: Collection[QueueId]
    skills: Collection[SkillId]


async def assignments(session: AsyncSession) -> list[Assignment]:
    """Of all active employees who may take calls, by name."""
    queues, levels = await pools(session), await skills(session)
    found = await session.scalars(_TAKING_CALLS.order_by(EmployeeRow.name, EmployeeRow.id))
    return [_assignment(row, queues.get(row.id, ()), levels.get(row.id, {})) for row in found]


async def assignment(session: AsyncSession, employee: AgentId) -> Assignment:
    """Of one of them. Raises AgentUnknown."""
    row = await session.scalar(_TAKING_CALLS.where(EmployeeRow.id == employee))
    if row is None:
        raise AgentUnknown
    queues, levels = await pools(session, employee), await skills(session, employee)
    return _assignment(row, queues.get(employee, ()), levels.get(employee, {}))


async def assign(
    session: AsyncSession, employee: AgentId, posting: Posting, *, known: Known, by: str
) -> None:
    """The employee serves these queues and has these skills, and no others.

    Raises AgentUnknown, FieldRefused, AssignmentStale.
    """
    _check(posting, known)
    row = await session.get(EmployeeRow, employee, with_for_update=True, populate_existing=True)
    if row is None or not row.active or not may(row.role, Permission.TAKE_CALLS):
        raise AgentUnknown
    if row.row_version != posting.version:
        raise AssignmentStale
    row.updated_at = moment(session)
    flag_modified(row, "updated_at")
    await session.execute(delete(QueueMember).where(QueueMember.employee == employee))
    await session.execute(delete(EmployeeSkill).where(EmployeeSkill.employee == employee))
    session.add_all(QueueMember(queue=queue, employee=employee) for queue in posting.queues)
    session.add_all(
        EmployeeSkill(employee=employee, skill=skill, level=level)
        for skill, level in posting.skills.items()
    )
    await session.flush()
    subject = Subject(kind="employee", id=employee)
    await record(session, Action.EMPLOYEE_ASSIGNED, actor=by, subject=subject, reason="")


_TAKING_CALLS = select(EmployeeRow).where(
    EmployeeRow.active,
    EmployeeRow.role.in_([role for role in PERMISSIONS if may(role, Permission.TAKE_CALLS)]),
)


def _assignment(
    row: EmployeeRow, queues: tuple[QueueId, ...], levels: Mapping[SkillId, int]
) -> Assignment:
    return Assignment(
        employee=row.id,
        name=row.name,
        role=row.role,
        version=row.row_version,
        queues=queues,
        skills=levels,
    )


def _check(posting: Posting, known: Known) -> None:
    if not posting.queues <= set(known.queues):
        raise FieldRefused("queues", "unknown")
    for skill, level in posting.skills.items():
        if skill not in known.skills:
            raise FieldRefused("skills", "unknown")
        if not LOWEST <= level <= HIGHEST:
            raise FieldRefused(f"skills.{skill}", "level")
