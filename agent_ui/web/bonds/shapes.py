"""What the API tells of relations, groups and managers. Shares are decimal strings, in per cent."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from agent_ui.shapes import Shape
from agent_ui.text import Ident, ShortText
from crm_core.models import GroupKind, LeaveReason, ManagerRole

Moment = Annotated[datetime, Field(description="With an offset")]
Share = Annotated[Decimal, Field(gt=0, le=100, max_digits=11, decimal_places=8)]


class Asked(BaseModel):
    """The base of what comes in."""

    model_config = ConfigDict(extra="forbid")


class KindShape(Shape):
    """A type of relation, as it reads from either end."""

    code: str
    reverse_code: str
    group_forming: bool
    risk_spreading: bool
    owns: bool
    names: dict[str, str]
    reverse_names: dict[str, str]


class RelationShape(Shape):
    """A relation as it reads from the party: `other` is `type` of it."""

    id: str
    other: str
    name: str
    type: str
    owned_pct: Decimal | None
    owns_pct: Decimal | None
    risk_spreading: bool
    since: datetime
    until: datetime | None
    source: str | None


class RelationList(Shape):
    """What a party is bound to."""

    items: list[RelationShape]


class NewRelation(Asked):
    """`other` is `type` of the party, whose share of it is `share_pct`."""

    other: Ident
    type: Annotated[str, Field(max_length=64)]
    share_pct: Share | None = None
    starts_at: Moment | None = None
    ends_at: Moment | None = None


class KnotShape(Shape):
    """A party or group of the graph, so many steps from the middle."""

    id: str
    name: str
    kind: str
    is_group: bool
    depth: int
    days_past_due: int


class EdgeShape(Shape):
    """`first` is `type` of `second`."""

    first: str
    second: str
    type: str
    reverse: str
    share_pct: Decimal | None
    risk_spreading: bool


class GraphShape(Shape):
    """The graph around a party; `cut` tells that there is more. `risks` are the ids of those whose
    arrears concern the party, the worst first."""

    knots: list[KnotShape]
    edges: list[EdgeShape]
    cut: bool
    risks: list[str]


class AwayShape(Shape):
    """A leave that is on."""

    reason: LeaveReason
    until: datetime | None
    substitute: str | None
    substitute_name: str | None


class ManagerShape(Shape):
    """An employee who looks after a party, 1 first."""

    employee: str
    name: str
    role: ManagerRole
    rank: int
    since: datetime
    until: datetime | None
    active: bool
    away: AwayShape | None


class ManagerList(Shape):
    """The order of managers."""

    items: list[ManagerShape]


class PlaceAsked(Asked):
    """A manager in the order."""

    employee: Ident
    role: ManagerRole


class OrderAsked(Asked):
    """The whole order, the primary manager first; from now on, or from `starts_at`."""

    managers: Annotated[list[PlaceAsked], Field(min_length=1, max_length=20)]
    starts_at: Moment | None = None


class GroupSummaryShape(Shape):
    """A group in a list."""

    id: str
    kind: GroupKind
    name: str
    members: int


class GroupList(Shape):
    """Groups by name. To go on, ask after the last one's name and id."""

    items: list[GroupSummaryShape]


class MemberShape(Shape):
    """A party of a group."""

    party: str
    name: str
    is_head: bool
    since: datetime
    days_past_due: int


class GroupShape(Shape):
    """A group with its members."""

    id: str
    kind: GroupKind
    name: str
    head: str | None
    members: list[MemberShape]


class NewGroup(Asked):
    """A group to found."""

    kind: GroupKind
    name: ShortText
    members: Annotated[list[Ident], Field(max_length=500)] = []


class MembersAsked(Asked):
    """Who belongs to a group from now on."""

    members: Annotated[list[Ident], Field(max_length=500)]


class BranchShape(Shape):
    """A branch; `depth` counts from 0 at a root of the tree."""

    id: str
    code: str
    name: str
    parent: str | None
    open: bool
    depth: int


class BranchList(Shape):
    """All branches, each before those below it."""

    items: list[BranchShape]


class Made(Shape):
    """The id of what was made."""

    id: str
