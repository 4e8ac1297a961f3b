"""The pages: console or board, cards, a card, a party."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from agent_ui import shapes
from agent_ui.text import Ident
from agent_ui.web.access import parts_of, signed_in_of
from agent_ui.web.api import names_of, page_of_cards
from agent_ui.web.errors import NotFound
from agent_ui.web.query import CardQuery
from agent_ui.web.shell import render
from agent_ui.web.visible import visible_card, visible_contacts
from crm_core import parties
from crm_core.errors import PartyUnknown
from crm_core.staff import Permission, employees, may
from routing.ids import CallId, PartyId
from routing.terms import CallState

router = APIRouter(include_in_schema=False)

CONTACTS = 50


@router.get("/")
async def start(request: Request) -> Response:
    """The console for those who take calls, the board for those who watch."""
    role = signed_in_of(request).employee.role
    takes_calls = may(role, Permission.TAKE_CALLS)
    return render(request, "console.html" if takes_calls else "board.html", {})


@router.get("/cards")
async def card_list(request: Request, query: Annotated[CardQuery, Query()]) -> Response:
    """Cards with filters; htmx asks for the same page and takes the list out of it."""
    page = shapes.page(await page_of_cards(request, query), names_of(request))
    context = {
        "page": page,
        "query": query,
        "states": list(CallState),
        "agents": await _agents(request),
        "partial": "hx-request" in request.headers,
    }
    return render(request, "cards.html", context)


@router.get("/cards/{call}")
async def one_card(request: Request, call: Annotated[Ident, Path()]) -> Response:
    """One card, whole."""
    async with parts_of(request).db.reading() as session:
        card = await visible_card(session, signed_in_of(request).employee, CallId(call))
    context = {
        "card": shapes.whole_card(card, names_of(request)),
        "agent_names": await _agent_names(request),
    }
    return render(request, "card.html", context)


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
    return render(request, "party.html", context)


async def _agents(request: Request) -> list[tuple[str, str]]:
    """Ids and names for the filter by agent, for those who may see others' cards."""
    viewer = signed_in_of(request).employee
    if not may(viewer.role, Permission.VIEW_ALL_CARDS):
        return [(viewer.id, viewer.name)]
    names = await _agent_names(request)
    return sorted(names.items(), key=lambda one: one[1])


async def _agent_names(request: Request) -> dict[str, str]:
    async with parts_of(request).db.reading() as session:
        people = await employees(session)
    return {one.id: one.name for one in people if may(one.role, Permission.TAKE_CALLS)}
