"""The timeline as a viewer may see it: what was said in others' calls is not for everybody."""

import dataclasses
from collections.abc import Collection

from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.parties.timeline import TimelineEvent, TimelineKind, TimelinePage, timeline_page
from crm_core.parties.timeline_sources import SOURCES
from crm_core.staff.employees import Employee
from crm_core.staff.permissions import Permission
from routing.ids import PartyId

PATHS = {
    TimelineKind.CALL: "/cards/{ref}",
    TimelineKind.TASK: "/tasks/{ref}",
}
"""Where an event leads to, by its kind."""

WITHHELD = "withheld"
"""Stands in the detail of an event that the viewer may not open."""


async def visible_page(
    session: AsyncSession,
    viewer: Employee,
    party: str,
    *,
    own: bool,
    kinds: Collection[TimelineKind] = (),
    cursor: str | None = None,
    limit: int = 30,
) -> TimelinePage:
    """A page of the timeline; `own` tells that the viewer looks after the party. Of a call of
    others, which is not his to read, only that it was. Raises TimelineCursorRefused."""
    page = await timeline_page(
        session, PartyId(party), SOURCES, kinds=kinds, cursor=cursor, limit=limit
    )
    if own or viewer.may(Permission.VIEW_ALL_CARDS):
        return page
    items = tuple(_for_others(one, viewer) for one in page.items)
    return dataclasses.replace(page, items=items)


def path_of(event: TimelineEvent) -> str | None:
    """The page of what the event is about, if it has one that the viewer may open."""
    pattern = PATHS.get(event.kind)
    return pattern.format(ref=event.ref) if pattern and WITHHELD not in event.detail else None


def _for_others(event: TimelineEvent, viewer: Employee) -> TimelineEvent:
    if event.kind is not TimelineKind.CALL or event.detail.get("agent") == viewer.id:
        return event
    return dataclasses.replace(event, text="", detail={**event.detail, WITHHELD: "yes"})
