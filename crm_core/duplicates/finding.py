"""Finds pairs that may be one party: at entry, before a record is there, and by night in all.

The night makes the keys of all records anew and compares those who share one. A pair that was
decided stays decided; an open one takes its new points.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, FromClause, delete, func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, aliased

from crm_core.database import Database, moment
from crm_core.duplicates.comparing import Verdict, compare
from crm_core.duplicates.gather import likenesses
from crm_core.duplicates.keys import LARGEST_BLOCK, keys_of, mark_key
from crm_core.duplicates.likeness import Likeness
from crm_core.ids import new_id
from crm_core.models import DuplicatePair, MatchKey, PairState, Party
from crm_core.upsert import insert_into
from routing.ids import PartyId

BATCH = 500
"""Parties in a transaction by night."""

_MOST_ALIKE = 10

Progress = Callable[[int], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """A party that a record is like, and how much."""

    party: PartyId
    verdict: Verdict


async def alike(session: AsyncSession, record: Likeness) -> list[Alike]:
    """The parties that this record may be, the likeliest first. Asked before a record is added."""
    near = await _near(session, record)
    others = await likenesses(session, near)
    counts = await _bearers(session, [record])
    verdicts = ((one, compare(record, one, bearers=counts)) for one in others)
    found = [Alike(party=PartyId(one.party), verdict=v) for one, v in verdicts if v.possible]
    return sorted(found, key=lambda one: (-one.verdict.points, one.party))[:_MOST_ALIKE]


async def refresh(session: AsyncSession, parties: Sequence[PartyId]) -> list[Likeness]:
    """Make the keys of these parties anew. What they are compared by."""
    await session.execute(delete(MatchKey).where(MatchKey.party.in_(parties)))
    records = await likenesses(session, parties)
    rows = [{"party": one.party, "key": key} for one in records for key in sorted(keys_of(one))]
    if rows:
        await session.execute(insert_into(session, MatchKey), rows)
    return records


async def find_for(session: AsyncSession, party: PartyId) -> int:
    """Find the pairs of one party, after it changed. How many are new."""
    new = 0
    for record in await refresh(session, [party]):
        for one in await alike(session, record):
            new += await _store(session, record.party, one.party, one.verdict)
    return new


async def find_all(db: Database, on: date, progress: Progress) -> Mapping[str, int]:
    """Look at all parties, a batch in a transaction; again is no harm. Counts by code."""
    del on
    seen = pairs = 0
    for look in (_rekey, _pair_up):
        after = PartyId("")
        while batch := await _batch_after(db, after):
            async with db.unit_of_work() as session:
                pairs += await look(session, batch)
            seen, after = seen + len(batch), batch[-1]
            await progress(len(batch))
    return {"parties": seen // 2, "pairs": pairs}


async def _batch_after(db: Database, after: PartyId) -> list[PartyId]:
    async with db.reading() as session:
        statement = select(Party.id).where(Party.id > after, Party.merged_into.is_(None))
        return list(await session.scalars(statement.order_by(Party.id).limit(BATCH)))


async def _rekey(session: AsyncSession, batch: Sequence[PartyId]) -> int:
    await refresh(session, batch)
    return 0


async def _pair_up(session: AsyncSession, batch: Sequence[PartyId]) -> int:
    """Compare each of the batch with those after it who share a key. How many pairs are new."""
    one, other = aliased(MatchKey), aliased(MatchKey)
    statement = (
        select(one.party, other.party)
        .join(other, (other.key == one.key) & (other.party > one.party))
        .where(one.party >= batch[0], one.party <= batch[-1], _is_small(one.key))
        .distinct()
    )
    pairs = [(a, b) for a, b in await session.execute(statement)]
    involved = sorted({party for pair in pairs for party in pair})
    records = {record.party: record for record in await _in_parts(session, involved)}
    counts = await _bearers(session, records.values())
    new = 0
    for a, b in pairs:
        if a in records and b in records:
            verdict = compare(records[a], records[b], bearers=counts)
            if verdict.possible:
                new += await _store(session, a, b, verdict)
    return new


async def _in_parts(session: AsyncSession, parties: Sequence[PartyId]) -> list[Likeness]:
    starts = range(0, len(parties), BATCH)
    parts = [await likenesses(session, parties[start : start + BATCH]) for start in starts]
    return [record for part in parts for record in part]


async def _near(session: AsyncSession, record: Likeness) -> list[PartyId]:
    """Who shares a key with the record, where not too many have it."""
    held = select(MatchKey.party).where(MatchKey.key.in_(sorted(keys_of(record))))
    statement = held.where(MatchKey.party != record.party, _is_small(MatchKey.key)).distinct()
    return list(await session.scalars(statement.order_by(MatchKey.party)))


def _is_small(key: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """Whether not too many have the key; nobody counts further than that."""
    block = aliased(MatchKey)
    bearers: FromClause = (
        select(literal(1).label("bearer"))
        .select_from(block)
        .where(block.key == key)
        .limit(LARGEST_BLOCK + 1)
        .correlate_except(block)
        .subquery()
    )
    return select(func.count()).select_from(bearers).scalar_subquery() <= LARGEST_BLOCK


async def _bearers(session: AsyncSession, records: Iterable[Likeness]) -> Callable[[str], int]:
    """How many bear each phone and e-mail of these records."""
    keys = sorted(
        {mark_key("p", mark) for one in records for mark in one.phones}
        | {mark_key("e", mark) for one in records for mark in one.emails}
    )
    counts: dict[str, int] = {}
    for start in range(0, len(keys), BATCH):
        held = MatchKey.key.in_(keys[start : start + BATCH])
        statement = select(MatchKey.key, func.count()).where(held).group_by(MatchKey.key)
        counts.update((key, count) for key, count in await session.execute(statement))
    return lambda mark: max(counts.get(mark_key(kind, mark), 0) for kind in ("p", "e"))


async def _store(session: AsyncSession, a: str, b: str, verdict: Verdict) -> int:
    """Keep a pair; 1 if it is new."""
    one, other = sorted((a, b))
    told = {
        "points": round(verdict.points * 100),
        "evidence": [{"code": e.code, "points": e.points} for e in verdict.evidence],
    }
    fresh = {
        "id": new_id(),
        "one": one,
        "other": other,
        "state": PairState.OPEN,
        "found_at": moment(session),
        "reason": "",
        **told,
    }
    mine = DuplicatePair.one == one, DuplicatePair.other == other
    held = await session.scalar(select(DuplicatePair.id).where(*mine))
    statement = insert_into(session, DuplicatePair).values(**fresh)
    keys = [DuplicatePair.one, DuplicatePair.other]
    still_open = DuplicatePair.state == PairState.OPEN
    await session.execute(
        statement.on_conflict_do_update(index_elements=keys, set_=told, where=still_open)
    )
    return int(held is None)
