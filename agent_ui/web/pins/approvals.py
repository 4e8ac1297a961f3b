"""What waits for a second employee: requests for telephone PINs."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from agent_ui.text import Ident
from agent_ui.web.access import parts_of, signed_in_of
from agent_ui.web.cards.query import LONGEST_CURSOR
from agent_ui.web.shell import render
from crm_core.errors import Refused, Unknown
from crm_core.selfservice import pin_requests
from crm_core.selfservice.pin_reading import waiting

router = APIRouter(include_in_schema=False)

PAGE = "/pins"
Asked = Annotated[Ident, Path()]


@router.get(PAGE)
async def approvals(
    request: Request, cursor: Annotated[str | None, Query(max_length=LONGEST_CURSOR)] = None
) -> Response:
    """Requests that wait, the newest first."""
    return await _page(request, cursor=cursor)


@router.post(PAGE + "/{asked}/approve")
async def approve(request: Request, asked: Asked) -> Response:
    """Let the employee who asked hand a code out."""
    try:
        async with parts_of(request).db.unit_of_work() as session:
            await pin_requests.approve(session, asked, by=signed_in_of(request).employee.id)
    except Unknown:
        raise
    except Refused as error:
        return await _page(request, refused=error.code)
    return RedirectResponse(PAGE, status_code=303)


@router.post(PAGE + "/{asked}/refuse")
async def refuse(request: Request, asked: Asked) -> Response:
    """Do not let him."""
    try:
        async with parts_of(request).db.unit_of_work() as session:
            await pin_requests.refuse(session, asked, by=signed_in_of(request).employee.id)
    except Unknown:
        raise
    except Refused as error:
        return await _page(request, refused=error.code)
    return RedirectResponse(PAGE, status_code=303)


async def _page(request: Request, *, cursor: str | None = None, refused: str = "") -> Response:
    async with parts_of(request).db.reading() as session:
        page = await waiting(session, cursor=cursor)
    context = {"page": page, "cursor": cursor, "refused": refused}
    return render(request, "pins/approvals.html", context, status=422 if refused else 200)
