"""The tab of a party's page with its collection cases and what the blacklist says of it."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from agent_ui.text import Ident
from agent_ui.web.access import parts_of
from agent_ui.web.collections.desk import context_of, today
from agent_ui.web.parties.frame import frame_of
from agent_ui.web.shell import render
from crm_core.collections.blacklist import forbidding
from crm_core.collections.panel import glance
from crm_core.collections.reading import CaseFilters, cases
from crm_core.collections.states import BlacklistScope
from routing.ids import PartyId

router = APIRouter(include_in_schema=False)


@router.get("/parties/{party}/collections")
async def party_collections(request: Request, party: Annotated[Ident, Path()]) -> Response:
    """The open case, the earlier ones, and entries of the blacklist that hold."""
    frame = await frame_of(request, party, "collections")
    async with parts_of(request).db.reading() as session:
        key = PartyId(party)
        page = await cases(session, CaseFilters(party=key))
        context = {
            "open_case": await glance(session, key),
            "cases": page.items,
            "listed": await forbidding(
                session, on=today(request), scopes=frozenset(BlacklistScope), party=key
            ),
        }
    return render(request, "collections/tab.html", context_of(request) | frame | context)
