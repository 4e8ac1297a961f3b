"""Tables of how parties are bound to each other: relations of any type, and groups.

A relation stands here once, from one party to the other; how it reads from the other end is its
type's reverse code. Rows are dated twice: from when to when it held, and when that was recorded.
"""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.models.columns import Base, Rate, code
from routing.ids import PartyId

OPEN = text("valid_to IS NULL")
VALIDITY = "valid_to IS NULL OR valid_from < valid_to"
ENDED = "ended_at IS NULL OR valid_to IS NOT NULL"


class GroupKind(StrEnum):
    """What kind of group parties form."""

    HOUSEHOLD = "household"
    COMPANIES = "companies"
    HOLDING = "holding"
    CUSTOM = "custom"


class RelationshipType(Base):
    """A type of relation: `code` reads from the first party, `reverse_code` from the second;
    both are the same where it reads alike from both ends.

    `owns` tells that the first holds a share of the second, which add up to 100 % at most.
    """

    __tablename__ = "relationship_type"

    code: Mapped[str] = mapped_column(primary_key=True)
    reverse_code: Mapped[str] = mapped_column(unique=True)
    group_forming: Mapped[bool]
    risk_spreading: Mapped[bool]
    owns: Mapped[bool]
    names: Mapped[dict[str, str]]
    reverse_names: Mapped[dict[str, str]]


class PartyRelationship(Base):
    """One party is something to another, for a time. `ended_at` is when the end was recorded."""

    __tablename__ = "party_relationship"
    __table_args__ = (
        CheckConstraint("from_party <> to_party", "no_self"),
        CheckConstraint(VALIDITY, "validity"),
        CheckConstraint(ENDED, "ended"),
        UniqueConstraint("source", "source_key"),
        Index(
            "uq_party_relationship_open",
            "from_party",
            "to_party",
            "type",
            unique=True,
            sqlite_where=OPEN,
            postgresql_where=OPEN,
        ),
        Index(None, "to_party"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    from_party: Mapped[PartyId] = mapped_column(ForeignKey("party.id"))
    to_party: Mapped[PartyId] = mapped_column(ForeignKey("party.id"))
    type: Mapped[str] = mapped_column(ForeignKey("relationship_type.code"))
    share_pct: Mapped[Decimal | None] = mapped_column(Rate)
    valid_from: Mapped[datetime]
    valid_to: Mapped[datetime | None]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    source: Mapped[str | None]
    source_key: Mapped[str | None]


class PartyGroup(Base):
    """A household, a group of companies, a holding, or whatever else belongs together."""

    __tablename__ = "party_group"
    __table_args__ = (UniqueConstraint("source", "source_key"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[GroupKind] = mapped_column(code(GroupKind, "kind"))
    name: Mapped[str]
    head: Mapped[PartyId | None] = mapped_column(ForeignKey("party.id"))
    closed_at: Mapped[datetime | None]
    source: Mapped[str | None]
    source_key: Mapped[str | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    row_version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": row_version}  # noqa: RUF012


class PartyGroupMember(Base):
    """A party belongs to a group, for a time."""

    __tablename__ = "party_group_member"
    __table_args__ = (
        CheckConstraint(VALIDITY, "validity"),
        CheckConstraint(ENDED, "ended"),
        Index(
            "uq_party_group_member_open",
            "group",
            "party",
            unique=True,
            sqlite_where=OPEN,
            postgresql_where=OPEN,
        ),
        Index(None, "party"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    group: Mapped[str] = mapped_column(ForeignKey("party_group.id"))
    party: Mapped[PartyId] = mapped_column(ForeignKey("party.id"))
    valid_from: Mapped[datetime]
    valid_to: Mapped[datetime | None]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
