"""Pages of a party."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from agent_ui import shapes
from agent_ui.panel import panel
from agent_ui.text import Ident
from agent_ui.web.access import parts_of, signed_in_of
from agent_ui.web.api import names_of
from agent_ui.web.parties.frame import frame_of
from agent_ui.web.shell import render
from agent_ui.web.visible import visible_contacts
from crm_core.bank.reveal import Look
from crm_core.parties.panel import read_panel
from routing.ids import PartyId

router = APIRouter(include_in_schema=False)

CONTACTS = 50


@router.get("/parties/{party}")
async def one_party(request: Request, party: Annotated[Ident, Path()]) -> Response:
    """A party and its contacts. The look is audited, with the call it is for if there is one."""
    viewer = signed_in_of(request).employee
    frame = await frame_of(request, party, "overview")
    async with parts_of(request).db.reading() as session:
        contacts = await visible_contacts(session, viewer, PartyId(party), limit=CONTACTS)
        found = await read_panel(session, PartyId(party), Look(viewer=viewer.id, reason="page"))
    names = names_of(request)
    context = frame | {
        "party": panel(found, names, viewer=viewer.id),
        "contacts": [shapes.summary(one, names) for one in contacts],
    }
    return render(request, "parties/overview.html", context)
