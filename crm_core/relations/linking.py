"""Binding two parties to each other, for a time.

No party is bound to itself. A relation stands once: told from the other end, or as a symmetric one
with the ends exchanged, it is the same. Owners may own each other in a circle, but of one party
never more than 100 % is owned at any time.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.audit import Action, Subject, record
from crm_core.database import moment
from crm_core.dated import held
from crm_core.errors import FieldRefused, PartyUnknown, Refused, Unknown
from crm_core.ids import new_id
from crm_core.models import Party, PartyRelationship, RelationshipType
from crm_core.parties.editing import check_stands
from crm_core.relations.kinds import Kind, kinds, read
from routing.ids import PartyId

WHOLE = Decimal(100)
MOST_SHOWN = 500
_NEVER = datetime.max.replace(tzinfo=UTC)


class RelationUnknown(Unknown):
    """There is no such relation, or it has ended."""

    code = "relation_unknown"


class RelationExists(Refused):
    """The two are bound so already at some of these times."""

    code = "relation_exists"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """A relation as it is told: `party` is `type` (a code of either end) of `to`.

    `share_pct` is what part of the other an owner owns, above 0 to 100, with up to 8 decimals.
    Without `starts_at` it holds from now on.
    """

    party: PartyId
    to: PartyId
    type: str
    share_pct: Decimal | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    source: str | None = None
    source_key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """A relation as it reads from one party: `other` is `type` of it. `owned_pct` is what `other`
    owns of it, `owns_pct` what it owns of `other`."""

    id: str
    other: PartyId
    name: str
    type: str
    owned_pct: Decimal | None
    owns_pct: Decimal | None
    risk_spreading: bool
    since: datetime
    until: datetime | None
    source: str | None


async def link(session: AsyncSession, tie: Tie, *, by: str) -> str:
    """Bind them. The relation's id.

    Raises FieldRefused, PartyUnknown, PartyMerged, RelationExists.
    """
    kind, reverse = read(await kinds(session), tie.type)
    ends = (tie.to, tie.party) if reverse else (tie.party, tie.to)
    first, second = sorted(ends) if kind.symmetric else ends
    now = moment(session)
    start = tie.starts_at or now
    _check(tie, kind, start)
    await _hold(session, {first, second})
    await _check_room(session, kind, first, second, tie, start)
    row = PartyRelationship(
        id=new_id(),
        from_party=first,
        to_party=second,
        type=kind.code,
        share_pct=tie.share_pct,
        valid_from=start,
        valid_to=tie.ends_at,
        created_at=now,
        source=tie.source,
        source_key=tie.source_key,
    )
    session.add(row)
    await session.flush()
    await _record(session, Action.RELATION_ADDED, row, by=by)
    return row.id


async def unlink(
    session: AsyncSession, relation: str, *, ends_at: datetime | None = None, by: str
) -> None:
    """The relation ends, now or at a time. It stays as history. Raises RelationUnknown,
    FieldRefused for an end before the beginning."""
    statement = select(PartyRelationship).where(PartyRelationship.id == relation)
    row, now = await session.scalar(statement.with_for_update()), moment(session)
    if row is None or (row.valid_to is not None and row.valid_to <= now):
        raise RelationUnknown
    end = ends_at or now
    if end <= row.valid_from:
        raise FieldRefused("ends_at", "not_after_start")
    row.valid_to, row.ended_at = end, now
    await session.flush()
    await _record(session, Action.RELATION_ENDED, row, by=by)


async def relations_of(
    session: AsyncSession,
    party: PartyId,
    at: datetime | None = None,
    *,
    known_at: datetime | None = None,
) -> list[Relation]:
    """What the party is bound to, now or at a time, by name; by what was known then if told."""
    row, kind = PartyRelationship, RelationshipType
    mine = or_(row.from_party == party, row.to_party == party)
    statement = (
        select(row, kind, Party)
        .join(kind, kind.code == row.type)
        .join(Party, (Party.id.in_((row.from_party, row.to_party))) & (Party.id != party))
        .where(mine, held(row, at or moment(session), known_at))
        .order_by(Party.display_name, row.type, row.id)
        .limit(MOST_SHOWN)
    )
    return [_relation(party, *found) for found in await session.execute(statement)]


async def ends_of(session: AsyncSession, relation: str) -> tuple[PartyId, PartyId]:
    """The two parties of a relation. Raises RelationUnknown."""
    row = await session.get(PartyRelationship, relation)
    if row is None:
        raise RelationUnknown
    return row.from_party, row.to_party


def most_owned(shares: Iterable[tuple[datetime, datetime | None, Decimal]]) -> Decimal:
    """The largest sum of shares that hold at the same time; each with its start and end."""
    known = list(shares)
    sums = (
        sum((share for start, end, share in known if start <= at < (end or _NEVER)), Decimal(0))
        for at, _, _ in known
    )
    return max(sums, default=Decimal(0))


def _check(tie: Tie, kind: Kind, start: datetime) -> None:
    if tie.party == tie.to:
        raise FieldRefused("to", "same_party")
    if tie.ends_at is not None and tie.ends_at <= start:
        raise FieldRefused("ends_at", "not_after_start")
    share = tie.share_pct
    if share is None:
        return
    if not kind.owns:
        raise FieldRefused("share_pct", "no_share_here")
    if not share.is_finite() or not 0 < share <= WHOLE or share != round(share, 8):
        raise FieldRefused("share_pct", "no_share")


async def _hold(session: AsyncSession, parties: set[PartyId]) -> None:
    """Keep both from being bound by somebody else meanwhile. Raises PartyUnknown, PartyMerged."""
    statement = select(Party.id).where(Party.id.in_(parties)).order_by(Party.id).with_for_update()
    if set(await session.scalars(statement)) != parties:
        raise PartyUnknown
    for party in sorted(parties):
        await check_stands(session, party)


async def _check_room(
    session: AsyncSession, kind: Kind, first: PartyId, second: PartyId, tie: Tie, start: datetime
) -> None:
    row = PartyRelationship
    meets = or_(row.valid_to.is_(None), row.valid_to > start)
    if tie.ends_at is not None:
        meets = meets & (row.valid_from < tie.ends_at)
    same = select(row.id).where(row.from_party == first, row.to_party == second)
    if await session.scalar(same.where(row.type == kind.code, meets).limit(1)) is not None:
        raise RelationExists
    if tie.share_pct is None:
        return
    shares = select(row.valid_from, row.valid_to, row.share_pct).where(row.to_party == second)
    rows = await session.execute(shares.where(row.share_pct.is_not(None), meets))
    owned = [(at, end, share) for at, end, share in rows if share is not None]
    if most_owned([*owned, (start, tie.ends_at, tie.share_pct)]) > WHOLE:
        raise FieldRefused("share_pct", "more_than_whole")


def _relation(
    party: PartyId, row: PartyRelationship, kind: RelationshipType, other: Party
) -> Relation:
    is_first = row.from_party == party
    return Relation(
        id=row.id,
        other=other.id,
        name=other.display_name,
        type=kind.reverse_code if is_first else kind.code,
        owned_pct=None if is_first else row.share_pct,
        owns_pct=row.share_pct if is_first else None,
        risk_spreading=kind.risk_spreading,
        since=row.valid_from,
        until=row.valid_to,
        source=row.source,
    )


async def _record(
    session: AsyncSession, action: Action, row: PartyRelationship, *, by: str
) -> None:
    subject = Subject(kind="party", id=row.from_party)
    detail = {"relation": row.id, "to": row.to_party}
    await record(session, action, actor=by, subject=subject, reason=row.type, detail=detail)
