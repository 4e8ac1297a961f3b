"""Tables of how clients are classed: status and tier with their history, segments with rules."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.models.columns import Base, code
from crm_core.models.relations import ENDED, OPEN, VALIDITY
from routing.ids import PartyId


class StandingAspect(StrEnum):
    """What of a client's standing a row tells: where he stands, or his place in the pyramid."""

    STATUS = "status"
    TIER = "tier"


class Tier(StrEnum):
    """A place in the pyramid of clients: quadrants of loyalty and value, and those beside them."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    DORMANT = "dormant"
    POTENTIAL = "potential"
    SUSPECT = "suspect"


class ClientStanding(Base):
    """A party had this status or tier, for a time; `why` tells by which rule."""

    __tablename__ = "client_standing"
    __table_args__ = (
        CheckConstraint(VALIDITY, "validity"),
        CheckConstraint(ENDED, "ended"),
        Index(
            "uq_client_standing_open",
            "party",
            "aspect",
            unique=True,
            sqlite_where=OPEN,
            postgresql_where=OPEN,
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    party: Mapped[PartyId] = mapped_column(ForeignKey("party.id"))
    aspect: Mapped[StandingAspect] = mapped_column(code(StandingAspect, "aspect"))
    value: Mapped[str]
    why: Mapped[dict[str, str]]
    valid_from: Mapped[datetime]
    valid_to: Mapped[datetime | None]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Segment(Base):
    """A set of parties by a rule. `members` counts them as of `evaluated_at`."""

    __tablename__ = "segment"

    id: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    note: Mapped[str]
    active: Mapped[bool]
    evaluated_at: Mapped[datetime | None]
    members: Mapped[int | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    row_version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": row_version}  # noqa: RUF012


class SegmentVersion(Base):
    """A segment's rule as it was worded once; never changed, only followed by the next."""

    __tablename__ = "segment_version"
    __table_args__ = (CheckConstraint("n >= 1", "n"),)

    segment: Mapped[str] = mapped_column(ForeignKey("segment.id"), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)
    rule: Mapped[str]
    created_at: Mapped[datetime]
    created_by: Mapped[str]


class SegmentMembership(Base):
    """A party was in a segment, for a time; `version` of the rule took it in."""

    __tablename__ = "segment_membership"
    __table_args__ = (
        CheckConstraint(VALIDITY, "validity"),
        CheckConstraint(ENDED, "ended"),
        Index(
            "uq_segment_membership_open",
            "segment",
            "party",
            unique=True,
            sqlite_where=OPEN,
            postgresql_where=OPEN,
        ),
        Index(None, "party"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    segment: Mapped[str] = mapped_column(ForeignKey("segment.id"))
    party: Mapped[PartyId] = mapped_column(ForeignKey("party.id"))
    version: Mapped[int]
    valid_from: Mapped[datetime]
    valid_to: Mapped[datetime | None]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
