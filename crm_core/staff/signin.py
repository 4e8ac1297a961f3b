"""Signing in, staying signed in, and the one-time tickets of websockets.

Tokens are 256 random bits that only the browser has; SQL keeps their SHA-256, so that a stolen
database signs nobody in. A session ends by sign-out, by revocation, when its employee is
deactivated, when it was idle for too long, and in any case at its absolute limit. An unknown
account gets the same answer after the same work as a wrong password.
"""

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.audit import Action, Subject, record
from crm_core.database import Database
from crm_core.errors import Refused
from crm_core.ids import new_id
from crm_core.models import EmployeeRow, SessionRow, TicketRow
from crm_core.staff import throttle
from crm_core.staff.employees import Employee, as_employee, folded
from crm_core.staff.passwords import PasswordOptions, Passwords
from crm_core.staff.throttle import Attempt, ThrottleOptions
from routing.ids import AgentId
from routing.ports import Clock

_TOKEN_BYTES = 32
_KEPT_AFTER_END = timedelta(days=30)


class BadCredentials(Refused):
    """No such account, or not this password; which of both is not told."""

    code = "bad_credentials"


class Throttled(Refused):
    """Too many failures; nothing is checked for `retry_after_s` seconds."""

    code = "throttled"

    def __init__(self, retry_after_s: float) -> None:
        super().__init__()
        self.retry_after_s = retry_after_s


class SessionExpired(Refused):
    """The session is over, or there never was one."""

    code = "session_expired"


class TicketRefused(SessionExpired):
    """The ticket is used, too old, or none of ours."""

    code = "ticket_refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInOptions:
    """Limits in seconds. `idle_s` counts from the last request or `touch`."""

    idle_s: float = 7_200
    absolute_s: float = 43_200
    ticket_s: float = 30
    seen_every_s: float = 60
    throttle: ThrottleOptions = field(default_factory=ThrottleOptions)
    passwords: PasswordOptions = field(default_factory=PasswordOptions)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSession:
    """A session just begun. The token is told only here."""

    token: str = field(repr=False)
    csrf: str = field(repr=False)
    employee: Employee


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """Who a token belongs to. `expires_at` is the absolute limit."""

    session_id: str
    employee: Employee
    csrf: str = field(repr=False)
    expires_at: datetime
    seen_at: datetime


