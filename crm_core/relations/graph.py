"""Whom a party is bound to, and through whom: a graph, some steps deep and never too large.

Circles are followed once. Groups are knots of their own, a step from each member. How far behind
somebody is shows with days past due; it spreads to the party over relations that spread risk and
over groups that belong together.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.database import moment
from crm_core.dated import held
from crm_core.errors import PartyUnknown
from crm_core.models import (
    GroupKind,
    Party,
    PartyGroup,
    PartyGroupMember,
    PartyRelationship,
    RelationshipType,
)
from crm_core.relations.risk import worst_days
from routing.ids import PartyId

DEEPEST = 4
LARGEST = 200
MEMBER = "member"
"""The type of the edge from a member to its group."""
_SPREADING = frozenset({GroupKind.HOUSEHOLD, GroupKind.COMPANIES, GroupKind.HOLDING})


@dataclass(frozen=True, slots=True, kw_only=True)
class Knot:
    """A party, or a group if `is_group`. `depth` counts steps from the party in the middle."""

    id: str
    name: str
    kind: str
    is_group: bool
    depth: int
    status: str = ""
    tier: str = ""
    days_past_due: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """`first` is `type` of `second`, which is `reverse` of `first`."""

    first: str
    second: str
    type: str
    reverse: str
    share_pct: Decimal | None
    risk_spreading: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """Knots, the nearest first, and the edges between them. `cut`: there is more."""

    knots: tuple[Knot, ...]
    edges: tuple[Edge, ...]
    cut: bool

    @property
    def centre(self) -> Knot:
        return self.knots[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedRisk:
    """Somebody who is behind, and over which knots that reaches the party; its own end first."""

    knot: Knot
    way: tuple[Knot, ...]


@dataclass(slots=True)
class _Walk:
    """What was found so far. Ids of groups and of parties never meet: both are UUIDs."""

    largest: int
    found: dict[str, Knot] = field(default_factory=dict)
    edges: dict[tuple[str, str, str], Edge] = field(default_factory=dict)
    cut: bool = False

    def take(self, knots: Iterable[Knot], edges: Iterable[Edge]) -> None:
        for knot in knots:
            if knot.id in self.found:
                continue
            if len(self.found) >= self.largest:
                self.cut = True
                continue
            self.found[knot.id] = knot
        for edge in edges:
            if edge.first in self.found and edge.second in self.found:
                self.edges[edge.first, edge.second, edge.type] = edge

    def at(self, depth: int, *, groups: bool) -> list[str]:
        return [
            one.id for one in self.found.values() if one.depth == depth and one.is_group == groups
        ]


async def graph(
    session: AsyncSession, party: PartyId, *, depth: int = 2, largest: int = 60
) -> Graph:
    """The graph around a party, as it is now. Raises PartyUnknown."""
    row = await session.get(Party, party)
    if row is None:
        raise PartyUnknown
    walk = _Walk(largest=min(largest, LARGEST))
    walk.take([_party_knot(row, 0)], [])
    for step in range(min(depth, DEEPEST)):
        parties, groups = walk.at(step, groups=False), walk.at(step, groups=True)
        if parties:
            walk.take(*await _bound(session, parties, step + 1, walk.largest))
            walk.take(*await _groups(session, parties, step + 1, walk.largest))
        if groups:
            walk.take(*await _members(session, groups, step + 1, walk.largest))
    everybody = [PartyId(one.id) for one in walk.found.values() if not one.is_group]
    days = await worst_days(session, everybody)
    knots = [
        replace(one, days_past_due=days.get(PartyId(one.id), 0)) for one in walk.found.values()
    ]
    return Graph(knots=tuple(knots), edges=tuple(walk.edges.values()), cut=walk.cut)


def linked_risks(found: Graph) -> list[LinkedRisk]:
    """Who of the graph is behind so that it concerns the party in the middle, the worst first."""
    ways = _ways(found)
    behind = [k for k in found.knots[1:] if k.days_past_due and k.id in ways]
    worst_first = sorted(behind, key=lambda one: (-one.days_past_due, one.name))
    return [LinkedRisk(knot=one, way=ways[one.id]) for one in worst_first]


def _ways(found: Graph) -> Mapping[str, tuple[Knot, ...]]:
    """The shortest way over which risk spreads, from the middle to each knot it reaches."""
    knots = {one.id: one for one in found.knots}
    beside: dict[str, list[str]] = {}
    for edge in found.edges:
        if edge.risk_spreading:
            beside.setdefault(edge.first, []).append(edge.second)
            beside.setdefault(edge.second, []).append(edge.first)
    ways: dict[str, tuple[Knot, ...]] = {found.centre.id: ()}
    open_ = [found.centre.id]
    for one in open_:
        for other in beside.get(one, ()):
            if other not in ways:
                ways[other] = (*ways[one], knots[other])
                open_.append(other)
    return ways


_Found = tuple[list[Knot], list[Edge]]


async def _bound(session: AsyncSession, parties: list[str], depth: int, most: int) -> _Found:
    row, kind = PartyRelationship, RelationshipType
    mine = or_(row.from_party.in_(parties), row.to_party.in_(parties))
    statement = select(row, kind).join(kind, kind.code == row.type)
    statement = statement.where(mine, held(row, moment(session))).order_by(row.id).limit(most * 4)
    edges = [
        Edge(
            first=one.from_party,
            second=one.to_party,
            type=type_.code,
            reverse=type_.reverse_code,
            share_pct=one.share_pct,
            risk_spreading=type_.risk_spreading,
        )
        for one, type_ in await session.execute(statement)
    ]
    ids = {end for edge in edges for end in (edge.first, edge.second)} - set(parties)
    return await _parties(session, ids, depth, most), edges


async def _groups(session: AsyncSession, parties: list[str], depth: int, most: int) -> _Found:
    row = PartyGroupMember
    statement = (
        select(row.party, PartyGroup)
        .join(PartyGroup, PartyGroup.id == row.group)
        .where(row.party.in_(parties), held(row, moment(session)))
        .order_by(PartyGroup.name, PartyGroup.id)
        .limit(most)
    )
    rows = (await session.execute(statement)).all()
    knots = {
        one.id: Knot(id=one.id, name=one.name, kind=one.kind, is_group=True, depth=depth)
        for _, one in rows
    }
    return list(knots.values()), [_membership(party, one) for party, one in rows]


async def _members(session: AsyncSession, groups: list[str], depth: int, most: int) -> _Found:
    row = PartyGroupMember
    statement = (
        select(row.party, PartyGroup)
        .join(PartyGroup, PartyGroup.id == row.group)
        .where(row.group.in_(groups), held(row, moment(session)))
        .order_by(row.party)
        .limit(most + 1)
    )
    rows = (await session.execute(statement)).all()
    parties = await _parties(session, {party for party, _ in rows}, depth, most)
    return parties, [_membership(party, one) for party, one in rows]


def _membership(party: str, group: PartyGroup) -> Edge:
    return Edge(
        first=party,
        second=group.id,
        type=MEMBER,
        reverse=MEMBER,
        share_pct=None,
        risk_spreading=group.kind in _SPREADING,
    )


async def _parties(session: AsyncSession, ids: set[str], depth: int, most: int) -> list[Knot]:
    by_name = select(Party).where(Party.id.in_(ids)).order_by(Party.display_name, Party.id)
    return [_party_knot(one, depth) for one in await session.scalars(by_name.limit(most + 1))]


def _party_knot(row: Party, depth: int) -> Knot:
    return Knot(
        id=row.id,
        name=row.display_name,
        kind=row.kind,
        is_group=False,
        depth=depth,
        status=row.status,
        tier=row.tier,
    )
