"""The blacklist: what was proposed and waits for a second person, and what was decided."""

from typing import Annotated

from fastapi import APIRouter, Form, Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from agent_ui.text import Ident
from agent_ui.web.access import parts_of, signed_in_of
from agent_ui.web.cards.query import LONGEST_CURSOR
from agent_ui.web.collections.desk import context_of, today
from agent_ui.web.collections.forms import EntryForm
from agent_ui.web.shell import render
from crm_core.collections import blacklist
from crm_core.collections.states import BlacklistReason, BlacklistScope
from crm_core.errors import FieldRefused, Refused, Unknown
from crm_core.parties.head import head
from routing.ids import PartyId

router = APIRouter(include_in_schema=False)

PAGE = "/collections/blacklist"


@router.get(PAGE)
async def entries(
    request: Request,
    party: Annotated[Ident | None, Query()] = None,
    cursor: Annotated[str | None, Query(max_length=LONGEST_CURSOR)] = None,
) -> Response:
    """All entries, newest first, and the form for a new one; `party` fills it in."""
    return await _page(request, EntryForm(party=party), cursor=cursor)


@router.post(PAGE)
async def propose(request: Request, form: Annotated[EntryForm, Form()]) -> Response:
    """Propose an entry."""
    parts, viewer = parts_of(request), signed_in_of(request).employee
    try:
        async with parts.db.unit_of_work() as session:
            await blacklist.propose(
                session,
                form.proposal(today(request)),
                by=viewer.id,
                region=parts.options.region,
                seal=parts.seal,
            )
    except FieldRefused as error:
        return await _page(request, form, refused=error)
    return RedirectResponse(PAGE, status_code=303)


@router.post(PAGE + "/{entry}/approve")
async def approve(request: Request, entry: Annotated[Ident, Path()]) -> Response:
    """Let an entry hold."""
    viewer = signed_in_of(request).employee
    try:
        async with parts_of(request).db.unit_of_work() as session:
            await blacklist.approve(session, entry, by=viewer.id)
    except Unknown:
        raise
    except Refused as error:
        return await _page(request, EntryForm(), refused=error)
    return RedirectResponse(PAGE, status_code=303)


@router.post(PAGE + "/{entry}/refuse")
async def refuse(request: Request, entry: Annotated[Ident, Path()]) -> Response:
    """Do not list it."""
    async with parts_of(request).db.unit_of_work() as session:
        await blacklist.refuse(session, entry, by=signed_in_of(request).employee.id)
    return RedirectResponse(PAGE, status_code=303)


@router.post(PAGE + "/{entry}/end")
async def end(request: Request, entry: Annotated[Ident, Path()]) -> Response:
    """Let an entry hold no more from today on."""
    viewer, on = signed_in_of(request).employee, today(request)
    try:
        async with parts_of(request).db.unit_of_work() as session:
            await blacklist.end(session, entry, on=on, by=viewer.id)
    except FieldRefused as error:
        return await _page(request, EntryForm(), refused=error)
    return RedirectResponse(PAGE, status_code=303)


async def _page(
    request: Request,
    form: EntryForm,
    *,
    cursor: str | None = None,
    refused: Refused | None = None,
) -> Response:
    async with parts_of(request).db.reading() as session:
        page = await blacklist.blacklist(session, cursor=cursor)
        client = await head(session, PartyId(form.party)) if form.party else None
    context = {
        "page": page,
        "cursor": cursor,
        "client": client,
        "form": form,
        "refused": refused,
        "reasons": list(BlacklistReason),
        "scopes": list(BlacklistScope),
    }
    status = 422 if isinstance(refused, FieldRefused) else 409 if refused else 200
    template = "collections/blacklist.html"
    return render(request, template, context_of(request) | context, status=status)
