"""Tables of duplicates: what a party is recognised by, pairs that may be one, and merges.

A merge keeps both parties: the one that gives way points to the one that stays
(`party.merged_into`), and each row that was moved is written down, so that the two can be parted.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.models.columns import Base, JsonDocument, SortableText, code
from routing.ids import PartyId


class PairState(StrEnum):
    """What was decided about a pair."""

    OPEN = "open"
    DISMISSED = "dismissed"
    MERGED = "merged"


class RowOutcome(StrEnum):
    """What a merge did with a row of the party that gave way."""

    MOVED = "moved"
    ENDED = "ended"
    KEPT = "kept"


class MatchKey(Base):
    """What a party is recognised by: two with the same key are worth comparing. Derived."""

    __tablename__ = "match_key"
    __table_args__ = (Index(None, "key"),)

    party: Mapped[PartyId] = mapped_column(ForeignKey("party.id"), primary_key=True)
    key: Mapped[str] = mapped_column(SortableText, primary_key=True)


class DuplicatePair(Base):
    """Two parties that may be one. `points` are hundredths; `evidence` are codes with points."""

    __tablename__ = "duplicate_pair"
    __table_args__ = (
        CheckConstraint("one < other", "order"),
        CheckConstraint("(state = 'open') = (decided_at IS NULL)", "decided"),
        UniqueConstraint("one", "other"),
        Index(None, "state", "points"),
        Index(None, "other"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    one: Mapped[PartyId] = mapped_column(SortableText, ForeignKey("party.id"))
    other: Mapped[PartyId] = mapped_column(SortableText, ForeignKey("party.id"))
    points: Mapped[int]
    evidence: Mapped[list[dict[str, Any]]]
    state: Mapped[PairState] = mapped_column(code(PairState, "state"))
    found_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None]
    reason: Mapped[str]


class PartyMerge(Base):
    """A merge: `loser` gave way to `winner`, and may have been parted from it again."""

    __tablename__ = "party_merge"
    __table_args__ = (
        CheckConstraint("winner <> loser", "two"),
        CheckConstraint("(undone_at IS NULL) = (undone_by IS NULL)", "undone"),
        Index(None, "winner"),
        Index(None, "loser"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    winner: Mapped[PartyId] = mapped_column(ForeignKey("party.id"))
    loser: Mapped[PartyId] = mapped_column(ForeignKey("party.id"))
    merged_at: Mapped[datetime]
    merged_by: Mapped[str]
    reason: Mapped[str]
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str | None]


class MergedRow(Base):
    """What a merge did with a row: `key` are the columns of its primary key, after the merge."""

    __tablename__ = "merged_row"

    merge: Mapped[str] = mapped_column(ForeignKey("party_merge.id"), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    table_name: Mapped[str]
    column_name: Mapped[str]
    key: Mapped[dict[str, Any]] = mapped_column(JsonDocument)
    outcome: Mapped[RowOutcome] = mapped_column(code(RowOutcome, "outcome"))
