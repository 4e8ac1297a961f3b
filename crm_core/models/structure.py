"""Tables of how the bank is organised: branches, teams, who is on leave and who stands in."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.models.columns import Base, code
from crm_core.models.relations import ENDED, OPEN, VALIDITY
from routing.ids import AgentId, PartyId


class LeaveReason(StrEnum):
    """Why an employee is away."""

    HOLIDAY = "holiday"
    SICK = "sick"
    TRAINING = "training"
    OTHER = "other"


class Branch(Base):
    """A branch of the bank; the parents form a tree. `code` is what agreements name it by."""

    __tablename__ = "branch"
    __table_args__ = (CheckConstraint("parent IS NULL OR parent <> id", "no_self"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    address: Mapped[str] = mapped_column(server_default="")
    """As callers are told it; empty where it is told to nobody."""
    parent: Mapped[str | None] = mapped_column(ForeignKey("branch.id"))
    closed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    row_version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": row_version}  # noqa: RUF012


class PartyBranch(Base):
    """A branch serves a party, for a time."""

    __tablename__ = "party_branch"
    __table_args__ = (
        CheckConstraint(VALIDITY, "validity"),
        CheckConstraint(ENDED, "ended"),
        Index(
            "uq_party_branch_open",
            "party",
            "branch",
            unique=True,
            sqlite_where=OPEN,
            postgresql_where=OPEN,
        ),
        Index(None, "branch"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    party: Mapped[PartyId] = mapped_column(ForeignKey("party.id"))
    branch: Mapped[str] = mapped_column(ForeignKey("branch.id"))
    valid_from: Mapped[datetime]
    valid_to: Mapped[datetime | None]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Team(Base):
    """Employees who work together, under a lead."""

    __tablename__ = "team"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    branch: Mapped[str | None] = mapped_column(ForeignKey("branch.id"))
    lead: Mapped[AgentId | None] = mapped_column(ForeignKey("employee.id"))
    closed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    row_version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": row_version}  # noqa: RUF012


class TeamMember(Base):
    """An employee belongs to a team, for a time."""

    __tablename__ = "team_member"
    __table_args__ = (
        CheckConstraint(VALIDITY, "validity"),
        CheckConstraint(ENDED, "ended"),
        Index(
            "uq_team_member_open",
            "team",
            "employee",
            unique=True,
            sqlite_where=OPEN,
            postgresql_where=OPEN,
        ),
        Index(None, "employee"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    team: Mapped[str] = mapped_column(ForeignKey("team.id"))
    employee: Mapped[AgentId] = mapped_column(ForeignKey("employee.id"))
    valid_from: Mapped[datetime]
    valid_to: Mapped[datetime | None]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class EmployeeLeave(Base):
    """An employee is away from `valid_from` until `valid_to`, if that is known; a substitute may
    take his place. One that was taken back has `cancelled_at`."""

    __tablename__ = "employee_leave"
    __table_args__ = (
        CheckConstraint(VALIDITY, "validity"),
        CheckConstraint("substitute IS NULL OR substitute <> employee", "no_self"),
        Index(None, "employee"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    employee: Mapped[AgentId] = mapped_column(ForeignKey("employee.id"))
    reason: Mapped[LeaveReason] = mapped_column(code(LeaveReason, "reason"))
    substitute: Mapped[AgentId | None] = mapped_column(ForeignKey("employee.id"))
    valid_from: Mapped[datetime]
    valid_to: Mapped[datetime | None]
    created_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]
