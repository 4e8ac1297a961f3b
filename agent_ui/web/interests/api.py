"""Interests, deals, needs and offers over the API."""

from typing import Annotated

from fastapi import Path, Query, Request
from sqlalchemy.ext.asyncio import AsyncSession

from agent_ui.text import Ident
from agent_ui.web.access import parts_of, signed_in_of
from agent_ui.web.api import api_router
from agent_ui.web.errors import NotFound
from agent_ui.web.interests.forms import InterestQuery
from agent_ui.web.interests.shapes import (
    Dropped,
    InterestList,
    InterestShape,
    NeedShape,
    NewAnswer,
    NewDeal,
    NewDealing,
    NewInterest,
    NewNeed,
    OfferList,
    OfferShape,
    shape_of,
)
from agent_ui.web.work import NONE, rules_of
from crm_core.interests import offering, registering
from crm_core.interests.reading import interest as read_interest
from crm_core.interests.reading import interest_of_deal, interests
from crm_core.parties.head import looked_at
from routing.ids import CallId, PartyId

router = api_router("interests")


@router.get("/interests")
async def list_interests(
    request: Request, query: Annotated[InterestQuery, Query()]
) -> InterestList:
    """The register of interests, newest first, with their deals."""
    async with parts_of(request).db.reading() as session:
        page = await interests(session, query.filters(), cursor=query.cursor, limit=query.limit)
    return InterestList(items=[shape_of(one) for one in page.items], next_cursor=page.next_cursor)


@router.get("/interests/{interest}", responses=NONE)
async def one_interest(request: Request, interest: Annotated[Ident, Path()]) -> InterestShape:
    """One interest; the look at its client is audited."""
    viewer = signed_in_of(request).employee
    async with parts_of(request).db.unit_of_work() as session:
        found = await _read(session, interest)
        reason = f"interest:{interest}"
        await looked_at(session, PartyId(found.party), viewer=viewer.id, reason=reason)
    return found


@router.post("/interests", status_code=201)
async def register(request: Request, wanted: NewInterest) -> InterestShape:
    """Take an interest down; its owner gets the task to answer it."""
    viewer = signed_in_of(request).employee
    async with parts_of(request).db.unit_of_work() as session:
        key = await registering.register(session, wanted.facts(), by=viewer.id)
        return await _read(session, key)


@router.post("/interests/{interest}/deal", responses=NONE)
async def qualify(
    request: Request, interest: Annotated[Ident, Path()], wanted: NewDeal
) -> InterestShape:
    """Make a deal of an interest."""
    viewer, rules = signed_in_of(request).employee, rules_of(request).tasks
    async with parts_of(request).db.unit_of_work() as session:
        await registering.qualify(session, interest, wanted.facts(), rules=rules, by=viewer.id)
        return await _read(session, interest)


@router.post("/interests/{interest}/drop", responses=NONE)
async def drop(
    request: Request, interest: Annotated[Ident, Path()], wanted: Dropped
) -> InterestShape:
    """The client is not interested any more."""
    viewer, rules = signed_in_of(request).employee, rules_of(request).tasks
    async with parts_of(request).db.unit_of_work() as session:
        await registering.drop(session, interest, wanted.words, rules=rules, by=viewer.id)
        return await _read(session, interest)


@router.post("/deals/{deal}/moves", responses=NONE)
async def move_deal(
    request: Request, deal: Annotated[Ident, Path()], wanted: NewDealing
) -> InterestShape:
    """Move a deal on, give it to another manager, or both."""
    viewer = signed_in_of(request).employee
    async with parts_of(request).db.unit_of_work() as session:
        await registering.deal(session, deal, wanted.dealing(), by=viewer.id)
        found = await interest_of_deal(session, deal)
    if found is None:
        raise NotFound
    return shape_of(found)


@router.get("/parties/{party}/offers", responses=NONE)
async def party_offers(request: Request, party: Annotated[Ident, Path()]) -> OfferList:
    """What the party needs and what to offer it; the look is audited."""
    viewer, key = signed_in_of(request).employee, PartyId(party)
    async with parts_of(request).db.unit_of_work() as session:
        told = await _offers(request, session, key)
        await looked_at(session, key, viewer=viewer.id, reason="offers")
    return told


@router.post("/parties/{party}/offers", responses=NONE)
async def answer(request: Request, party: Annotated[Ident, Path()], wanted: NewAnswer) -> OfferList:
    """Remember what the party said to an offer. The answer is what is left to offer."""
    viewer, key = signed_in_of(request).employee, PartyId(party)
    async with parts_of(request).db.unit_of_work() as session:
        await offering.answer(
            session,
            key,
            wanted.product,
            wanted.outcome,
            rules=rules_of(request).offers,
            by=viewer.id,
            call=CallId(wanted.call) if wanted.call else None,
        )
        return await _offers(request, session, key)


@router.post("/parties/{party}/needs", status_code=201, responses=NONE)
async def note_need(
    request: Request, party: Annotated[Ident, Path()], wanted: NewNeed
) -> OfferList:
    """Remember what the party needs. The answer is what to offer it then."""
    viewer, key = signed_in_of(request).employee, PartyId(party)
    async with parts_of(request).db.unit_of_work() as session:
        await offering.note_need(
            session,
            key,
            wanted.need,
            evidence=wanted.evidence,
            rules=rules_of(request).offers,
            by=viewer.id,
            call=CallId(wanted.call) if wanted.call else None,
        )
        return await _offers(request, session, key)


async def _offers(request: Request, session: AsyncSession, party: PartyId) -> OfferList:
    found = await offering.offers(session, party, rules_of(request).offers)
    needs = await offering.needs(session, party)
    return OfferList(
        needs=[NeedShape.model_validate(one) for one in needs],
        offers=[OfferShape.model_validate(one) for one in found],
    )


async def _read(session: AsyncSession, key: str) -> InterestShape:
    found = await read_interest(session, key)
    if found is None:
        raise NotFound
    return shape_of(found)
