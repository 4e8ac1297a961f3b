"""Employees: who they are, what they may do, and the roster that routing needs.

Endpoint names are random, so that a scanner of SIP accounts has nothing to guess from.
"""

import dataclasses
import secrets
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.audit import Action, Subject, record
from crm_core.database import moment
from crm_core.errors import Refused
from crm_core.ids import new_id
from crm_core.models import EmployeeRow, EmployeeSkill, QueueMember, Role
from crm_core.staff.permissions import Permission, may
from routing.ids import AgentId, FlowId, QueueId, SkillId
from routing.roster import AgentProfile, QueueProfile, Roster, Schedule
from routing.rules.terms import NO_RULES, RuleSet


class EmployeeUnknown(Refused):
    """There is no such employee."""

    code = "employee_unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Employee:
    """An employee. `language` is ISO 639-1; the endpoints are his phones' names.

    `scopes` narrow what he may do while a program acts for him; None if he acts himself.
    """

    id: AgentId
    username: str
    name: str
    role: Role
    language: str
    browser_endpoint: str
    desk_endpoint: str
    active: bool
    scopes: frozenset[Permission] | None = None

    def may(self, permission: Permission) -> bool:
        """Whether he has the permission, by his role and, where there are any, by the scopes."""
        return may(self.role, permission) and (self.scopes is None or permission in self.scopes)


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointRow:
    """Which phones belong to an agent."""

    agent: AgentId
    browser: str
    desk: str


def folded(username: str) -> str:
    """A username as it is stored and compared."""
    return username.strip().lower()


async def hire(
    session: AsyncSession,
    username: str,
    *,
    name: str,
    role: Role,
    language: str,
    password_hash: str,
    queues: Iterable[QueueId] = (),
    skills: Mapping[SkillId, int] = MappingProxyType({}),
    by: str,
) -> Employee:
    """Add an employee. `queues` are those whose pool he belongs to, `skills` have levels 1 to 5."""
    now = moment(session)
    row = EmployeeRow(
        id=AgentId(new_id()),
        username=folded(username),
        name=name,
        role=role,
        language=language,
        password_hash=password_hash,
        browser_endpoint="a" + secrets.token_hex(6),
        desk_endpoint="d" + secrets.token_hex(6),
        active=True,
        created_at=now,
        updated_at=now,
    )
    session.add(row)
    await session.flush()
    session.add_all(QueueMember(queue=queue, employee=row.id) for queue in queues)
    session.add_all(
        EmployeeSkill(employee=row.id, skill=skill, level=level) for skill, level in skills.items()
    )
    await session.flush()
    await record(
        session,
        Action.EMPLOYEE_HIRED,
        actor=by,
        subject=Subject(kind="employee", id=row.id),
        reason=role.value,
    )
    return as_employee(row)


async def set_password(
    session: AsyncSession, employee: AgentId, *, password_hash: str, by: str
) -> None:
    """Change a password. Revoke the sessions beside it (`SignIn.revoke`)."""
    row = await _row(session, employee)
    row.password_hash, row.updated_at = password_hash, moment(session)
    await session.flush()
    subject = Subject(kind="employee", id=employee)
    await record(session, Action.PASSWORD_SET, actor=by, subject=subject, reason="")


async def deactivate(session: AsyncSession, employee: AgentId, *, by: str, reason: str) -> None:
    """An employee who has left neither signs in nor stays signed in, and takes no calls."""
    row = await _row(session, employee)
    row.active, row.updated_at = False, moment(session)
    await session.flush()
    subject = Subject(kind="employee", id=employee)
    await record(session, Action.EMPLOYEE_DEACTIVATED, actor=by, subject=subject, reason=reason)


async def employees(session: AsyncSession) -> list[Employee]:
    """All employees by name, those who have left included."""
    statement = select(EmployeeRow).order_by(EmployeeRow.name, EmployeeRow.id)
    return [as_employee(row) for row in await session.scalars(statement)]


async def roster(
    session: AsyncSession,
    queues: Sequence[QueueProfile],
    *,
    default_queue: QueueId | None = None,
    entries: Sequence[tuple[str, QueueId]] = (),
    flows: Sequence[tuple[str, FlowId]] = (),
    schedules: Sequence[Schedule] = (),
    rules: RuleSet = NO_RULES,
) -> Roster:
    """The roster for routing: active employees who may take or supervise calls, and the queues.

    Without `default_queue` it is the first of the queues.
    """
    served, levels = await pools(session), await skills(session)
    known = {queue.queue for queue in queues}
    agents = tuple(
        AgentProfile(
            agent=person.id,
            name=person.name,
            queues=tuple(queue for queue in served.get(person.id, ()) if queue in known),
            skills=tuple(levels.get(person.id, {}).items()),
            supervises=person.may(Permission.SUPERVISE_CALLS),
        )
        for person in await employees(session)
        if person.active and _at_the_phone(person)
    )
    return Roster(
        agents=agents,
        queues=tuple(queues),
        default_queue=default_queue or queues[0].queue,
        entries=tuple(entries),
        flows=tuple(flows),
        schedules=tuple(schedules),
        rules=rules,
    )


def _at_the_phone(person: Employee) -> bool:
    return person.may(Permission.TAKE_CALLS) or person.may(Permission.SUPERVISE_CALLS)


async def pools(
    session: AsyncSession, employee: AgentId | None = None
) -> dict[AgentId, tuple[QueueId, ...]]:
    """The queues of all employees, or of one."""
    statement = select(QueueMember.employee, QueueMember.queue).order_by(QueueMember.queue)
    if employee is not None:
        statement = statement.where(QueueMember.employee == employee)
    found: dict[AgentId, tuple[QueueId, ...]] = {}
    for person, queue in await session.execute(statement):
        found[person] = (*found.get(person, ()), queue)
    return found


async def skills(
    session: AsyncSession, employee: AgentId | None = None
) -> dict[AgentId, dict[SkillId, int]]:
    """The skills of all employees with their levels, or of one."""
    row = EmployeeSkill
    statement = select(row.employee, row.skill, row.level).order_by(row.employee, row.skill)
    if employee is not None:
        statement = statement.where(row.employee == employee)
    found: dict[AgentId, dict[SkillId, int]] = defaultdict(dict)
    for person, skill, level in await session.execute(statement):
        found[person][skill] = level
    return found


async def endpoints(session: AsyncSession) -> list[EndpointRow]:
    """The phones of all active employees who may take calls."""
    return [
        EndpointRow(agent=person.id, browser=person.browser_endpoint, desk=person.desk_endpoint)
        for person in await employees(session)
        if person.active and may(person.role, Permission.TAKE_CALLS)
    ]


def as_employee(row: EmployeeRow) -> Employee:
    """The value that leaves crm_core for a row."""
    return Employee(**{field.name: getattr(row, field.name) for field in _FIELDS})


_FIELDS = [field for field in dataclasses.fields(Employee) if field.name != "scopes"]


async def _row(session: AsyncSession, employee: AgentId) -> EmployeeRow:
    row = await session.get(EmployeeRow, employee)
    if row is None:
        raise EmployeeUnknown
    return row
