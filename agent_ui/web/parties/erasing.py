"""Erasing a party: a page of its own, for whoever may erase need not see what is erased."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import RedirectResponse

from agent_ui.text import Ident
from agent_ui.web.access import parts_of, signed_in_of
from agent_ui.web.errors import NotFound
from agent_ui.web.parties.fields import Fields, fields_of
from agent_ui.web.shell import render
from crm_core.errors import PartyUnknown, Refused
from crm_core.parties.erasure import ErasureReason, erase
from crm_core.parties.head import head, looked_at
from routing.ids import PartyId

router = APIRouter(include_in_schema=False)

PAGE = "/parties/{party}/erase"


@router.get(PAGE)
async def ask(request: Request, party: Annotated[Ident, Path()]) -> Response:
    """Whom it is about, and what would go."""
    return await _page(request, party, Fields({}))


@router.post(PAGE)
async def do(request: Request, party: Annotated[Ident, Path()]) -> Response:
    """Erase the party for the reason in the form."""
    form, parts = await fields_of(request), parts_of(request)
    reason = form.one_of("reason", ErasureReason, needed=True)
    if reason is None or not form.flag("sure"):
        form.problems.setdefault("sure", "missing")
        return await _page(request, party, form)
    try:
        async with parts.db.unit_of_work() as session:
            by = signed_in_of(request).employee.id
            done = await erase(session, PartyId(party), reason=reason, by=by)
    except PartyUnknown:
        raise NotFound from None
    except Refused as error:
        return await _page(request, party, form, refused=error.code)
    for key in done.files:
        await asyncio.to_thread(parts.files.drop, key)
    return RedirectResponse(f"/parties/{party}/erase", status_code=303)


async def _page(
    request: Request, party: str, form: Fields, *, refused: str | None = None
) -> Response:
    viewer = signed_in_of(request).employee
    async with parts_of(request).db.unit_of_work() as session:
        try:
            found = await head(session, PartyId(party))
        except PartyUnknown:
            raise NotFound from None
        await looked_at(session, found.party, viewer=viewer.id, reason="erasure")
    context = {"head": found, "form": form, "refused": refused, "reasons": list(ErasureReason)}
    status = 409 if refused else 422 if form.problems else 200
    return render(request, "parties/erase.html", context, status=status)
