"""Relations, groups, managers and branches over the API. Looks at a party are audited."""

from datetime import datetime
from typing import Annotated

from fastapi import Path, Query, Request
from sqlalchemy.ext.asyncio import AsyncSession

from agent_ui.text import Ident
from agent_ui.web.access import parts_of, signed_in_of
from agent_ui.web.api import api_router
from agent_ui.web.bonds.shapes import (
    BranchList,
    GraphShape,
    GroupList,
    GroupShape,
    KindShape,
    Made,
    ManagerList,
    MembersAsked,
    NewGroup,
    NewRelation,
    OrderAsked,
    RelationList,
)
from crm_core.errors import FieldRefused
from crm_core.managers.assigning import set_managers
from crm_core.managers.order import Place
from crm_core.managers.reading import managers_at
from crm_core.models import GroupKind
from crm_core.parties.head import head, looked_at
from crm_core.relations import graph as graphs
from crm_core.relations import groups
from crm_core.relations.kinds import kinds
from crm_core.relations.linking import Tie, link, relations_of, unlink
from crm_core.staff.branches import branches
from routing.ids import AgentId, PartyId

router = api_router("relations")

Party = Annotated[Ident, Path()]
At = Annotated[datetime | None, Query(description="As it was then, ISO 8601 with an offset")]
KnownAt = Annotated[datetime | None, Query(description="By what was recorded until then")]


@router.get("/relationship-types")
async def relationship_types(request: Request) -> list[KindShape]:
    """The types of relations, with the names of both ends by language."""
    async with parts_of(request).db.reading() as session:
        return [KindShape.model_validate(one) for one in await kinds(session)]


@router.get("/parties/{party}/relations")
async def party_relations(
    request: Request, party: Party, at: At = None, known_at: KnownAt = None
) -> RelationList:
    """What the party is bound to, now or at a time."""
    _aware(at, known_at)
    async with parts_of(request).db.unit_of_work() as session:
        found = await relations_of(session, PartyId(party), at, known_at=known_at)
        await _look(request, session, party)
    return RelationList.model_validate({"items": found})


@router.post("/parties/{party}/relations", status_code=201)
async def add_relation(request: Request, party: Party, asked: NewRelation) -> Made:
    """Bind another to the party."""
    _aware(asked.starts_at, asked.ends_at)
    tie = Tie(
        party=PartyId(asked.other),
        to=PartyId(party),
        type=asked.type,
        share_pct=asked.share_pct,
        starts_at=asked.starts_at,
        ends_at=asked.ends_at,
    )
    async with parts_of(request).db.unit_of_work() as session:
        return Made(id=await link(session, tie, by=signed_in_of(request).employee.id))


@router.post("/relations/{relation}/end")
async def end_relation(request: Request, relation: Annotated[Ident, Path()]) -> Made:
    """The relation ends now."""
    async with parts_of(request).db.unit_of_work() as session:
        await unlink(session, relation, by=signed_in_of(request).employee.id)
    return Made(id=relation)


@router.get("/parties/{party}/graph")
async def party_graph(
    request: Request,
    party: Party,
    depth: Annotated[int, Query(ge=1, le=graphs.DEEPEST)] = 2,
    limit: Annotated[int, Query(ge=1, le=graphs.LARGEST)] = 60,
) -> GraphShape:
    """Whom the party is bound to and through whom; days past due, never amounts."""
    async with parts_of(request).db.unit_of_work() as session:
        found = await graphs.graph(session, PartyId(party), depth=depth, largest=limit)
        await _look(request, session, party)
    risks = [one.knot.id for one in graphs.linked_risks(found)]
    told = {"knots": found.knots, "edges": found.edges, "cut": found.cut, "risks": risks}
    return GraphShape.model_validate(told)


@router.get("/parties/{party}/managers")
async def party_managers(
    request: Request, party: Party, at: At = None, known_at: KnownAt = None
) -> ManagerList:
    """Who looks after the party, now or at a time, with leave and substitutes."""
    _aware(at, known_at)
    async with parts_of(request).db.unit_of_work() as session:
        found = await managers_at(session, PartyId(party), at, known_at=known_at)
        await _look(request, session, party)
    return ManagerList.model_validate({"items": found})


@router.put("/parties/{party}/managers")
async def put_managers(request: Request, party: Party, asked: OrderAsked) -> ManagerList:
    """Give the party this order of managers, from now on or from a time to come."""
    _aware(asked.starts_at)
    places = [Place(employee=AgentId(one.employee), role=one.role) for one in asked.managers]
    by = signed_in_of(request).employee.id
    async with parts_of(request).db.unit_of_work() as session:
        await set_managers(session, PartyId(party), places, starts_at=asked.starts_at, by=by)
        found = await managers_at(session, PartyId(party), asked.starts_at)
    return ManagerList.model_validate({"items": found})


@router.get("/groups")
async def list_groups(
    request: Request,
    kind: GroupKind | None = None,
    named: Annotated[str, Query(max_length=200)] = "",
    after: Annotated[str, Query(max_length=400)] = "",
    after_id: Annotated[str, Query(max_length=128)] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> GroupList:
    """Groups by name: of a kind, whose name begins so."""
    place = (after, after_id) if after_id else None
    async with parts_of(request).db.reading() as session:
        found = await groups.groups(session, kind=kind, named=named, after=place, limit=limit)
    return GroupList.model_validate({"items": found})


@router.post("/groups", status_code=201)
async def add_group(request: Request, asked: NewGroup) -> Made:
    """Found a group."""
    members, by = [PartyId(one) for one in asked.members], signed_in_of(request).employee.id
    async with parts_of(request).db.unit_of_work() as session:
        return Made(id=await groups.add_group(session, asked.kind, asked.name, members, by=by))


@router.get("/groups/{group}")
async def one_group(request: Request, group: Annotated[Ident, Path()]) -> GroupShape:
    """A group with its members, the head first."""
    async with parts_of(request).db.reading() as session:
        return GroupShape.model_validate(await groups.group(session, group))


@router.put("/groups/{group}/members")
async def put_members(
    request: Request, group: Annotated[Ident, Path()], asked: MembersAsked
) -> GroupShape:
    """From now on these belong to the group."""
    members, by = [PartyId(one) for one in asked.members], signed_in_of(request).employee.id
    async with parts_of(request).db.unit_of_work() as session:
        await groups.set_members(session, group, members, by=by)
        return GroupShape.model_validate(await groups.group(session, group))


@router.get("/branches")
async def list_branches(request: Request) -> BranchList:
    """All branches as a tree, each before those below it."""
    async with parts_of(request).db.reading() as session:
        return BranchList.model_validate({"items": await branches(session)})


async def _look(request: Request, session: AsyncSession, party: str) -> None:
    """Write the look down; there is none at a party that is not there. Raises PartyUnknown."""
    found = await head(session, PartyId(party))
    viewer = signed_in_of(request).employee
    await looked_at(session, found.party, viewer=viewer.id, reason="api")


def _aware(*times: datetime | None) -> None:
    if any(one is not None and one.tzinfo is None for one in times):
        raise FieldRefused("at", "no_offset")