class SignIn:
    """Opens, finds and ends sessions."""

    def __init__(self, db: Database, clock: Clock, options: SignInOptions | None = None) -> None:
        self._db = db
        self._clock = clock
        self._options = options or SignInOptions()
        self._passwords = Passwords(self._options.passwords)

    async def sign_in(self, username: str, password: str, *, origin: str) -> NewSession:
        """Open a session. `origin` is the peer's address. Raises BadCredentials, Throttled."""
        attempt = Attempt.of(folded(username), origin)
        employee, password_hash = await self._begin(folded(username), attempt)
        if await self._passwords.matches(password, password_hash) and employee:
            return await self._open(employee, attempt, origin)
        async with self._db.unit_of_work() as session:
            who = employee.id if employee else "unknown"
            subject = Subject(kind="employee", id=who)
            await record(session, Action.SIGN_IN_FAILED, actor=who, subject=subject, reason="")
        raise BadCredentials

    async def session(self, token: str) -> SignedIn:
        """Who the token belongs to; keeps the session from idling. Raises SessionExpired."""
        async with self._db.reading() as session:
            signed_in = await self._live(session, SessionRow.token_hash == _hashed(token))
        await self._touch(signed_in)
        return signed_in

    async def still_valid(self, session_id: str) -> bool:
        """Whether the session still stands. Asking does not keep it from idling."""
        async with self._db.reading() as session:
            try:
                await self._live(session, SessionRow.id == session_id)
            except SessionExpired:
                return False
        return True

    async def touch(self, session_id: str) -> None:
        """The employee does something on a websocket. Raises SessionExpired."""
        async with self._db.reading() as session:
            signed_in = await self._live(session, SessionRow.id == session_id)
        await self._touch(signed_in)

    async def sign_out(self, token: str) -> None:
        """End a session. Ending one that is over is no error."""
        ended = SessionRow.token_hash == _hashed(token), SessionRow.revoked_at.is_(None)
        async with self._db.unit_of_work() as session:
            statement = update(SessionRow).where(*ended).values(revoked_at=self._clock.now())
            row = (await session.execute(statement.returning(SessionRow.employee))).first()
            if row is not None:
                subject = Subject(kind="employee", id=row.employee)
                await record(
                    session, Action.SIGNED_OUT, actor=row.employee, subject=subject, reason=""
                )

    async def revoke(self, employee: AgentId, *, by: str, reason: str) -> None:
        """End all sessions of an employee: he left, or his password was changed."""
        theirs = SessionRow.employee == employee, SessionRow.revoked_at.is_(None)
        async with self._db.unit_of_work() as session:
            await session.execute(
                update(SessionRow).where(*theirs).values(revoked_at=self._clock.now())
            )
            subject = Subject(kind="employee", id=employee)
            await record(session, Action.SESSIONS_REVOKED, actor=by, subject=subject, reason=reason)

    async def issue_ticket(self, signed_in: SignedIn) -> str:
        """A pass to a websocket: once, and soon."""
        ticket = secrets.token_urlsafe(_TOKEN_BYTES)
        expires_at = self._clock.now() + timedelta(seconds=self._options.ticket_s)
        async with self._db.unit_of_work() as session:
            session.add(
                TicketRow(
                    ticket_hash=_hashed(ticket),
                    session=signed_in.session_id,
                    expires_at=expires_at,
                )
            )
        return ticket

    async def redeem_ticket(self, ticket: str) -> SignedIn:
        """Who the ticket belongs to; it is used up. Raises TicketRefused, SessionExpired."""
        statement = delete(TicketRow).where(TicketRow.ticket_hash == _hashed(ticket))
        async with self._db.unit_of_work() as session:
            returned = statement.returning(TicketRow.session, TicketRow.expires_at)
            used = (await session.execute(returned)).first()
        if used is None or used.expires_at <= self._clock.now():
            raise TicketRefused
        async with self._db.reading() as session:
            return await self._live(session, SessionRow.id == used.session)

    async def purge(self) -> None:
        """Drop what has been over for long. Call it now and then."""
        now = self._clock.now()
        async with self._db.unit_of_work() as session:
            await session.execute(delete(TicketRow).where(TicketRow.expires_at < now))
            old = SessionRow.expires_at < now - _KEPT_AFTER_END
            await session.execute(delete(SessionRow).where(old))
            await throttle.forget(session, now=now, options=self._options.throttle)

    async def _begin(self, username: str, attempt: Attempt) -> tuple[Employee | None, str | None]:
        async with self._db.unit_of_work() as session:
            wait = await throttle.begin(
                session, attempt, now=self._clock.now(), options=self._options.throttle
            )
            statement = select(EmployeeRow).where(EmployeeRow.username == username)
            row = await session.scalar(statement.where(EmployeeRow.active))
        if wait:
            raise Throttled(wait)
        return (as_employee(row), row.password_hash) if row else (None, None)

    async def _open(self, employee: Employee, attempt: Attempt, origin: str) -> NewSession:
        now = self._clock.now()
        token, csrf = secrets.token_urlsafe(_TOKEN_BYTES), secrets.token_urlsafe(_TOKEN_BYTES)
        row = SessionRow(
            id=new_id(),
            token_hash=_hashed(token),
            csrf=csrf,
            employee=employee.id,
            origin=origin,
            created_at=now,
            seen_at=now,
            expires_at=now + timedelta(seconds=self._options.absolute_s),
        )
        async with self._db.unit_of_work() as session:
            await throttle.succeed(session, attempt)
            session.add(row)
            subject = Subject(kind="employee", id=employee.id)
            await record(session, Action.SIGNED_IN, actor=employee.id, subject=subject, reason="")
        return NewSession(token=token, csrf=csrf, employee=employee)

    async def _live(self, session: AsyncSession, condition: ColumnElement[bool]) -> SignedIn:
        statement = (
            select(SessionRow, EmployeeRow)
            .join(EmployeeRow, EmployeeRow.id == SessionRow.employee)
            .where(condition, SessionRow.revoked_at.is_(None), EmployeeRow.active)
        )
        found = (await session.execute(statement)).first()
        now = self._clock.now()
        idle = timedelta(seconds=self._options.idle_s)
        if found is None or min(found[0].expires_at, found[0].seen_at + idle) <= now:
            raise SessionExpired
        row, employee = found
        return SignedIn(
            session_id=row.id,
            employee=as_employee(employee),
            csrf=row.csrf,
            expires_at=row.expires_at,
            seen_at=row.seen_at,
        )

    async def _touch(self, signed_in: SignedIn) -> None:
        now = self._clock.now()
        if now - signed_in.seen_at < timedelta(seconds=self._options.seen_every_s):
            return
        async with self._db.unit_of_work() as session:
            mine = SessionRow.id == signed_in.session_id
            await session.execute(update(SessionRow).where(mine).values(seen_at=now))


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
