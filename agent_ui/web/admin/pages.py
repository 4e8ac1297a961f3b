"""The page that leads to all administration."""

from fastapi import APIRouter, Request, Response

from agent_ui.web.access import signed_in_of
from agent_ui.web.admin.parts import admin_parts_for
from agent_ui.web.shell import render

router = APIRouter(include_in_schema=False)


@router.get("/admin")
async def admin(request: Request) -> Response:
    """What the employee may administer."""
    role = signed_in_of(request).employee.role
    return render(request, "admin/hub.html", {"parts_of_admin": list(admin_parts_for(role))})
