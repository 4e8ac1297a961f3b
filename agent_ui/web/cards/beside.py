"""Which supervisors were beside a call, as its card keeps it: on the page and over the API."""

from datetime import datetime
from typing import Annotated

from fastapi import Request
from pydantic import Field

from agent_ui.shapes import Shape
from agent_ui.web.access import parts_of
from crm_core.cards import Card
from crm_core.staff.employees import employees
from routing.terms import MonitorMode


class BesideShape(Shape):
    """A supervisor who heard the call. `mode` is the last one; all changes are in the audit."""

    supervisor: str
    name: str
    mode: MonitorMode
    since: Annotated[datetime, Field(description="When he began to hear")]
    ended_at: Annotated[datetime | None, Field(description="Null while he hears it")]


async def beside_on(request: Request, card: Card) -> list[BesideShape]:
    """Those who heard it, in the order in which they came."""
    heard = [one for one in card.routing.get("listeners", ()) if one["since"]]
    if not heard:
        return []
    async with parts_of(request).db.reading() as session:
        names = {person.id: person.name for person in await employees(session)}
    return [
        BesideShape(
            supervisor=one["supervisor"],
            name=names.get(one["supervisor"], one["supervisor"]),
            mode=MonitorMode(one["mode"]),
            since=datetime.fromisoformat(one["since"]),
            ended_at=datetime.fromisoformat(one["ended_at"]) if one["ended_at"] else None,
        )
        for one in heard
    ]
