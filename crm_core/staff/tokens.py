"""Tokens of programs: each acts for an employee, within scopes that he has himself.

A token is 256 random bits, told once; SQL keeps its SHA-256. It ends on its day, by revocation, and
when its employee is deactivated. A permission that the employee loses is lost to his tokens too.
"""

import dataclasses
import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.audit import Action, Subject, record
from crm_core.database import Database, moment
from crm_core.errors import FieldRefused, Refused, Unknown
from crm_core.ids import new_id
from crm_core.models import ApiToken, EmployeeRow
from crm_core.staff.employees import Employee, as_employee
from crm_core.staff.permissions import Permission, may

PREFIX = "tlr_"
"""Begins every token, so that scanners of leaked secrets know one."""

LONGEST = timedelta(days=366)
_LONGEST_NAME = 80
_USED_EVERY = timedelta(minutes=1)


class TokenRefused(Refused):
    """No such token, or it is over."""

    code = "token_refused"


class TokenUnknown(Unknown):
    """There is no such token."""

    code = "token_unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewToken:
    """A token just made; it is told only here."""

    id: str
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """What is known of a token. Over when it was revoked or `expires_at` is past."""

    id: str
    name: str
    employee: str
    scopes: frozenset[str]
    created_at: datetime
    created_by: str
    expires_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bearer:
    """The id of the token that came with a request, and the employee for whom it acts."""

    token: str
    employee: Employee
    expires_at: datetime


async def create(
    session: AsyncSession,
    employee: Employee,
    *,
    name: str,
    scopes: Iterable[Permission],
    days: int,
    by: str,
) -> NewToken:
    """A token for the employee, for so many days. Raises FieldRefused."""
    wanted = frozenset(scopes)
    if not name.strip() or len(name) > _LONGEST_NAME:
        raise FieldRefused("name", "length")
    if not wanted:
        raise FieldRefused("scopes", "missing")
    if beyond := [one for one in wanted if not may(employee.role, one)]:
        raise FieldRefused("scopes", f"not_of_the_role:{min(beyond)}")
    if not timedelta(0) < timedelta(days=min(days, LONGEST.days + 1)) <= LONGEST:
        raise FieldRefused("days", "out_of_range")
    token, now = PREFIX + secrets.token_urlsafe(32), moment(session)
    row = ApiToken(
        id=new_id(),
        employee=employee.id,
        name=name.strip(),
        token_hash=_hashed(token),
        scopes=sorted(wanted),
        created_at=now,
        created_by=by,
        expires_at=now + timedelta(days=days),
    )
    session.add(row)
    await session.flush()
    subject = Subject(kind="token", id=row.id)
    await record(
        session, Action.TOKEN_CREATED, actor=by, subject=subject, reason=",".join(row.scopes)
    )
    return NewToken(id=row.id, token=token)


async def bearer(db: Database, token: str) -> Bearer:
    """For whom the token acts. Raises TokenRefused."""
    statement = (
        select(ApiToken, EmployeeRow)
        .join(EmployeeRow, EmployeeRow.id == ApiToken.employee)
        .where(ApiToken.token_hash == _hashed(token), ApiToken.revoked_at.is_(None))
        .where(EmployeeRow.active)
    )
    async with db.reading() as session:
        found = (await session.execute(statement)).first()
        now = moment(session)
    if found is None or found[0].expires_at <= now:
        raise TokenRefused
    row, person = found
    if row.used_at is None or now - row.used_at >= _USED_EVERY:
        async with db.unit_of_work() as session:
            await session.execute(update(ApiToken).where(ApiToken.id == row.id).values(used_at=now))
    scopes = frozenset(Permission(one) for one in row.scopes if one in set(Permission))
    employee = dataclasses.replace(as_employee(person), scopes=scopes)
    return Bearer(token=row.id, employee=employee, expires_at=row.expires_at)


async def tokens(session: AsyncSession) -> list[Token]:
    """All tokens, the newest first, those that are over too."""
    rows = await session.scalars(select(ApiToken).order_by(ApiToken.created_at.desc(), ApiToken.id))
    return [
        Token(
            id=row.id,
            name=row.name,
            employee=row.employee,
            scopes=frozenset(row.scopes),
            created_at=row.created_at,
            created_by=row.created_by,
            expires_at=row.expires_at,
            used_at=row.used_at,
            revoked_at=row.revoked_at,
        )
        for row in rows
    ]


async def revoke(session: AsyncSession, token: str, *, by: str) -> None:
    """End a token. Ending one that is revoked is no error. Raises TokenUnknown."""
    row = await session.get(ApiToken, token)
    if row is None:
        raise TokenUnknown
    if row.revoked_at is not None:
        return
    row.revoked_at = moment(session)
    await session.flush()
    subject = Subject(kind="token", id=token)
    await record(session, Action.TOKEN_REVOKED, actor=by, subject=subject, reason="")


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
