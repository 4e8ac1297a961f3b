"""Pages of call cards: the list, and one card."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from agent_ui import shapes
from agent_ui.text import Ident
from agent_ui.web.access import parts_of, signed_in_of
from agent_ui.web.api import names_of
from agent_ui.web.cards.beside import beside_on
from agent_ui.web.cards.explanation import explanation_of
from agent_ui.web.cards.listing import page_of_cards
from agent_ui.web.cards.query import CardQuery
from agent_ui.web.selfservice.answers import answers_on
from agent_ui.web.shell import render
from agent_ui.web.visible import visible_card
from crm_core.bank.terms import VerifiedHow
from crm_core.cards import Card
from crm_core.staff.employees import employees
from crm_core.staff.permissions import Permission, may
from routing.ids import CallId
from routing.terms import CallState

router = APIRouter(include_in_schema=False)


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
    return render(request, "cards/list.html", context)


@router.get("/cards/{call}")
async def one_card(request: Request, call: Annotated[Ident, Path()]) -> Response:
    """One card, whole."""
    async with parts_of(request).db.reading() as session:
        card = await visible_card(session, signed_in_of(request).employee, CallId(call))
    context = {
        "card": shapes.whole_card(card, names_of(request)),
        "told": await explanation_of(request, card),
        "beside": await beside_on(request, card),
        "answers": await answers_on(request, card.call),
        "proved": card.suggested_name if _proved_by_pin(card) else None,
    }
    return render(request, "cards/one.html", context)


def _proved_by_pin(card: Card) -> bool:
    """Whether it is proved that the party that was found is the caller."""
    return card.verified_how is VerifiedHow.PIN and card.verified_party == card.suggested_party


async def _agents(request: Request) -> list[tuple[str, str]]:
    """Ids and names for the filter by agent, for those who may see others' cards."""
    viewer = signed_in_of(request).employee
    if not viewer.may(Permission.VIEW_ALL_CARDS):
        return [(viewer.id, viewer.name)]
    names = await _agent_names(request)
    return sorted(names.items(), key=lambda one: one[1])


async def _agent_names(request: Request) -> dict[str, str]:
    async with parts_of(request).db.reading() as session:
        people = await employees(session)
    return {one.id: one.name for one in people if may(one.role, Permission.TAKE_CALLS)}
