"""Tables of what the bank knows: parties, their phones, and who looks after them.

A phone is an entity of its own and belongs to as many parties as use it: families and firms
share numbers, so nothing here may ever make a phone unique to a party.
"""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    UniqueConstraint,
    false,
    text,
    true,
)
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


class RiskLevel(StrEnum):
    """How risky the bank holds a party to be."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Sex(StrEnum):
    """As a person's documents say."""

    FEMALE = "female"
    MALE = "male"


class Education(StrEnum):
    """The highest education that a person has."""

    SCHOOL = "school"
    VOCATIONAL = "vocational"
    HIGHER = "higher"
    DEGREE = "degree"


class Party(Base):
    """Any person or organisation that we know, a client or not.

    `dnc` (do not call) is his own wish; `synthetic` marks one who was made up for a demo. Of one
    with `erased_at` only ids and amounts are left.
    """

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
    time_zone: Mapped[str | None]
    home_branch: Mapped[str | None]
    risk_level: Mapped[RiskLevel | None] = mapped_column(code(RiskLevel, "risk_level"))
    dnc: Mapped[bool] = mapped_column(default=False, server_default=false())
    synthetic: Mapped[bool] = mapped_column(default=False, server_default=false())
    source: Mapped[str | None]
    source_key: Mapped[str | None]
    merged_into: Mapped[PartyId | None] = mapped_column(ForeignKey("party.id"))
    """The party that this one gave way to, being the same."""
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]
    row_version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": row_version}  # noqa: RUF012


class Person(Base):
    """What is told of a person only. The monthly budget is minor units of one currency."""

    __tablename__ = "person"
    __table_args__ = (
        CheckConstraint("monthly_income_minor >= 0", "income"),
        CheckConstraint("monthly_expense_minor >= 0", "expense"),
        CheckConstraint(
            "budget_currency IS NOT NULL"
            " OR (monthly_income_minor IS NULL AND monthly_expense_minor IS NULL)",
            "budget",
        ),
        CheckConstraint("dependants >= 0", "dependants"),
        CheckConstraint(
            "(tax_id_hash IS NULL) = (tax_id_sealed IS NULL)"
            " AND (tax_id_hash IS NULL) = (tax_id_key IS NULL)"
            " AND (tax_id_hash IS NULL) = (tax_id_last4 IS NULL)",
            "tax_id",
        ),
        Index(None, "tax_id_hash"),
        Index(None, "tax_id_key"),
        Index(None, "employer"),
    )

    party: Mapped[PartyId] = mapped_column(ForeignKey("party.id"), primary_key=True)
    family_name: Mapped[str]
    given_name: Mapped[str]
    middle_name: Mapped[str]
    birth_date: Mapped[date | None]
    birth_place: Mapped[str | None]
    died_on: Mapped[date | None]
    sex: Mapped[Sex | None] = mapped_column(code(Sex, "sex"))
    citizenship: Mapped[str | None]
    tax_id_sealed: Mapped[str | None]
    tax_id_key: Mapped[str | None]
    tax_id_hash: Mapped[str | None]
    tax_id_last4: Mapped[str | None]
    education: Mapped[Education | None] = mapped_column(code(Education, "education"))
    occupation: Mapped[str | None]
    employer: Mapped[PartyId | None] = mapped_column(ForeignKey("party.id"))
    employer_name: Mapped[str | None]
    monthly_income_minor: Mapped[int | None] = mapped_column(BigInteger)
    monthly_expense_minor: Mapped[int | None] = mapped_column(BigInteger)
    budget_currency: Mapped[str | None]
    dependants: Mapped[int | None]
    possessions: Mapped[str | None]


class Organisation(Base):
    """What is told of an organisation only."""

    __tablename__ = "organisation"
    __table_args__ = (CheckConstraint("employees >= 0", "employees"), Index(None, "tax_id"))

    party: Mapped[PartyId] = mapped_column(ForeignKey("party.id"), primary_key=True)
    legal_name: Mapped[str]
    registration_number: Mapped[str | None]
    tax_id: Mapped[str | None]
    industry_code: Mapped[str | None]
    employees: Mapped[int | None]
    credit_rating: Mapped[str | None]
    founded_on: Mapped[date | None]


class PhoneNumber(Base):
    """A number in E.164, once. `digits_reversed` finds it by its last digits.

    One that is `synthetic` was made up and may be somebody's all the same: never to be dialled on a
    real trunk.
    """

    __tablename__ = "phone_number"
    __table_args__ = (
        CheckConstraint("substr(e164, 1, 1) = '+' AND length(e164) BETWEEN 8 AND 16", "e164"),
        Index(None, "digits_reversed"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    e164: Mapped[str] = mapped_column(SortableText, unique=True)
    digits_reversed: Mapped[str] = mapped_column(SortableText)
    status: Mapped[PhoneStatus] = mapped_column(code(PhoneStatus, "status"))
    synthetic: Mapped[bool] = mapped_column(default=False, server_default=false())
    created_at: Mapped[datetime]


class PartyPhone(Base):
    """A party uses a number, in a role, for a time.

    `may_discuss` tells whether whoever answers may hear of the party's affairs.
    """

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
    may_call: Mapped[bool] = mapped_column(default=True, server_default=true())
    may_discuss: Mapped[bool] = mapped_column(default=True, server_default=true())
    verified_at: Mapped[datetime | None]
    valid_from: Mapped[datetime]
    valid_to: Mapped[datetime | None]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


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
