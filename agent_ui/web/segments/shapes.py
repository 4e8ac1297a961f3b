"""What the API tells of segments."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from agent_ui.shapes import Shape
from agent_ui.text import LongText
from crm_core.segments.rule import LONGEST


class SegmentShape(Shape):
    """A segment with its newest rule; `members` as of `evaluated_at`."""

    id: str
    code: str
    name: str
    note: str
    active: bool
    rule: str
    version: int
    evaluated_at: datetime | None
    members: int | None


class SegmentList(Shape):
    """All segments, by name."""

    items: list[SegmentShape]


class MemberShape(Shape):
    """A party in a segment, and which version of the rule took it in."""

    party: str
    name: str
    since: datetime
    version: int


class MemberPage(Shape):
    """Members by the ids of parties; `next_cursor` leads on and is null at the end."""

    items: list[MemberShape]
    next_cursor: str | None


class RuleAsked(BaseModel):
    """A rule to try."""

    model_config = ConfigDict(extra="forbid")

    rule: Annotated[LongText, Field(max_length=LONGEST)]


class TrialShape(Shape):
    """How many parties a rule would find, of how many."""

    found: int
    of: int


class ReasonShape(Shape):
    """A part of the rule and whether the party meets it; `depth` is how far it stands inside."""

    depth: int
    text: str
    met: bool
    found: str
    joins: bool


class WhyShape(Shape):
    """Whether a party meets a segment's rule now, and part by part why."""

    met: bool
    reasons: list[ReasonShape]
