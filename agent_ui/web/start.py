"""The first page: the console for those who take calls, the board for those who watch."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from agent_ui.web.access import signed_in_of
from agent_ui.web.board.page import board
from agent_ui.web.navigation import navigation_for
from agent_ui.web.shell import render
from crm_core.staff.permissions import Permission, may

router = APIRouter(include_in_schema=False)


@router.get("/")
async def start(request: Request, wall: bool = False) -> Response:
    """The console, the board, or for whoever has neither the first part that is his."""
    role = signed_in_of(request).employee.role
    if may(role, Permission.TAKE_CALLS):
        return render(request, "console.html", {})
    if may(role, Permission.VIEW_BOARD):
        return await board(request, wall=wall)
    return RedirectResponse(navigation_for(role).front[0].path, status_code=303)
