"""Pages of a party: overview, agreements, cards, timeline, who looked."""

from collections.abc import Collection, Sequence
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Path, Query, Request, Response

from agent_ui.panel import panel
from agent_ui.text import Ident
from agent_ui.web.access import parts_of, signed_in_of
from agent_ui.web.api import names_of
from agent_ui.web.cards.query import LONGEST_CURSOR
from agent_ui.web.errors import NotFound
from agent_ui.web.parties.events import visible_page
from agent_ui.web.parties.frame import frame_of
from agent_ui.web.shell import render
from crm_core.bank.holdings import agreements_of, cards_of
from crm_core.bank.reveal import reveal
from crm_core.errors import FieldRefused
from crm_core.parties.looks import looks_at
from crm_core.parties.panel import read_panel
from crm_core.parties.timeline import TimelineKind
from crm_core.parties.timeline_sources import KINDS
from crm_core.staff.permissions import Permission
from routing.ids import PartyId

router = APIRouter(include_in_schema=False)

Cursor = Annotated[str | None, Query(max_length=LONGEST_CURSOR)]


@router.get("/parties/{party}")
async def one_party(request: Request, party: Annotated[Ident, Path()]) -> Response:
    """The 360 panel and the newest of the timeline. The look is audited."""
    return await overview(request, party)


async def overview(
    request: Request, party: str, *, refused: FieldRefused | None = None, reason: str = ""
) -> Response:
    """The overview; after a refusal again, with the reason that was written and what is wrong."""
    frame = await frame_of(request, party, "overview")
    look = frame["look"]
    async with parts_of(request).db.unit_of_work() as session:
        found = await read_panel(session, PartyId(party), look)
        page = await visible_page(session, signed_in_of(request).employee, party, own=frame["own"])
        if found.agreements and look.opens_amounts:
            await reveal(session, PartyId(party), look)
    context = {
        "party": panel(found, names_of(request), viewer=signed_in_of(request).employee.id),
        "events": page.items,
        "refused": refused,
        "reason": reason,
    }
    return render(request, "parties/overview.html", frame | context, status=422 if refused else 200)


@router.get("/parties/{party}/agreements")
async def agreement_list(request: Request, party: Annotated[Ident, Path()]) -> Response:
    """All agreements of the party, open ones first."""
    frame = await frame_of(request, party, "agreements")
    async with parts_of(request).db.unit_of_work() as session:
        found = await agreements_of(session, PartyId(party), frame["look"])
    return render(request, "parties/agreements.html", frame | {"agreements": found})


@router.get("/parties/{party}/cards")
async def card_list(request: Request, party: Annotated[Ident, Path()]) -> Response:
    """The bank cards that the party holds."""
    frame = await frame_of(request, party, "cards")
    async with parts_of(request).db.reading() as session:
        found = await cards_of(session, PartyId(party))
    return render(request, "parties/cards.html", frame | {"cards": found})


@router.get("/parties/{party}/timeline")
async def party_timeline(
    request: Request,
    party: Annotated[Ident, Path()],
    kind: Annotated[Sequence[TimelineKind], Query()] = (),
    cursor: Cursor = None,
) -> Response:
    """What happened to the party, of all kinds or of those chosen, newest first."""
    frame = await frame_of(request, party, "timeline")
    viewer, look = signed_in_of(request).employee, frame["look"]
    async with parts_of(request).db.unit_of_work() as session:
        page = await visible_page(
            session, viewer, party, own=frame["own"], kinds=kind, cursor=cursor
        )
        if look.opens_amounts and any(one.amount for one in page.items):
            await reveal(session, PartyId(party), look)
    context: dict[str, Any] = {
        "events": page.items,
        "next_cursor": page.next_cursor,
        "cursor": cursor,
        "kinds": KINDS,
        "chosen": set(kind),
        "timeline_query": _query,
    }
    return render(request, "parties/timeline.html", frame | context)


@router.get("/parties/{party}/looks")
async def who_looked(
    request: Request, party: Annotated[Ident, Path()], cursor: Cursor = None
) -> Response:
    """Who looked at the party, and why: for the audit and for its own managers."""
    frame = await frame_of(request, party, "looks")
    if not (frame["own"] or signed_in_of(request).employee.may(Permission.VIEW_AUDIT)):
        raise NotFound
    async with parts_of(request).db.reading() as session:
        page = await looks_at(session, PartyId(party), cursor=cursor)
    return render(request, "parties/looks.html", frame | {"page": page, "cursor": cursor})


def _query(kinds: Collection[TimelineKind], call: str | None, cursor: str | None) -> str:
    """The address of a page of the timeline with the same filters, from the `?` on."""
    pairs = [("kind", kind.value) for kind in sorted(kinds)]
    pairs += [(name, value) for name, value in (("call", call), ("cursor", cursor)) if value]
    return f"?{urlencode(pairs)}" if pairs else ""
