"""Calls as a party's timeline tells of them. Reads only."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.cards.reading import concerns
from crm_core.models import CallCard, EmployeeRow
from crm_core.parties.timeline import Place, TimelineEvent, TimelineKind, earlier
from routing.ids import PartyId
from routing.terms import CallState

_MISSED = frozenset({CallState.ABANDONED, CallState.LOST})


async def timeline_events(
    session: AsyncSession, party: PartyId, *, before: Place | None, limit: int
) -> list[TimelineEvent]:
    """The calls of the party, the newest first."""
    kind = TimelineKind.CALL
    statement = (
        select(CallCard, EmployeeRow.name)
        .outerjoin(EmployeeRow, EmployeeRow.id == CallCard.agent)
        .where(concerns(party))
        .where(earlier(before, kind, CallCard.arrived_at.expression, CallCard.call.expression))
        .order_by(CallCard.arrived_at.desc(), CallCard.call.desc())
        .limit(limit)
    )
    return [
        TimelineEvent(
            at=row.arrived_at,
            kind=kind,
            ref=row.call,
            title_code=_title(row),
            detail={"topic": row.topic, "agent": row.agent or ""},
            text=row.essence,
            actor=name or "",
        )
        for row, name in await session.execute(statement)
    ]


def _title(row: CallCard) -> str:
    if row.state in _MISSED:
        return "timeline.call.missed"
    if row.state is CallState.SELF_SERVED:
        return "timeline.call.self_served"
    return "timeline.call.about" if row.topic else "timeline.call.answered"
