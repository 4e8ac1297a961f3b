"""Opening and closing a party's amounts at a desk, for a reason that the employee writes."""

from typing import Annotated

from fastapi import APIRouter, Form, Path, Request, Response
from fastapi.responses import RedirectResponse

from agent_ui.text import Ident, LongText
from agent_ui.web.access import local_path, parts_of, signed_in_of
from agent_ui.web.errors import NotFound
from agent_ui.web.parties.pages import overview
from crm_core.errors import FieldRefused, PartyUnknown
from crm_core.parties import looking
from routing.ids import PartyId

router = APIRouter(include_in_schema=False)

Back = Annotated[str, Form(max_length=512)]


@router.post("/parties/{party}/amounts")
async def open_amounts(
    request: Request,
    party: Annotated[Ident, Path()],
    reason: Annotated[LongText, Form()] = "",
    back: Back = "",
) -> Response:
    """Open them and go back to the page that asked."""
    viewer = signed_in_of(request).employee
    try:
        async with parts_of(request).db.unit_of_work() as session:
            await looking.open_amounts(session, PartyId(party), viewer.id, reason=reason)
    except PartyUnknown:
        raise NotFound from None
    except FieldRefused as error:
        return await overview(request, party, refused=error, reason=reason)
    return _back(party, back)


@router.post("/parties/{party}/amounts/close")
async def close_amounts(
    request: Request, party: Annotated[Ident, Path()], back: Back = ""
) -> Response:
    """Hide them again."""
    async with parts_of(request).db.unit_of_work() as session:
        await looking.close_amounts(session, PartyId(party), signed_in_of(request).employee.id)
    return _back(party, back)


def _back(party: str, back: str) -> Response:
    """To a page of that party and no other place."""
    home = f"/parties/{party}"
    path = local_path(back)
    own = path == home or path.startswith((f"{home}/", f"{home}?"))
    return RedirectResponse(path if own else home, status_code=303)
