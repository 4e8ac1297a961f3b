"""Pages of a party."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from agent_ui import shapes
from agent_ui.text import Ident
from agent_ui.web.access import parts_of, signed_in_of
from agent_ui.web.api import names_of
from agent_ui.web.errors import NotFound
from agent_ui.web.shell import render
from agent_ui.web.visible import visible_contacts
from crm_core.errors import PartyUnknown
from crm_core.parties import panel as parties
from routing.ids import PartyId

router = APIRouter(include_in_schema=False)

CONTACTS = 50


@router.get("/parties/{party}")
async def one_party(
    request: Request,
    party: Annotated[Ident, Path()],
    call: Annotated[Ident | None, Query()] = None,
) -> Response:
    """A party and its contacts. The look is audited, with the call it is for if there is one."""
    viewer = signed_in_of(request).employee
    reason = f"call:{call}" if call else "page"
    async with parts_of(request).db.unit_of_work() as session:
        contacts = await visible_contacts(session, viewer, PartyId(party), limit=CONTACTS)
        try:
            found = await parties.panel(session, PartyId(party), viewer=viewer.id, reason=reason)
        except PartyUnknown:
            raise NotFound from None
    names = names_of(request)
    whole = shapes.looks_after(found, viewer.id)
    context = {
        "party": shapes.panel(found, names, whole_numbers=whole),
        "contacts": [shapes.summary(one, names) for one in contacts],
    }
    return render(request, "parties/overview.html", context)
