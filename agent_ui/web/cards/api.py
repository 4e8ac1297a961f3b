"""Call cards over the API."""

from typing import Annotated

from fastapi import Path, Query, Request, Response

from agent_ui import shapes
from agent_ui.shapes import CardShape, PageShape
from agent_ui.text import Ident
from agent_ui.web.access import parts_of, signed_in_of
from agent_ui.web.api import api_router, names_of
from agent_ui.web.cards.beside import BesideShape, beside_on
from agent_ui.web.cards.explanation import ExplanationShape, explanation_of
from agent_ui.web.cards.listing import page_of_cards
from agent_ui.web.cards.message import message_of
from agent_ui.web.cards.query import CardQuery
from agent_ui.web.errors import Problem
from agent_ui.web.visible import visible_card
from routing.ids import CallId

router = api_router("call cards")


@router.get("/call-cards")
async def list_cards(request: Request, query: Annotated[CardQuery, Query()]) -> PageShape:
    """Call cards, newest first.

    Agents see their own cards, or with `party` those of a party they look after.
    """
    return shapes.page(await page_of_cards(request, query), names_of(request))


@router.get(
    "/call-cards/{call}",
    responses={404: {"model": Problem, "description": "None, or not yours"}},
)
async def one_card(request: Request, call: Annotated[Ident, Path()]) -> CardShape:
    """One call card, whole."""
    async with parts_of(request).db.reading() as session:
        card = await visible_card(session, signed_in_of(request).employee, CallId(call))
    return shapes.whole_card(card, names_of(request))


@router.get(
    "/call-cards/{call}/explanation",
    responses={404: {"model": Problem, "description": "None, or not yours"}},
)
async def explanation(request: Request, call: Annotated[Ident, Path()]) -> ExplanationShape:
    """Why the call went where it went: rules, order of preference, and for each offer who was
    chosen, on what ground, and who was passed over and why."""
    async with parts_of(request).db.reading() as session:
        card = await visible_card(session, signed_in_of(request).employee, CallId(call))
    return await explanation_of(request, card)


@router.get(
    "/call-cards/{call}/supervisors",
    responses={404: {"model": Problem, "description": "None, or not yours"}},
)
async def supervisors(request: Request, call: Annotated[Ident, Path()]) -> list[BesideShape]:
    """Which supervisors were beside the call, how and when."""
    async with parts_of(request).db.reading() as session:
        card = await visible_card(session, signed_in_of(request).employee, CallId(call))
    return await beside_on(request, card)


@router.get(
    "/call-cards/{call}/message",
    response_class=Response,
    responses={
        200: {"content": {"audio/wav": {}}, "description": "All of it, in one file"},
        404: {"model": Problem, "description": "None, or not yours"},
    },
)
async def message(request: Request, call: Annotated[Ident, Path()]) -> Response:
    """What the caller left at his keypad. That it was heard is audited."""
    return await message_of(request, CallId(call))
