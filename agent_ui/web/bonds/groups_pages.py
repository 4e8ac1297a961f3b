"""Pages of groups: the list, and one group with its members and whose arrears weigh on it."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import APIRouter, Form, Path, Query, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.ext.asyncio import AsyncSession

from agent_ui.text import Ident, SearchText
from agent_ui.web.access import parts_of, signed_in_of
from agent_ui.web.bonds.forms import IdText, Problem, WordText, problem_of
from agent_ui.web.shell import render
from crm_core import search
from crm_core.errors import Refused
from crm_core.models import GroupKind
from crm_core.relations import groups as keeping
from crm_core.staff.permissions import Permission
from routing.ids import PartyId

router = APIRouter(include_in_schema=False)

PAGE = "/groups"
ON_A_PAGE = 50
FOUND = 8
Change = Callable[[AsyncSession, str], Awaitable[None]]


@router.get(PAGE)
async def group_list(
    request: Request,
    kind: Annotated[str, Query(max_length=32)] = "",
    named: Annotated[str, Query(max_length=200)] = "",
    after: Annotated[str, Query(max_length=400)] = "",
    after_id: Annotated[str, Query(max_length=128)] = "",
) -> Response:
    """Groups by name, of a kind or all."""
    return await _list(request, kind=kind, named=named, after=(after, after_id))


@router.post(PAGE)
async def add_group(
    request: Request, kind: Annotated[GroupKind, Form()], name: WordText = ""
) -> Response:
    """Found a group; members come next."""
    try:
        async with parts_of(request).db.unit_of_work() as session:
            by = signed_in_of(request).employee.id
            made = await keeping.add_group(session, kind, name, (), by=by)
    except Refused as error:
        return await _list(request, problem=problem_of(error))
    return RedirectResponse(f"{PAGE}/{made}", status_code=303)


@router.get(PAGE + "/{group}")
async def one_group(
    request: Request,
    group: Annotated[Ident, Path()],
    find: Annotated[SearchText, Query()] = "",
) -> Response:
    """A group with its members; `find` looks for somebody to take in."""
    return await _one(request, group, find=find)


@router.post(PAGE + "/{group}")
async def change_group(
    request: Request,
    group: Annotated[Ident, Path()],
    kind: Annotated[GroupKind, Form()],
    name: WordText = "",
    head: IdText = "",
) -> Response:
    """Give the group another name, kind or head."""

    async def change(session: AsyncSession, by: str) -> None:
        to = PartyId(head) if head else None
        await keeping.rename_group(session, group, kind, name, head=to, by=by)

    return await _changed(request, group, change)


@router.post(PAGE + "/{group}/members")
async def change_members(
    request: Request,
    group: Annotated[Ident, Path()],
    take: IdText = "",
    leave: IdText = "",
) -> Response:
    """Take a party in, or let one go."""

    async def change(session: AsyncSession, by: str) -> None:
        found = await keeping.group(session, group)
        members = {one.party for one in found.members} | ({PartyId(take)} if take else set())
        await keeping.set_members(session, group, members - {PartyId(leave)}, by=by)

    return await _changed(request, group, change)


async def _changed(request: Request, group: str, change: Change) -> Response:
    try:
        async with parts_of(request).db.unit_of_work() as session:
            await change(session, signed_in_of(request).employee.id)
    except keeping.GroupUnknown:
        raise
    except Refused as error:
        return await _one(request, group, problem=problem_of(error))
    return RedirectResponse(f"{PAGE}/{group}", status_code=303)


async def _list(
    request: Request,
    *,
    kind: str = "",
    named: str = "",
    after: tuple[str, str] = ("", ""),
    problem: Problem | None = None,
) -> Response:
    wanted = GroupKind(kind) if kind in set(GroupKind) else None
    async with parts_of(request).db.reading() as session:
        found = await keeping.groups(
            session,
            kind=wanted,
            named=named,
            after=after if after[1] else None,
            limit=ON_A_PAGE + 1,
        )
    context = {
        "groups": found[:ON_A_PAGE],
        "more": found[ON_A_PAGE - 1] if len(found) > ON_A_PAGE else None,
        "kinds": list(GroupKind),
        "kind": wanted or "",
        "named": named,
        "problem": problem,
        "editing": signed_in_of(request).employee.may(Permission.EDIT_PARTIES),
    }
    return render(request, "bonds/groups.html", context, status=422 if problem else 200)


async def _one(
    request: Request, group: str, *, find: str = "", problem: Problem | None = None
) -> Response:
    region = parts_of(request).options.region
    async with parts_of(request).db.reading() as session:
        found = await keeping.group(session, group)
        hits = await search.find(session, find, FOUND, region=region) if find.strip() else None
    inside = {one.party for one in found.members}
    context = {
        "group": found,
        "find": find,
        "candidates": [one for one in hits.items if one.party not in inside] if hits else [],
        "kinds": list(GroupKind),
        "problem": problem,
        "editing": signed_in_of(request).employee.may(Permission.EDIT_PARTIES),
    }
    return render(request, "bonds/group.html", context, status=422 if problem else 200)
