"""Erasing a party: pages of their own, for whoever may erase need not see what is erased.

The party is found by an exact id or number, which is posted so that it stands in no address.
"""

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
from crm_core.parties.erasure import Erased, ErasureReason, erase
from crm_core.parties.exact import ExactMatch, exactly
from crm_core.parties.head import head, looked_at
from crm_core.parties.profile import profile
from routing.ids import PartyId

router = APIRouter(include_in_schema=False)

PAGE = "/parties/{party}/erase"
SEARCH = "/admin/erasures"
LONGEST = 64


@router.get(SEARCH)
async def search(request: Request) -> Response:
    """The field for an id or a number."""
    return render(request, "parties/erasures.html", {"form": Fields({}), "found": None})


@router.post(SEARCH)
async def find(request: Request) -> Response:
    """Whoever has this id or number; that each was looked at is audited."""
    form = await fields_of(request)
    told = form.text("what", longest=LONGEST, needed=True)
    found = await matches(request, told) if told else None
    status = 422 if form.problems else 200
    return render(request, "parties/erasures.html", {"form": form, "found": found}, status=status)


@router.get(PAGE)
async def ask(request: Request, party: Annotated[Ident, Path()]) -> Response:
    """Whom it is about, and what would go."""
    return await _page(request, party, Fields({}))


@router.post(PAGE)
async def do(request: Request, party: Annotated[Ident, Path()]) -> Response:
    """Erase the party for the reason in the form."""
    form = await fields_of(request)
    reason = form.one_of("reason", ErasureReason, needed=True)
    if reason is None or not form.flag("sure"):
        form.problems.setdefault("sure", "missing")
        return await _page(request, party, form)
    try:
        await erased(request, PartyId(party), reason)
    except PartyUnknown:
        raise NotFound from None
    except Refused as error:
        return await _page(request, party, form, refused=error.code)
    return RedirectResponse(f"/parties/{party}/erase", status_code=303)


async def matches(request: Request, told: str) -> tuple[ExactMatch, ...]:
    """The parties with this id or number; that each was looked at is audited."""
    parts, viewer = parts_of(request), signed_in_of(request).employee.id
    async with parts.db.unit_of_work() as session:
        found = await exactly(session, told, region=parts.options.region, seal=parts.seal)
        for one in found:
            await looked_at(session, one.party, viewer=viewer, reason="erasure")
    return found


async def erased(request: Request, party: PartyId, reason: ErasureReason) -> Erased:
    """Erase the party, and drop its files once that is committed."""
    parts, by = parts_of(request), signed_in_of(request).employee.id
    async with parts.db.unit_of_work() as session:
        done = await erase(session, party, reason=reason, by=by)
    for key in done.files:
        await asyncio.to_thread(parts.files.drop, key)
    for name in done.messages:
        await asyncio.to_thread(parts.messages.drop, name)
    return done


async def _page(
    request: Request, party: str, form: Fields, *, refused: str | None = None
) -> Response:
    viewer = signed_in_of(request).employee
    async with parts_of(request).db.unit_of_work() as session:
        try:
            found = await head(session, PartyId(party))
        except PartyUnknown:
            raise NotFound from None
        erased_at = (await profile(session, found.party)).erased_at
        await looked_at(session, found.party, viewer=viewer.id, reason="erasure")
    context = {
        "head": found,
        "erased_at": erased_at,
        "form": form,
        "refused": refused,
        "reasons": list(ErasureReason),
    }
    status = 409 if refused else 422 if form.problems else 200
    return render(request, "parties/erase.html", context, status=status)
