"""Merges as the timeline of the party that stays tells them. Reads only."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.models import EmployeeRow, MergedRow, Party, PartyMerge, RowOutcome
from crm_core.parties.timeline import Place, TimelineEvent, TimelineKind, earlier
from routing.ids import PartyId


async def timeline_events(
    session: AsyncSession, party: PartyId, *, before: Place | None, limit: int
) -> Sequence[TimelineEvent]:
    """The records that gave way to this party, each with how much moved, and whether that was
    undone since."""
    row, kind = PartyMerge, TimelineKind.PROFILE
    moved = (
        select(func.count())
        .where(MergedRow.merge == row.id, MergedRow.outcome == RowOutcome.MOVED)
        .scalar_subquery()
    )
    statement = (
        select(row, Party.display_name, EmployeeRow.name, moved)
        .join(Party, Party.id == row.loser)
        .outerjoin(EmployeeRow, EmployeeRow.id == row.merged_by)
        .where(
            row.winner == party, earlier(before, kind, row.merged_at.expression, row.id.expression)
        )
        .order_by(row.merged_at.desc(), row.id.desc())
        .limit(limit)
    )
    return [
        TimelineEvent(
            at=one.merged_at,
            kind=kind,
            ref=one.id,
            title_code="timeline.merged" if one.undone_at is None else "timeline.merged.undone",
            detail={"name": name, "rows": str(rows)},
            actor=by or "",
        )
        for one, name, by, rows in await session.execute(statement)
    ]
