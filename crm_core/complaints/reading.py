"""How screens and the API see complaints, and what a client's panel tells of them. Reads only."""

import dataclasses
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.complaints.complaint import Complaint, ComplaintFilters, ComplaintPage
from crm_core.complaints.states import OPEN, ComplaintState
from crm_core.cursors import beyond, cursor_at
from crm_core.models import Complaint as ComplaintRow
from crm_core.models import EmployeeRow, Party, WorkEvent
from crm_core.parties.timeline import Place, TimelineEvent, TimelineKind, earlier
from routing.ids import PartyId

LARGEST_PAGE = 200
_JOINED = {"party_name": Party.display_name, "owner_name": EmployeeRow.name}


async def complaint(session: AsyncSession, key: str) -> Complaint | None:
    """One complaint, whatever its state."""
    row = (await session.execute(_complaints().where(ComplaintRow.id == key))).first()
    return Complaint(**row._mapping) if row else None


async def complaints(
    session: AsyncSession, filters: ComplaintFilters, *, cursor: str | None = None, limit: int = 50
) -> ComplaintPage:
    """A page of complaints, the first due first. Raises CursorRefused."""
    limit = max(1, min(limit, LARGEST_PAGE))
    statement = _complaints().where(*_conditions(filters))
    if cursor:
        statement = statement.where(beyond(ComplaintRow.due_at, ComplaintRow.id, cursor))
    statement = statement.order_by(ComplaintRow.due_at, ComplaintRow.id).limit(limit + 1)
    rows = (await session.execute(statement)).all()
    items = tuple(Complaint(**row._mapping) for row in rows[:limit])
    more = len(rows) > limit
    return ComplaintPage(
        items=items, next_cursor=cursor_at(items[-1].due_at, items[-1].id) if more else None
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintsGlance:
    """A client's open complaints; `untold` of them are resolved and he does not know it yet."""

    open: tuple[Complaint, ...]
    untold: int


async def glance(session: AsyncSession, party: PartyId) -> ComplaintsGlance | None:
    """What the panel shows of a client's complaints; None if none is open."""
    page = await complaints(session, ComplaintFilters(party=party, states=OPEN))
    if not page.items:
        return None
    untold = sum(one.state is ComplaintState.RESOLVED for one in page.items)
    return ComplaintsGlance(open=page.items, untold=untold)


async def timeline_events(
    session: AsyncSession, party: PartyId, *, before: Place | None, limit: int
) -> list[TimelineEvent]:
    """What happened to the client's complaints, the newest first."""
    kind = TimelineKind.COMPLAINT
    statement = (
        select(WorkEvent, ComplaintRow.essence, EmployeeRow.name)
        .join(ComplaintRow, ComplaintRow.id == WorkEvent.subject)
        .outerjoin(EmployeeRow, EmployeeRow.id == WorkEvent.actor)
        .where(WorkEvent.subject_kind == "complaint", ComplaintRow.party == party)
        .where(earlier(before, kind, WorkEvent.at.expression, WorkEvent.id.expression))
        .order_by(WorkEvent.at.desc(), WorkEvent.id.desc())
        .limit(limit)
    )
    return [
        TimelineEvent(
            at=event.at,
            kind=kind,
            ref=event.id,
            title_code=f"timeline.complaint.{event.move}",
            text=event.note or (essence if event.move == "added" else ""),
            actor=name or "",
        )
        for event, essence, name in await session.execute(statement)
    ]


def _complaints() -> Select[Any]:
    columns = [
        (_JOINED[name] if name in _JOINED else getattr(ComplaintRow, name)).label(name)
        for name in (field.name for field in dataclasses.fields(Complaint))
    ]
    return (
        select(*columns)
        .select_from(ComplaintRow)
        .join(Party, Party.id == ComplaintRow.party)
        .join(EmployeeRow, EmployeeRow.id == ComplaintRow.owner)
    )


def _conditions(filters: ComplaintFilters) -> list[ColumnElement[bool]]:
    found = [
        getattr(ComplaintRow, name) == getattr(filters, name)
        for name in ("owner", "party", "topic")
        if getattr(filters, name) is not None
    ]
    if filters.states is not None:
        found.append(ComplaintRow.state.in_(filters.states))
    if filters.late_at is not None:
        found += [ComplaintRow.due_at <= filters.late_at, ComplaintRow.resolved_at.is_(None)]
    return found
