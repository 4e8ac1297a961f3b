"""Segments over the API."""

from typing import Annotated

from fastapi import Path, Query, Request

from agent_ui.text import Ident
from agent_ui.web.access import parts_of, signed_in_of
from agent_ui.web.api import api_router
from agent_ui.web.bonds.forms import today_of
from agent_ui.web.segments.shapes import (
    MemberPage,
    MemberShape,
    ReasonShape,
    RuleAsked,
    SegmentList,
    SegmentShape,
    TrialShape,
    WhyShape,
)
from crm_core.parties.head import looked_at
from crm_core.segments.keeping import segment, segments
from crm_core.segments.membership import explain, members, try_rule
from routing.ids import PartyId

router = api_router("segments")


@router.get("/segments")
async def list_segments(request: Request) -> SegmentList:
    """All segments with their rules and how many are in them."""
    async with parts_of(request).db.reading() as session:
        return SegmentList.model_validate({"items": await segments(session)})


@router.get("/segments/{segment}/members")
async def segment_members(
    request: Request,
    segment_id: Annotated[Ident, Path(alias="segment")],
    cursor: Annotated[Ident | None, Query()] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> MemberPage:
    """Who is in the segment now."""
    async with parts_of(request).db.reading() as session:
        await segment(session, segment_id)
        after = PartyId(cursor) if cursor else None
        found = await members(session, segment_id, after=after, limit=limit + 1)
    items = [MemberShape.model_validate(one) for one in found[:limit]]
    return MemberPage(items=items, next_cursor=items[-1].party if len(found) > limit else None)


@router.get("/segments/{segment}/members/{party}")
async def why_in_segment(
    request: Request,
    segment_id: Annotated[Ident, Path(alias="segment")],
    party: Annotated[Ident, Path()],
) -> WhyShape:
    """Why the party meets the segment's rule, or does not. The look is audited."""
    async with parts_of(request).db.unit_of_work() as session:
        one = await segment(session, segment_id)
        reasons = await explain(session, one.rule, PartyId(party), on=today_of(request))
        viewer = signed_in_of(request).employee
        await looked_at(session, PartyId(party), viewer=viewer.id, reason="segment")
    told = [ReasonShape.model_validate(reason) for reason in reasons]
    return WhyShape(met=told[0].met, reasons=told)


@router.get("/segments/{segment}")
async def one_segment(
    request: Request, segment_id: Annotated[Ident, Path(alias="segment")]
) -> SegmentShape:
    """One segment."""
    async with parts_of(request).db.reading() as session:
        return SegmentShape.model_validate(await segment(session, segment_id))


@router.post("/segments/try")
async def try_a_rule(request: Request, asked: RuleAsked) -> TrialShape:
    """What a rule would find now; nothing is kept."""
    async with parts_of(request).db.reading() as session:
        trial = await try_rule(session, asked.rule, on=today_of(request))
    return TrialShape.model_validate(trial)
