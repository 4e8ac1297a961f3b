"""Tables of what the bank knows: parties, their phones, and who looks after them.

A phone is an entity of its own and belongs to as many parties as use it: families and firms
share numbers, so nothing here may ever make a phone unique to a party.
"""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.models.columns import Base, SortableText, code
from routing.ids import AgentId, PartyId


class PartyKind(StrEnum):
    """What a party is."""

    PERSON = "person"
    ORGANISATION = "organisation"


class PartyStatus(StrEnum):
    """Where a party stands as a client."""

    SUSPECT = "suspect"
    POTENTIAL = "potential"
    NEW = "new"
    ACTIVE = "active"
    INACTIVE = "inactive"
    CLOSED = "closed"


class PhoneStatus(StrEnum):
    """Whether a number may suggest a party: only an active one does."""

    ACTIVE = "active"
    INVALID = "invalid"
    REASSIGNED = "reassigned"
    OWN = "own"
    SERVICE = "service"


class PhoneRole(StrEnum):
    """What a number is to a party."""

    MOBILE = "mobile"
    HOME = "home"
    WORK = "work"
    RELATIVE = "relative"
    THIRD_PARTY = "third_party"


class ManagerRole(StrEnum):
    """What a manager is to a party. The primary one has rank 1, and only he."""

    PRIMARY = "primary"
    DEPUTY = "deputy"
    EXPERT = "expert"
    COLLECTOR = "collector"
    PRODUCT = "product"


class Party(Base):
    """Any person or organisation that we know, a client or not."""

    __tablename__ = "party"
    __table_args__ = (
        UniqueConstraint("source", "source_key"),
        CheckConstraint("merged_into <> id", "merged_away"),
        Index(None, "merged_into"),
    )

    id: Mapped[PartyId] = mapped_column(primary_key=True)
    kind: Mapped[PartyKind] = mapped_column(code(PartyKind, "kind"))
    display_name: Mapped[str]
    status: Mapped[PartyStatus] = mapped_column(code(PartyStatus, "status"))
    status_since: Mapped[datetime]
    tier: Mapped[str]
    language: Mapped[str]
    vip: Mapped[bool]
    source: Mapped[str | None]
    source_key: Mapped[str | None]
    merged_into: Mapped[PartyId | None] = mapped_column(ForeignKey("party.id"))
    """The party that this one gave way to, being the same."""
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    row_version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": row_version}  # noqa: RUF012


class Person(Base):
    """What is told of a person only."""

    __tablename__ = "person"

    party: Mapped[PartyId] = mapped_column(ForeignKey("party.id"), primary_key=True)
    family_name: Mapped[str]
    given_name: Mapped[str]
    middle_name: Mapped[str]
    birth_date: Mapped[date | None]


class Organisation(Base):
    """What is told of an organisation only."""

    __tablename__ = "organisation"

    party: Mapped[PartyId] = mapped_column(ForeignKey("party.id"), primary_key=True)
    legal_name: Mapped[str]
    registration_number: Mapped[str | None]


class PhoneNumber(Base):
    """A number in E.164, once. `digits_reversed` finds it by its last digits."""

    __tablename__ = "phone_number"
    __table_args__ = (
        CheckConstraint("substr(e164, 1, 1) = '+' AND length(e164) BETWEEN 8 AND 16", "e164"),
        Index(None, "digits_reversed"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    e164: Mapped[str] = mapped_column(SortableText, unique=True)
    digits_reversed: Mapped[str] = mapped_column(SortableText)
    status: Mapped[PhoneStatus] = mapped_column(code(PhoneStatus, "status"))
    created_at: Mapped[datetime]


class PartyPhone(Base):
    """A party uses a number, in a role, for a time."""

    __tablename__ = "party_phone"
    __table_args__ = (
        CheckConstraint("valid_to IS NULL OR valid_from < valid_to", "validity"),
        CheckConstraint("rank >= 1", "rank"),
        UniqueConstraint("party", "phone", "role", "valid_from"),
        Index(None, "phone"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    party: Mapped[PartyId] = mapped_column(ForeignKey("party.id"))
    phone: Mapped[str] = mapped_column(ForeignKey("phone_number.id"))
    raw: Mapped[str]
    role: Mapped[PhoneRole] = mapped_column(code(PhoneRole, "role"))
    rank: Mapped[int]
    valid_from: Mapped[datetime]
    valid_to: Mapped[datetime | None]
    created_at: Mapped[datetime]


class ManagerAssignment(Base):
    """An employee looks after a party: rank 1 first, for a time. `ended_at` is when its end was
    recorded."""

    __tablename__ = "manager_assignment"
    __table_args__ = (
        CheckConstraint("valid_to IS NULL OR valid_from < valid_to", "validity"),
        CheckConstraint("rank >= 1 AND (role = 'primary') = (rank = 1)", "primary_is_first"),
        Index(
            "uq_manager_assignment_open_rank",
            "party",
            "rank",
            unique=True,
            sqlite_where=text("valid_to IS NULL"),
            postgresql_where=text("valid_to IS NULL"),
        ),
        Index(
            "uq_manager_assignment_open_employee",
            "party",
            "employee",
            unique=True,
            sqlite_where=text("valid_to IS NULL"),
            postgresql_where=text("valid_to IS NULL"),
        ),
        Index(None, "party"),
        Index(None, "employee"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    party: Mapped[PartyId] = mapped_column(ForeignKey("party.id"))
    employee: Mapped[AgentId] = mapped_column(ForeignKey("employee.id"))
    role: Mapped[ManagerRole] = mapped_column(code(ManagerRole, "role"))
    rank: Mapped[int]
    valid_from: Mapped[datetime]
    valid_to: Mapped[datetime | None]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
