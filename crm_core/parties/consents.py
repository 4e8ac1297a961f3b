"""Consents of a party: dated events, from which the state at any time follows.

A consent stands by purpose and channel. Its state is what the latest event says that is about this
channel or about all of them; of two events at one time the one recorded later holds. Recorded time
counts too: what was recorded after `known_at` was not known then. Without any event nothing is
granted. Events are never changed: a mistake is corrected by the next one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.audit import Action
from crm_core.database import moment
from crm_core.errors import FieldRefused
from crm_core.ids import new_id
from crm_core.models import ConsentChannel, ConsentEvent, ConsentPurpose, ConsentSource, EmployeeRow
from crm_core.parties.editing import editable, edited
from crm_core.parties.timeline import Place, TimelineEvent, TimelineKind, earlier
from routing.ids import PartyId


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentFacts:
    """What a party said about a purpose. `at` is when; `evidence` such as "attachment:<id>"."""

    purpose: ConsentPurpose
    channel: ConsentChannel
    granted: bool
    source: ConsentSource
    evidence: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentSaid:
    """A consent event as it was recorded; `by` is the employee's name."""

    id: str
    purpose: ConsentPurpose
    channel: ConsentChannel
    granted: bool
    at: datetime
    source: ConsentSource
    evidence: str
    recorded_at: datetime
    by: str


async def record_consent(
    session: AsyncSession, party: PartyId, facts: ConsentFacts, *, by: str
) -> str:
    """Record what the party said; the event's id.

    Raises PartyUnknown, PartyErased, PartyMerged, FieldRefused for a time to come.
    """
    await editable(session, party)
    now, event = moment(session), new_id()
    if facts.at is not None and facts.at > now:
        raise FieldRefused("at", "in_future")
    session.add(
        ConsentEvent(
            id=event,
            party=party,
            purpose=facts.purpose,
            channel=facts.channel,
            granted=facts.granted,
            at=facts.at or now,
            source=facts.source,
            evidence=facts.evidence,
            created_at=now,
            created_by=by,
        )
    )
    detail = {
        "purpose": facts.purpose.value,
        "channel": facts.channel.value,
        "granted": "yes" if facts.granted else "no",
    }
    await edited(session, party, Action.CONSENT_RECORDED, by=by, detail=detail)
    return event


async def granted(
    session: AsyncSession,
    party: PartyId,
    purpose: ConsentPurpose,
    channel: ConsentChannel,
    *,
    at: datetime | None = None,
    known_at: datetime | None = None,
) -> bool:
    """Whether the party consented at a time, by what was recorded until `known_at`; now, if none
    is given. For channel `any` only what was said of all channels counts."""
    row, now = ConsentEvent, moment(session)
    about = {channel, ConsentChannel.ANY}
    statement = (
        select(row.granted)
        .where(row.party == party, row.purpose == purpose, row.channel.in_(about))
        .where(row.at <= (at or now), row.created_at <= (known_at or now))
        .order_by(row.at.desc(), row.created_at.desc(), row.id.desc())
        .limit(1)
    )
    return bool(await session.scalar(statement))


async def consents(session: AsyncSession, party: PartyId) -> Sequence[ConsentSaid]:
    """All that the party said, the latest first."""
    row = ConsentEvent
    statement = (
        select(row, EmployeeRow.name)
        .outerjoin(EmployeeRow, EmployeeRow.id == row.created_by)
        .where(row.party == party)
        .order_by(row.at.desc(), row.created_at.desc(), row.id.desc())
    )
    return tuple(
        ConsentSaid(
            id=one.id,
            purpose=one.purpose,
            channel=one.channel,
            granted=one.granted,
            at=one.at,
            source=one.source,
            evidence=one.evidence,
            recorded_at=one.created_at,
            by=name or "",
        )
        for one, name in await session.execute(statement)
    )


def standing(
    said: Iterable[ConsentSaid],
) -> dict[tuple[ConsentPurpose, ConsentChannel], ConsentSaid]:
    """What holds by each purpose and channel, of events with the latest first. Pure."""
    found: dict[tuple[ConsentPurpose, ConsentChannel], ConsentSaid] = {}
    for one in said:
        reach = ConsentChannel if one.channel is ConsentChannel.ANY else (one.channel,)
        for channel in reach:
            found.setdefault((one.purpose, channel), one)
    return found


async def timeline_events(
    session: AsyncSession, party: PartyId, *, before: Place | None, limit: int
) -> list[TimelineEvent]:
    """Consents that the party gave or took back."""
    row, kind = ConsentEvent, TimelineKind.CONSENT
    statement = (
        select(row, EmployeeRow.name)
        .outerjoin(EmployeeRow, EmployeeRow.id == row.created_by)
        .where(row.party == party, earlier(before, kind, row.at.expression, row.id.expression))
        .order_by(row.at.desc(), row.id.desc())
        .limit(limit)
    )
    return [
        TimelineEvent(
            at=one.at,
            kind=kind,
            ref=one.id,
            title_code="timeline.consent.granted" if one.granted else "timeline.consent.withdrawn",
            detail={
                "purpose": f"consent_purpose.{one.purpose}",
                "channel": f"consent_channel.{one.channel}",
            },
            actor=name or "",
        )
        for one, name in await session.execute(statement)
    ]
