"""A page of call cards as a query asks for it, of what the employee may see."""

from zoneinfo import ZoneInfo

from fastapi import Request
from fastapi.exceptions import RequestValidationError

from agent_ui.web.access import parts_of, signed_in_of
from agent_ui.web.cards.query import CardQuery
from agent_ui.web.visible import permitted_filters
from crm_core import cards
from crm_core.cards import CardFilters, Page


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
