"""What the API tells of duplicates and merges."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from agent_ui.shapes import Shape
from crm_core.duplicates.merging import Merged
from crm_core.duplicates.pairs import PairSummary, PastMerge


class EvidenceShape(Shape):
    """A reason for (points above 0) or against its being one party."""

    code: Annotated[str, Field(examples=["birth_date", "name_like"])]
    points: float


class PairShape(Shape):
    """Two parties that may be one; the more points, the likelier."""

    pair: str
    one: str
    one_name: str
    other: str
    other_name: str
    kind: str
    points: float
    evidence: list[EvidenceShape]
    found_at: datetime


class PairList(Shape):
    """Pairs to decide on, the likeliest first; `total` counts all of them."""

    items: list[PairShape]
    total: int


class MergeShape(Shape):
    """A merge; the loser gave way to the winner. With `undone_at` they were parted again."""

    merge: str
    winner: str
    winner_name: str
    loser: str
    loser_name: str
    merged_at: datetime
    reason: str
    undone_at: datetime | None


class MergeAsked(Shape):
    """Which party stays, which gives way, and why."""

    winner: Annotated[str, Field(min_length=1, max_length=64)]
    loser: Annotated[str, Field(min_length=1, max_length=64)]
    reason: Annotated[str, Field(min_length=1, max_length=400)]


class MergedShape(Shape):
    """What a merge did, in rows by table: moved, or left where the winner had its own."""

    merge: str
    moved: dict[str, int]
    kept: dict[str, int]


def pairs(found: list[PairSummary], total: int) -> PairList:
    """A page of pairs."""
    return PairList(items=[PairShape.model_validate(one) for one in found], total=total)


def past(one: PastMerge) -> MergeShape:
    """A merge of the past."""
    return MergeShape.model_validate(one)


def merged(one: Merged) -> MergedShape:
    """What a merge did."""
    return MergedShape(merge=one.merge, moved=dict(one.moved), kept=dict(one.kept))
