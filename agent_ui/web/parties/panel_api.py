"""A party's panel, agreements and timeline over the API.

Amounts come on the ground of a call in which the asker is sure who is on the line, or of a reason
that he gave a short while ago; without one, what is nothing but amounts is refused
(`amounts_masked`) and the rest is masked. Each look is audited.
"""

from collections.abc import Sequence
from typing import Annotated

from fastapi import Path, Query, Request
from sqlalchemy.ext.asyncio import AsyncSession

from agent_ui.panel import PanelShape
from agent_ui.panel import panel as panel_shape
from agent_ui.text import Ident
from agent_ui.web.access import parts_of, signed_in_of
from agent_ui.web.api import api_router, names_of
from agent_ui.web.cards.query import LONGEST_CURSOR
from agent_ui.web.parties import shapes
from agent_ui.web.parties.events import visible_page
from agent_ui.web.parties.frame import amounts_look
from agent_ui.web.visible import looks_after
from crm_core.bank.holdings import agreements_of, holding_of
from crm_core.bank.ledger import statement
from crm_core.bank.loans import schedule_of
from crm_core.bank.reveal import Look, reveal
from crm_core.parties import looking
from crm_core.parties.head import check_known, looked_at
from crm_core.parties.panel import read_panel
from crm_core.parties.timeline import LARGEST_PAGE, TimelineKind
from routing.ids import PartyId

router = api_router("parties")

PartyPath = Annotated[Ident, Path()]
Cursor = Annotated[
    str | None,
    Query(max_length=LONGEST_CURSOR, description="`next_cursor` of the page before"),
]


@router.get("/parties/{party}/panel")
async def party_panel(request: Request, party: PartyPath) -> PanelShape:
    """All that matters of a party in the first second: the 360 panel."""
    async with parts_of(request).db.unit_of_work() as session:
        look = await amounts_look(session, request, PartyId(party))
        found = await read_panel(session, PartyId(party), look)
        await _audit(session, party, look, amounts=bool(found.agreements))
    return panel_shape(found, names_of(request), viewer=look.viewer)


@router.post("/parties/{party}/amounts")
async def open_amounts(
    request: Request, party: PartyPath, wish: shapes.ReasonShape
) -> shapes.OpenedShape:
    """Open the party's amounts to the asker for a quarter of an hour, for a reason; audited."""
    viewer = signed_in_of(request).employee.id
    async with parts_of(request).db.unit_of_work() as session:
        ends_at = await looking.open_amounts(session, PartyId(party), viewer, reason=wish.reason)
    return shapes.OpenedShape(ends_at=ends_at)


@router.get("/parties/{party}/agreements")
async def party_agreements(request: Request, party: PartyPath) -> shapes.AgreementList:
    """All agreements of the party, with balances and arrears."""
    async with parts_of(request).db.unit_of_work() as session:
        look = await _look(session, request, party)
        found = await agreements_of(session, PartyId(party), look)
        await _audit(session, party, look)
    return shapes.AgreementList(items=[shapes.agreement(one) for one in found])


@router.get("/parties/{party}/agreements/{agreement}/schedule")
async def loan_schedule(
    request: Request, party: PartyPath, agreement: Annotated[Ident, Path()]
) -> shapes.ScheduleShape:
    """The schedule of a loan."""
    async with parts_of(request).db.unit_of_work() as session:
        look = await _look(session, request, party)
        held = await holding_of(session, PartyId(party), agreement)
        await reveal(session, PartyId(party), look)
        found = await schedule_of(session, held.agreement)
    return shapes.schedule(found)


@router.get("/parties/{party}/agreements/{agreement}/statement")
async def agreement_statement(
    request: Request,
    party: PartyPath,
    agreement: Annotated[Ident, Path()],
    cursor: Cursor = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> shapes.StatementShape:
    """Entries of an agreement, newest first."""
    async with parts_of(request).db.unit_of_work() as session:
        look = await _look(session, request, party)
        held = await holding_of(session, PartyId(party), agreement)
        await reveal(session, PartyId(party), look)
        page = await statement(session, held.agreement, cursor, limit=limit)
    return shapes.statement(page)


@router.get("/parties/{party}/timeline")
async def party_timeline(
    request: Request,
    party: PartyPath,
    kind: Annotated[Sequence[TimelineKind], Query(description="Only these kinds")] = (),
    cursor: Cursor = None,
    limit: Annotated[int, Query(ge=1, le=LARGEST_PAGE)] = 30,
) -> shapes.TimelineShape:
    """What happened to the party, newest first."""
    viewer = signed_in_of(request).employee
    async with parts_of(request).db.unit_of_work() as session:
        look = await _look(session, request, party)
        own = await looks_after(session, viewer, PartyId(party))
        page = await visible_page(
            session, viewer, party, own=own, kinds=kind, cursor=cursor, limit=limit
        )
        await _audit(session, party, look, amounts=any(one.amount for one in page.items))
    return shapes.timeline(page, amounts=look.opens_amounts)


async def _look(session: AsyncSession, request: Request, party: str) -> Look:
    """The asker's ground. Raises PartyUnknown."""
    await check_known(session, PartyId(party))
    return await amounts_look(session, request, PartyId(party))


async def _audit(session: AsyncSession, party: str, look: Look, *, amounts: bool = False) -> None:
    """Write the look down, and that amounts were shown where they were."""
    await looked_at(session, PartyId(party), viewer=look.viewer, reason=look.reason)
    if amounts and look.opens_amounts:
        await reveal(session, PartyId(party), look)
