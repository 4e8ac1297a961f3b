"""The tab of relations: the graph around a party, whose arrears concern it, groups, branches."""

from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

from fastapi import APIRouter, Form, Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from agent_ui.text import Ident, SearchText
from agent_ui.web.access import parts_of, signed_in_of
from agent_ui.web.bonds import drawing
from agent_ui.web.bonds.forms import DateText, IdText, Problem, WordText, problem_of, time_of
from agent_ui.web.errors import NotFound
from agent_ui.web.parties.frame import frame_of
from agent_ui.web.shell import language_of, render
from crm_core import search
from crm_core.errors import FieldRefused, Refused
from crm_core.relations.graph import graph, linked_risks
from crm_core.relations.groups import groups_of
from crm_core.relations.kinds import kinds, names_of_codes
from crm_core.relations.linking import Tie, ends_of, link, relations_of, unlink
from crm_core.segments.membership import segments_of
from crm_core.staff.branches import branches, serving, set_serving
from crm_core.staff.permissions import Permission
from routing.ids import PartyId

router = APIRouter(include_in_schema=False)

PAGE = "/parties/{party}/relations"
FOUND = 8
DEPTH = 2


@router.get(PAGE)
async def relations(
    request: Request,
    party: Annotated[Ident, Path()],
    find: Annotated[SearchText, Query()] = "",
    depth: Annotated[int, Query(ge=1, le=4)] = DEPTH,
) -> Response:
    """The graph some steps deep; `find` looks for somebody to bind the party to."""
    return await _page(request, party, find=find, depth=depth)


@router.post(PAGE)
async def add_relation(
    request: Request,
    party: Annotated[Ident, Path()],
    other: IdText = "",
    type_: Annotated[str, Form(alias="type", max_length=64)] = "",
    share: WordText = "",
    since: DateText = "",
    find: WordText = "",
) -> Response:
    """Bind the other to the party: the other is `type` of it."""
    try:
        if not other:
            raise FieldRefused("other", "nobody_chosen")
        tie = Tie(
            party=PartyId(other),
            to=PartyId(party),
            type=type_,
            share_pct=_share(share),
            starts_at=time_of(request, since, "since"),
        )
        async with parts_of(request).db.unit_of_work() as session:
            await link(session, tie, by=signed_in_of(request).employee.id)
    except Refused as error:
        told = {"other": other, "type": type_, "share": share, "since": since}
        return await _page(request, party, find=find, asked=told, problem=problem_of(error))
    return _back(party)


@router.post(PAGE + "/{relation}/end")
async def end_relation(
    request: Request, party: Annotated[Ident, Path()], relation: Annotated[Ident, Path()]
) -> Response:
    """The relation ends now."""
    async with parts_of(request).db.unit_of_work() as session:
        if party not in await ends_of(session, relation):
            raise NotFound
        await unlink(session, relation, by=signed_in_of(request).employee.id)
    return _back(party)


@router.post("/parties/{party}/branches")
async def serve(
    request: Request,
    party: Annotated[Ident, Path()],
    branch: Annotated[tuple[Ident, ...], Form(max_length=50)] = (),
) -> Response:
    """From now on these branches serve the party."""
    async with parts_of(request).db.unit_of_work() as session:
        by = signed_in_of(request).employee.id
        await set_serving(session, PartyId(party), branch, by=by)
    return _back(party)


async def _page(
    request: Request,
    party: str,
    *,
    find: str = "",
    depth: int = DEPTH,
    asked: dict[str, str] | None = None,
    problem: Problem | None = None,
) -> Response:
    frame = await frame_of(request, party, "relations")
    context = (
        frame
        | await _found(request, PartyId(party), depth)
        | {
            "find": find,
            "depth": depth,
            "candidates": await _candidates(request, party, find),
            "asked": {"other": "", "type": "", "share": "", "since": ""} | (asked or {}),
            "problem": problem,
            "editing": signed_in_of(request).employee.may(Permission.EDIT_PARTIES),
        }
    )
    return render(request, "bonds/relations.html", context, status=422 if problem else 200)


async def _found(request: Request, party: PartyId, depth: int) -> dict[str, Any]:
    async with parts_of(request).db.reading() as session:
        found, known = await graph(session, party, depth=depth), await kinds(session)
        return {
            "graph": found,
            "drawing": drawing.draw(found),
            "tree": drawing.tree(found)[1:],
            "risks": linked_risks(found),
            "relations": await relations_of(session, party),
            "groups": await groups_of(session, party),
            "segments": await segments_of(session, party),
            "kinds": known,
            "type_names": names_of_codes(known, language_of(request)),
            "serving": await serving(session, party),
            "branches": [one for one in await branches(session) if one.open],
            "box_size": {"width": drawing.BOX_WIDTH, "height": drawing.BOX_HEIGHT},
        }


async def _candidates(request: Request, party: str, find: str) -> list[search.FoundParty]:
    if not find.strip():
        return []
    region = parts_of(request).options.region
    async with parts_of(request).db.reading() as session:
        found = await search.find(session, find, FOUND, region=region)
    return [one for one in found.items if one.party != party]


def _share(text: str) -> Decimal | None:
    if not text.strip():
        return None
    try:
        return Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        raise FieldRefused("share_pct", "no_share") from None


def _back(party: str) -> Response:
    return RedirectResponse(PAGE.format(party=party), status_code=303)
