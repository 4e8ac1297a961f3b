"""The API of version 1: call cards and parties, for the session's employee."""

from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Path, Query, Request, Security
from fastapi.exceptions import RequestValidationError

from agent_ui import shapes
from agent_ui.shapes import CardShape, FoundList, Names, PageShape
from agent_ui.text import Ident, SearchText
from agent_ui.web.access import SESSION, parts_of, signed_in_of
from agent_ui.web.errors import Problem
from agent_ui.web.query import LONGEST_CURSOR, CardQuery
from agent_ui.web.shell import language_of
from agent_ui.web.visible import permitted_filters, visible_card
from crm_core import cards, search
from crm_core.cards import CardFilters, Page
from routing.ids import CallId

router = APIRouter(
    prefix="/api/v1",
    dependencies=[Security(SESSION)],
    responses={
        401: {"model": Problem, "description": "Not signed in"},
        403: {"model": Problem, "description": "Not permitted"},
        422: {"model": Problem, "description": "The request is not valid"},
        503: {"model": Problem, "description": "The database does not answer"},
    },
)


@router.get("/call-cards", tags=["call cards"])
async def list_cards(request: Request, query: Annotated[CardQuery, Query()]) -> PageShape:
    """Call cards, newest first.

    Agents see their own cards, or with `party` those of a party they look after.
    """
    return shapes.page(await page_of_cards(request, query), names_of(request))


@router.get(
    "/call-cards/{call}",
    tags=["call cards"],
    responses={404: {"model": Problem, "description": "None, or not yours"}},
)
async def one_card(request: Request, call: Annotated[Ident, Path()]) -> CardShape:
    """One call card, whole."""
    async with parts_of(request).db.reading() as session:
        card = await visible_card(session, signed_in_of(request).employee, CallId(call))
    return shapes.whole_card(card, names_of(request))


@router.get("/parties/search", tags=["parties"])
async def search_parties(
    request: Request,
    q: Annotated[SearchText, Query(description="Words of a name, or digits of a number")],
    limit: Annotated[int, Query(ge=1, le=search.LARGEST_PAGE)] = 20,
    cursor: Annotated[str | None, Query(max_length=LONGEST_CURSOR)] = None,
) -> FoundList:
    """Parties by names in any script, phones in any format, registration numbers; best first.

    Words may be begun only, or hold a typing error. Numbers are masked and there are no amounts.
    """
    region = parts_of(request).options.region
    async with parts_of(request).db.reading() as session:
        found = await search.find(session, q, limit, region=region, cursor=cursor)
    return shapes.found(found)


async def page_of_cards(request: Request, query: CardQuery) -> Page:
    """The page that the query asks for, of what the employee may see."""
    filters = filters_of(request, query)
    async with parts_of(request).db.reading() as session:
        permitted = await permitted_filters(session, signed_in_of(request).employee, filters)
        return await cards.cards(session, permitted, query.cursor, query.limit)


def filters_of(request: Request, query: CardQuery) -> CardFilters:
    """The query's filters. Raises RequestValidationError for a time that is none."""
    try:
        return query.filters(ZoneInfo(parts_of(request).options.timezone))
    except ValueError:
        problem = {"loc": ("query", "from/to"), "type": "datetime_parsing", "msg": "no time"}
        raise RequestValidationError([problem]) from None


def names_of(request: Request) -> Names:
    """Names of codes in the asker's language."""
    return Names(parts_of(request).catalogue, language_of(request))
