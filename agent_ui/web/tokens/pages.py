"""The page of tokens. An administrator makes them for himself; for others the command line does."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Path, Request, Response
from fastapi.responses import RedirectResponse

from agent_ui.text import Ident
from agent_ui.web.access import parts_of, signed_in_of
from agent_ui.web.shell import render
from crm_core.errors import FieldRefused
from crm_core.staff import tokens
from crm_core.staff.employees import employees
from crm_core.staff.permissions import PERMISSIONS, Permission
from crm_core.staff.tokens import NewToken

router = APIRouter(include_in_schema=False)

PAGE = "/admin/tokens"
_USUAL_DAYS = 90


@router.get(PAGE)
async def token_list(request: Request) -> Response:
    """All tokens, and the form for a new one."""
    return await _page(request, {})


@router.post(PAGE)
async def make_token(
    request: Request,
    name: Annotated[str, Form(max_length=200)] = "",
    scope: Annotated[tuple[Permission, ...], Form()] = (),
    days: Annotated[int, Form()] = _USUAL_DAYS,
) -> Response:
    """Make a token and show it, this once."""
    employee = signed_in_of(request).employee
    asked = {"name": name, "scopes": scope, "days": days}
    try:
        async with parts_of(request).db.unit_of_work() as session:
            made = await tokens.create(
                session, employee, name=name, scopes=scope, days=days, by=employee.id
            )
    except FieldRefused as error:
        return await _page(request, asked, refused=error)
    return await _page(request, {}, made=made)


@router.post(PAGE + "/{token}/revoke")
async def revoke_token(request: Request, token: Annotated[Ident, Path()]) -> Response:
    """End a token now."""
    async with parts_of(request).db.unit_of_work() as session:
        await tokens.revoke(session, token, by=signed_in_of(request).employee.id)
    return RedirectResponse(PAGE, status_code=303)


async def _page(
    request: Request,
    asked: dict[str, Any],
    *,
    refused: FieldRefused | None = None,
    made: NewToken | None = None,
) -> Response:
    async with parts_of(request).db.reading() as session:
        found = await tokens.tokens(session)
        names = {str(one.id): one.name for one in await employees(session)}
    context = {
        "tokens": found,
        "names": names,
        "now": parts_of(request).clock.now(),
        "asked": {"name": "", "scopes": (), "days": _USUAL_DAYS} | asked,
        "refused": refused,
        "made": made,
        "permissions": sorted(PERMISSIONS[signed_in_of(request).employee.role]),
    }
    return render(request, "tokens/list.html", context, status=422 if refused else 200)
