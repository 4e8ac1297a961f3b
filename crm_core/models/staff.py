"""Tables of the bank's own people, and of their being signed in.

Neither a password nor a session token or ticket stands here: only what proves them.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.models.columns import Base, Tries, code
from routing.ids import AgentId, QueueId, SkillId


class Role(StrEnum):
    """What an employee is for; `crm_core.staff.permissions` tells what each may do."""

    MANAGER = "manager"
    AGENT = "agent"
    COLLECTOR = "collector"
    CREDIT_OFFICER = "credit_officer"
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"


class EmployeeRow(Base):
    """An employee who signs in. The endpoints name his browser phone and his desk phone."""

    __tablename__ = "employee"
    __table_args__ = (CheckConstraint("username = lower(username)", "username_folded"),)

    id: Mapped[AgentId] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    role: Mapped[Role] = mapped_column(code(Role, "role"))
    language: Mapped[str]
    password_hash: Mapped[str]
    browser_endpoint: Mapped[str] = mapped_column(unique=True)
    desk_endpoint: Mapped[str] = mapped_column(unique=True)
    active: Mapped[bool]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    row_version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": row_version}  # noqa: RUF012


class QueueMember(Base):
    """An employee belongs to the pool of a queue; the queues themselves are configuration."""

    __tablename__ = "queue_member"

    queue: Mapped[QueueId] = mapped_column(primary_key=True)
    employee: Mapped[AgentId] = mapped_column(ForeignKey("employee.id"), primary_key=True)


class EmployeeSkill(Base):
    """What an employee can do for callers; the skills themselves are configuration."""

    __tablename__ = "employee_skill"
    __table_args__ = (CheckConstraint("level BETWEEN 1 AND 5", "level"),)

    employee: Mapped[AgentId] = mapped_column(ForeignKey("employee.id"), primary_key=True)
    skill: Mapped[SkillId] = mapped_column(primary_key=True)
    level: Mapped[int]


class SessionRow(Base):
    """A signed-in browser. `token_hash` is the SHA-256 of a token that only the browser has."""

    __tablename__ = "session"
    __table_args__ = (Index(None, "employee"), Index(None, "expires_at"))

    id: Mapped[str] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    csrf: Mapped[str]
    employee: Mapped[AgentId] = mapped_column(ForeignKey("employee.id"))
    origin: Mapped[str]
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class TicketRow(Base):
    """A one-time pass from a session to a websocket."""

    __tablename__ = "ticket"
    __table_args__ = (Index(None, "session"), Index(None, "expires_at"))

    ticket_hash: Mapped[str] = mapped_column(primary_key=True)
    session: Mapped[str] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"))
    expires_at: Mapped[datetime]


class SignInThrottle(Tries):
    """Failed sign-ins of an account or an origin."""

    __tablename__ = "sign_in_throttle"
