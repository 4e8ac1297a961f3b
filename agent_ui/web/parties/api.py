"""Parties over the API."""

from typing import Annotated

from fastapi import Query, Request

from agent_ui import shapes
from agent_ui.shapes import FoundList
from agent_ui.text import SearchText
from agent_ui.web.access import parts_of
from agent_ui.web.api import api_router
from agent_ui.web.cards.query import LONGEST_CURSOR
from crm_core import search

router = api_router("parties")


@router.get("/parties/search")
async def search_parties(
    request: Request,
    q: Annotated[SearchText, Query(description="Words of a name, or digits of a number")],
    limit: Annotated[int, Query(ge=1, le=search.LARGEST_PAGE)] = 20,
    cursor: Annotated[str | None, Query(max_length=LONGEST_CURSOR)] = None,
) -> FoundList:
    """Parties by names in any script, phones in any format, registration numbers; best first.

    Tax ids, numbers of documents and agreements are found whole, and shown masked.

    Words may be begun only, or hold a typing error. Numbers are masked and there are no amounts.
    """
    region, seal = parts_of(request).options.region, parts_of(request).seal
    async with parts_of(request).db.reading() as session:
        found = await search.find(session, q, limit, region=region, cursor=cursor, seal=seal)
    return shapes.found(found)
