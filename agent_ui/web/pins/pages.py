"""The tab of a client's page with his telephone PIN: asking for one, its code, blocking.

The code stands on the page that answers its making and nowhere else: it is in no address, and no
page is kept by a browser.
"""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.ext.asyncio import AsyncSession

from agent_ui.text import Ident
from agent_ui.web.access import parts_of, signed_in_of
from agent_ui.web.parties.fields import Fields, fields_of
from agent_ui.web.parties.frame import frame_of
from agent_ui.web.shell import render
from crm_core.errors import FieldRefused, Refused, Unknown
from crm_core.selfservice import codes, pin_requests
from crm_core.selfservice.codes import NewCode
from crm_core.selfservice.pin_reading import pin_of
from crm_core.selfservice.pin_requests import LONGEST_NOTE, Ground
from crm_core.selfservice.pin_states import PinBasis
from routing.ids import AgentId, PartyId

router = APIRouter(include_in_schema=False)

PAGE = "/parties/{party}/pin"
Party = Annotated[Ident, Path()]
Asked = Annotated[Ident, Path()]
Deed = Callable[[AsyncSession, AgentId], Awaitable[object]]


@router.get(PAGE)
async def telephone_pin(request: Request, party: Party) -> Response:
    """How the client stands with his PIN."""
    return await _page(request, party)


@router.post(PAGE + "/requests")
async def ask(request: Request, party: Party) -> Response:
    """Ask for the client to set a PIN."""
    form = await fields_of(request)
    ground = _ground(form)
    if ground is None:
        return await _page(request, party, form=form)

    async def deed(session: AsyncSession, by: AgentId) -> object:
        return await pin_requests.ask(session, PartyId(party), ground, by=by)

    return await _done(request, party, deed, form=form)


@router.post(PAGE + "/send")
async def send(request: Request, party: Party) -> Response:
    """Let the bank send a code to the client's registered phone."""
    form, parts = await fields_of(request), parts_of(request)
    ground, by = _ground(form), signed_in_of(request).employee.id
    if ground is None:
        return await _page(request, party, form=form)
    try:
        await codes.send(parts.db, parts.pin_hashes, PartyId(party), ground, by=by)
    except Unknown:
        raise
    except Refused as error:
        return await _refused(request, party, error, form)
    return _back(party)


@router.post(PAGE + "/requests/{asked}/code")
async def hand_out(request: Request, party: Party, asked: Asked) -> Response:
    """Make the code of an approved request and show it, this once."""
    parts, by = parts_of(request), signed_in_of(request).employee.id
    try:
        made = await codes.hand_out(parts.db, parts.pin_hashes, asked, by=by)
    except Unknown:
        raise
    except Refused as error:
        return await _refused(request, party, error)
    return await _page(request, party, made=made)


@router.post(PAGE + "/requests/{asked}/withdraw")
async def withdraw(request: Request, party: Party, asked: Asked) -> Response:
    """Let nothing come of a request; its code is void."""

    async def deed(session: AsyncSession, by: AgentId) -> None:
        await pin_requests.withdraw(session, asked, by=by)

    return await _done(request, party, deed)


@router.post(PAGE + "/block")
async def block(request: Request, party: Party) -> Response:
    """Let the PIN open nothing."""

    async def deed(session: AsyncSession, by: AgentId) -> None:
        await pin_requests.block(session, PartyId(party), by=by)

    return await _done(request, party, deed)


@router.post(PAGE + "/unblock")
async def unblock(request: Request, party: Party) -> Response:
    """Let the PIN hold again."""

    async def deed(session: AsyncSession, by: AgentId) -> None:
        await pin_requests.unblock(session, PartyId(party), by=by)

    return await _done(request, party, deed)


@router.post(PAGE + "/remove")
async def remove(request: Request, party: Party) -> Response:
    """The client has no PIN any more."""

    async def deed(session: AsyncSession, by: AgentId) -> None:
        await pin_requests.remove(session, PartyId(party), by=by)

    return await _done(request, party, deed)


async def _done(
    request: Request, party: str, deed: Deed, *, form: Fields | None = None
) -> Response:
    """Do it and go back to the tab, or show there what was refused."""
    try:
        async with parts_of(request).db.unit_of_work() as session:
            await deed(session, signed_in_of(request).employee.id)
    except Unknown:
        raise
    except Refused as error:
        return await _refused(request, party, error, form)
    return _back(party)


async def _refused(
    request: Request, party: str, error: Refused, form: Fields | None = None
) -> Response:
    form = form or Fields({})
    if isinstance(error, FieldRefused):
        form.refuse(error)
        return await _page(request, party, form=form)
    return await _page(request, party, form=form, refused=error.code)


async def _page(
    request: Request,
    party: str,
    *,
    form: Fields | None = None,
    refused: str = "",
    made: NewCode | None = None,
) -> Response:
    frame = await frame_of(request, party, "pin")
    parts, form = parts_of(request), form or Fields({})
    async with parts.db.reading() as session:
        standing = await pin_of(session, PartyId(party))
    context: dict[str, Any] = {
        "standing": standing,
        "open_request": standing.open_at(parts.clock.now()),
        "bases": list(PinBasis),
        "longest_note": LONGEST_NOTE,
        "form": form,
        "refused": refused,
        "made": made,
        "back": PAGE.format(party=party),
    }
    status = 422 if form.problems or refused else 200
    return render(request, "pins/tab.html", frame | context, status=status)


def _ground(form: Fields) -> Ground | None:
    """Why a PIN is asked for, as the form tells it; None with problems in the form."""
    basis = form.one_of("basis", PinBasis, needed=True)
    note = form.text("note", longest=LONGEST_NOTE) or ""
    return None if basis is None or form.problems else Ground(basis=basis, note=note)


def _back(party: str) -> Response:
    return RedirectResponse(PAGE.format(party=party), status_code=303)
