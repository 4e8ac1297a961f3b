"""Duplicates over the API."""

from typing import Annotated

from fastapi import Path, Query, Request

from agent_ui.text import Ident
from agent_ui.web.access import parts_of, signed_in_of
from agent_ui.web.api import api_router
from agent_ui.web.duplicates import shapes
from agent_ui.web.duplicates.shapes import MergeAsked, MergedShape, MergeShape, PairList
from crm_core.duplicates import merging
from crm_core.duplicates import pairs as duplicates
from routing.ids import PartyId

router = api_router("duplicates")


@router.get("/duplicates")
async def list_pairs(
    request: Request,
    limit: Annotated[int, Query(ge=1, le=duplicates.LARGEST_PAGE)] = 50,
    offset: Annotated[int, Query(ge=0, le=100_000)] = 0,
) -> PairList:
    """Pairs of parties that may be one, the likeliest first."""
    async with parts_of(request).db.reading() as session:
        found, total = await duplicates.open_pairs(session, limit=limit, offset=offset)
    return shapes.pairs(found, total)


@router.get("/merges")
async def list_merges(
    request: Request, limit: Annotated[int, Query(ge=1, le=duplicates.LARGEST_PAGE)] = 50
) -> list[MergeShape]:
    """Merges, the newest first."""
    async with parts_of(request).db.reading() as session:
        return [shapes.past(one) for one in await duplicates.merges(session, limit=limit)]


@router.post("/merges", status_code=201)
async def make_merge(request: Request, asked: MergeAsked) -> MergedShape:
    """Let one party give way to another. It can be undone."""
    by = signed_in_of(request).employee.id
    async with parts_of(request).db.unit_of_work() as session:
        done = await merging.merge(
            session, PartyId(asked.winner), PartyId(asked.loser), by=by, reason=asked.reason
        )
    return shapes.merged(done)


@router.post("/merges/{merge}/undo")
async def undo_merge(request: Request, merge: Annotated[Ident, Path()]) -> dict[str, str]:
    """Part two parties again. Tells which one stands for itself again."""
    async with parts_of(request).db.unit_of_work() as session:
        party = await merging.part(session, merge, by=signed_in_of(request).employee.id)
    return {"party": party}
