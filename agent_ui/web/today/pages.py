"""The page of what to do now; also the first page for who has neither console nor board."""

from fastapi import APIRouter, Request, Response

from agent_ui.web.access import parts_of, signed_in_of
from agent_ui.web.shell import render
from agent_ui.web.today.buttons import button_of
from agent_ui.web.work import now_of, work_context
from crm_core.tasks.reading import due_count
from crm_core.worklist.doing import worklist

router = APIRouter(include_in_schema=False)

_SHOWN = 30


@router.get("/today")
async def today(request: Request) -> Response:
    """What the employee should do now, with whom, why, and the button that begins it."""
    viewer, now = signed_in_of(request).employee, now_of(request)
    async with parts_of(request).db.reading() as session:
        entries = await worklist(session, viewer.id, now=now, limit=_SHOWN)
        late = await due_count(session, viewer.id, now=now)
    context = {
        "entries": [(one, button_of(one.item)) for one in entries],
        "late": late,
        "partial": "hx-request" in request.headers,
    }
    return render(request, "today/list.html", work_context(request) | context)
