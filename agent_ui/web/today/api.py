"""What to do now, over the API."""

from datetime import datetime
from typing import Annotated

from fastapi import Query, Request
from pydantic import Field

from agent_ui.shapes import Shape
from agent_ui.web.access import parts_of, signed_in_of
from agent_ui.web.api import api_router
from agent_ui.web.today.buttons import button_of
from agent_ui.web.work import now_of
from crm_core.worklist.doing import worklist
from crm_core.worklist.ranking import Cause

router = api_router("tasks")


class EntryShape(Shape):
    """Something to do, the greater `points` the sooner; `page` is where it is done."""

    cause: Cause
    subject: str
    party: str | None
    party_name: str
    title: str
    due_at: datetime
    points: int
    why: Annotated[list[str], Field(examples=[["overdue", "call_promised"]])]
    page: str


class Worklist(Shape):
    """What the asker should do now, the first thing first."""

    items: list[EntryShape]


@router.get("/worklist")
async def what_to_do(request: Request, limit: Annotated[int, Query(ge=1, le=100)] = 20) -> Worklist:
    """What the asker should do now, with whom, and why."""
    viewer, now = signed_in_of(request).employee, now_of(request)
    async with parts_of(request).db.reading() as session:
        entries = await worklist(session, viewer.id, now=now, limit=limit)
    items = [
        EntryShape(
            cause=one.item.cause,
            subject=one.item.subject,
            party=one.item.party,
            party_name=one.item.party_name,
            title=one.item.title,
            due_at=one.item.due_at,
            points=one.points,
            why=list(one.why),
            page=button_of(one.item),
        )
        for one in entries
    ]
    return Worklist(items=items)
