"""Telephone PINs over the API: how one stands, asking, approving, handing a code out, blocking."""

from typing import Annotated, Any

from fastapi import Path, Query, Request

from agent_ui.text import Ident
from agent_ui.web.access import parts_of, signed_in_of
from agent_ui.web.api import api_router
from agent_ui.web.cards.query import LONGEST_CURSOR
from agent_ui.web.errors import Problem
from agent_ui.web.once import TELLS_SECRET
from agent_ui.web.pins import shapes
from crm_core.parties.head import head, looked_at
from crm_core.selfservice import codes, pin_requests
from crm_core.selfservice.pin_reading import LARGEST_PAGE, pin_of, waiting
from routing.ids import AgentId, PartyId

router = api_router("telephone PINs")

Party = Annotated[Ident, Path()]
Asked = Annotated[Ident, Path()]
_NONE: dict[int | str, dict[str, Any]] = {
    404: {"model": Problem, "description": "No such client, PIN or request"}
}


@router.get("/parties/{party}/pin", responses=_NONE)
async def standing(request: Request, party: Party) -> shapes.StandingShape:
    """How the client stands with his PIN; the look is audited."""
    async with parts_of(request).db.unit_of_work() as session:
        found = (await head(session, PartyId(party))).party
        told = await pin_of(session, found)
        await looked_at(session, found, viewer=_by(request), reason="api")
    return shapes.standing_shape(told)


@router.post("/parties/{party}/pin/requests", responses=_NONE, status_code=201)
async def ask(request: Request, party: Party, told: shapes.GroundTold) -> shapes.RequestId:
    """Ask for the client to set a PIN; another employee approves."""
    async with parts_of(request).db.unit_of_work() as session:
        made = await pin_requests.ask(session, PartyId(party), told.ground(), by=_by(request))
    return shapes.RequestId(id=made)


@router.post("/parties/{party}/pin/send", responses=_NONE, status_code=201)
async def send(request: Request, party: Party, told: shapes.GroundTold) -> shapes.RequestId:
    """Let the bank send a code to the client's registered phone."""
    parts = parts_of(request)
    made = await codes.send(
        parts.db, parts.pin_hashes, PartyId(party), told.ground(), by=_by(request)
    )
    return shapes.RequestId(id=made)


@router.post("/parties/{party}/pin/block", responses=_NONE, status_code=204)
async def block(request: Request, party: Party) -> None:
    """Let the PIN open nothing; an open request is withdrawn."""
    async with parts_of(request).db.unit_of_work() as session:
        await pin_requests.block(session, PartyId(party), by=_by(request))


@router.post("/parties/{party}/pin/unblock", responses=_NONE, status_code=204)
async def unblock(request: Request, party: Party) -> None:
    """Let the PIN hold again."""
    async with parts_of(request).db.unit_of_work() as session:
        await pin_requests.unblock(session, PartyId(party), by=_by(request))


@router.post("/parties/{party}/pin/remove", responses=_NONE, status_code=204)
async def remove(request: Request, party: Party) -> None:
    """The client has no PIN any more."""
    async with parts_of(request).db.unit_of_work() as session:
        await pin_requests.remove(session, PartyId(party), by=_by(request))


@router.get("/pin-requests")
async def list_waiting(
    request: Request,
    cursor: Annotated[str | None, Query(max_length=LONGEST_CURSOR)] = None,
    limit: Annotated[int, Query(ge=1, le=LARGEST_PAGE)] = 50,
) -> shapes.WaitingShape:
    """Requests that wait for approval, the newest first."""
    async with parts_of(request).db.reading() as session:
        return shapes.waiting_shape(await waiting(session, cursor=cursor, limit=limit))


@router.post("/pin-requests/{asked}/approve", responses=_NONE, status_code=204)
async def approve(request: Request, asked: Asked) -> None:
    """Let the employee who asked hand a code out."""
    async with parts_of(request).db.unit_of_work() as session:
        await pin_requests.approve(session, asked, by=_by(request))


@router.post("/pin-requests/{asked}/refuse", responses=_NONE, status_code=204)
async def refuse(request: Request, asked: Asked) -> None:
    """Do not let him."""
    async with parts_of(request).db.unit_of_work() as session:
        await pin_requests.refuse(session, asked, by=_by(request))


@router.post("/pin-requests/{asked}/withdraw", responses=_NONE, status_code=204)
async def withdraw(request: Request, asked: Asked) -> None:
    """Let nothing come of a request; its code is void."""
    async with parts_of(request).db.unit_of_work() as session:
        await pin_requests.withdraw(session, asked, by=_by(request))


@router.post("/pin-requests/{asked}/code", responses=_NONE, openapi_extra=TELLS_SECRET)
async def hand_out(request: Request, asked: Asked) -> shapes.CodeShape:
    """The code of an approved request, for whoever asked for it; told this once."""
    parts = parts_of(request)
    made = await codes.hand_out(parts.db, parts.pin_hashes, asked, by=_by(request))
    return shapes.CodeShape(code=made.code, until=made.until)


def _by(request: Request) -> AgentId:
    return signed_in_of(request).employee.id
