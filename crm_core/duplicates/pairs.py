"""Pairs for people to decide on: the list, one pair side by side, and dismissing it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from crm_core import phones
from crm_core.audit import Action, Subject, record
from crm_core.database import moment
from crm_core.duplicates.comparing import Evidence
from crm_core.duplicates.merge_rules import RULES, Rule
from crm_core.errors import FieldRefused, Refused, Unknown
from crm_core.models import (
    Base,
    DuplicatePair,
    Organisation,
    PairState,
    Party,
    PartyKind,
    PartyMerge,
    PartyPhone,
    PartyStatus,
    Person,
    PhoneNumber,
)
from routing.ids import PartyId

LARGEST_PAGE = 100
_LONGEST_REASON = 400


class PairUnknown(Unknown):
    """There is no such pair."""

    code = "pair_unknown"


class PairDecided(Refused):
    """Somebody has decided on the pair already."""

    code = "pair_decided"


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """A record of a pair, as it stands beside the other. Phones are masked."""

    party: PartyId
    name: str
    kind: PartyKind
    status: PartyStatus
    tier: str
    born: date | None
    registration: str | None
    source: str | None
    created_at: datetime
    phones: tuple[str, ...]
    bound: dict[str, int]
    """Rows that a merge would move, by table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PairSummary:
    """A pair in the list. `points` as `comparing` counts them."""

    pair: str
    one: PartyId
    one_name: str
    other: PartyId
    other_name: str
    kind: PartyKind
    points: float
    evidence: tuple[Evidence, ...]
    state: PairState
    found_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A pair with both records."""

    summary: PairSummary
    one: Side
    other: Side


@dataclass(frozen=True, slots=True, kw_only=True)
class PastMerge:
    """A merge that was made; with `undone_at` it was undone."""

    merge: str
    winner: PartyId
    winner_name: str
    loser: PartyId
    loser_name: str
    merged_at: datetime
    merged_by: str
    reason: str
    undone_at: datetime | None


async def open_pairs(
    session: AsyncSession, *, limit: int = 50, offset: int = 0
) -> tuple[list[PairSummary], int]:
    """Pairs to decide on, the likeliest first, and how many there are in all."""
    count = select(func.count()).select_from(DuplicatePair)
    held = DuplicatePair.state == PairState.OPEN
    statement = _summaries().where(held).order_by(DuplicatePair.points.desc(), DuplicatePair.id)
    page = statement.limit(min(limit, LARGEST_PAGE)).offset(offset)
    found = [_summary(*row) for row in await session.execute(page)]
    return found, await session.scalar(count.where(held)) or 0


async def pairs_of(session: AsyncSession, party: PartyId) -> list[PairSummary]:
    """The open pairs of a party."""
    mine = or_(DuplicatePair.one == party, DuplicatePair.other == party)
    statement = _summaries().where(mine, DuplicatePair.state == PairState.OPEN)
    rows = await session.execute(statement.order_by(DuplicatePair.points.desc()).limit(20))
    return [_summary(*row) for row in rows]


async def pair(session: AsyncSession, pair_id: str) -> Pair:
    """A pair with both records side by side. Raises PairUnknown."""
    row = (await session.execute(_summaries().where(DuplicatePair.id == pair_id))).one_or_none()
    if row is None:
        raise PairUnknown
    summary = _summary(*row)
    one, other = [await _side(session, party) for party in (summary.one, summary.other)]
    return Pair(summary=summary, one=one, other=other)


async def dismiss(session: AsyncSession, pair_id: str, *, by: str, reason: str) -> None:
    """The two are not one. Raises PairUnknown, PairDecided, FieldRefused."""
    if not reason.strip() or len(reason) > _LONGEST_REASON:
        raise FieldRefused("reason", "length")
    row = await session.get(DuplicatePair, pair_id, with_for_update=True)
    if row is None:
        raise PairUnknown
    if row.state is not PairState.OPEN:
        raise PairDecided
    row.state, row.reason = PairState.DISMISSED, reason
    row.decided_at, row.decided_by = moment(session), by
    await session.flush()
    subject = Subject(kind="party", id=row.one)
    detail = {"other": row.other, "pair": row.id}
    await record(
        session, Action.PAIR_DISMISSED, actor=by, subject=subject, reason="", detail=detail
    )


async def merges(session: AsyncSession, *, limit: int = 50) -> list[PastMerge]:
    """Merges, the newest first."""
    winner, loser = aliased(Party), aliased(Party)
    statement = (
        select(PartyMerge, winner.display_name, loser.display_name)
        .join(winner, winner.id == PartyMerge.winner)
        .join(loser, loser.id == PartyMerge.loser)
        .order_by(PartyMerge.merged_at.desc(), PartyMerge.id.desc())
        .limit(min(limit, LARGEST_PAGE))
    )
    return [
        PastMerge(
            merge=row.id,
            winner=row.winner,
            winner_name=winner_name,
            loser=row.loser,
            loser_name=loser_name,
            merged_at=row.merged_at,
            merged_by=row.merged_by,
            reason=row.reason,
            undone_at=row.undone_at,
        )
        for row, winner_name, loser_name in await session.execute(statement)
    ]


def _summaries() -> Select[DuplicatePair, str, str, PartyKind]:
    one, other = aliased(Party), aliased(Party)
    return (
        select(DuplicatePair, one.display_name, other.display_name, one.kind)
        .join(one, one.id == DuplicatePair.one)
        .join(other, other.id == DuplicatePair.other)
    )


def _summary(row: DuplicatePair, one: str, other: str, kind: PartyKind) -> PairSummary:
    return PairSummary(
        pair=row.id,
        one=row.one,
        one_name=one,
        other=row.other,
        other_name=other,
        kind=kind,
        points=row.points / 100,
        evidence=tuple(Evidence(e["code"], e["points"]) for e in row.evidence),
        state=row.state,
        found_at=row.found_at,
    )


async def _side(session: AsyncSession, party: PartyId) -> Side:
    statement = (
        select(Party, Person.birth_date, Organisation.registration_number)
        .outerjoin(Person, Person.party == Party.id)
        .outerjoin(Organisation, Organisation.party == Party.id)
        .where(Party.id == party)
    )
    row, born, registration = (await session.execute(statement)).one()
    return Side(
        party=row.id,
        name=row.display_name,
        kind=row.kind,
        status=row.status,
        tier=row.tier,
        born=born,
        registration=registration,
        source=row.source,
        created_at=row.created_at,
        phones=tuple(phones.mask(number) for number in await _numbers(session, party)),
        bound=await _bound(session, party),
    )


async def _numbers(session: AsyncSession, party: PartyId) -> Sequence[str]:
    statement = (
        select(PhoneNumber.e164)
        .join(PartyPhone, PartyPhone.phone == PhoneNumber.id)
        .where(PartyPhone.party == party, PartyPhone.valid_to.is_(None))
        .order_by(PartyPhone.rank, PhoneNumber.e164)
    )
    return list(await session.scalars(statement))


async def _bound(session: AsyncSession, party: PartyId) -> dict[str, int]:
    counts: dict[str, int] = {}
    for (table_name, column), rule in RULES.items():
        if rule in (Rule.MOVE, Rule.MOVE_OR_END, Rule.MUST_MOVE):
            table = Base.metadata.tables[table_name]
            statement = select(func.count()).select_from(table)
            number = await session.scalar(statement.where(table.columns[column] == party)) or 0
            counts[table_name] = counts.get(table_name, 0) + number
    return {table: number for table, number in sorted(counts.items()) if number}
