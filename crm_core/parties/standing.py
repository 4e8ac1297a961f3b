"""How a party's status and tier changed, as its timeline tells it. Reads only."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.models import ClientStanding, StandingAspect
from crm_core.parties.timeline import Place, TimelineEvent, TimelineKind, earlier
from routing.ids import PartyId


async def timeline_events(
    session: AsyncSession, party: PartyId, *, before: Place | None, limit: int
) -> Sequence[TimelineEvent]:
    """Changes of status and tier, the newest first."""
    kind, row = TimelineKind.STATUS, ClientStanding
    statement = (
        select(row)
        .where(row.party == party)
        .where(earlier(before, kind, row.valid_from.expression, row.id.expression))
        .order_by(row.valid_from.desc(), row.id.desc())
        .limit(limit)
    )
    return [
        TimelineEvent(
            at=one.valid_from,
            kind=kind,
            ref=one.id,
            title_code=f"timeline.standing.{one.aspect}",
            detail={"value": _value(one)},
        )
        for one in await session.scalars(statement)
    ]


def _value(one: ClientStanding) -> str:
    """A code of the texts; the tiers A to D are their own names."""
    if one.aspect is StandingAspect.STATUS:
        return f"party.status.{one.value}"
    return one.value if len(one.value) == 1 else f"tier.{one.value}"
