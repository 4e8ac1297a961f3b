"""Merging two records of one party, and parting them again.

The record that gives way keeps its id and points to the one that stays; what was bound to it moves
as `merge_rules` says, row by row, and every row is written down. Parting puts back what is still
where the merge put it. All of it is one transaction: old or new, never between.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, and_, delete, exists, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.audit import Action, Subject, record
from crm_core.database import moment
from crm_core.duplicates.finding import find_for
from crm_core.duplicates.merge_rules import RULES, Rule
from crm_core.errors import FieldRefused, PartyUnknown, Refused, Unknown
from crm_core.ids import new_id
from crm_core.models import (
    Base,
    DuplicatePair,
    MatchKey,
    MergedRow,
    PairState,
    Party,
    PartyMerge,
    RowOutcome,
)
from crm_core.search.index import forget, index
from routing.ids import PartyId

_LONGEST_REASON = 400
_MOST_AT_ONCE = 10_000
_AT_ONCE = timedelta(microseconds=1)
"""What was to begin later ends as soon as it begins."""


class MergeRefused(Refused):
    """The two cannot be one: of different kinds, the same one, or merged already."""

    code = "merge_refused"


class MergeBlocked(Refused):
    """Both have what there can be only one of; the detail names its table."""

    code = "merge_blocked"


class MergeUnknown(Unknown):
    """There is no such merge, or it is undone."""

    code = "merge_unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """What a merge did, in rows by table."""

    merge: str
    moved: Mapping[str, int]
    kept: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class _Bound:
    """A column of a table that points to a party, and what a merge does with its rows."""

    table: Table
    column: Column[Any]
    rule: Rule


async def merge(
    session: AsyncSession, winner: PartyId, loser: PartyId, *, by: str, reason: str
) -> Merged:
    """Let `loser` give way to `winner`. Raises MergeRefused, MergeBlocked, PartyUnknown."""
    if not reason.strip() or len(reason) > _LONGEST_REASON:
        raise FieldRefused("reason", "length")
    staying, going = await _both(session, winner, loser)
    now = moment(session)
    row = PartyMerge(
        id=new_id(), winner=winner, loser=loser, merged_at=now, merged_by=by, reason=reason
    )
    session.add(row)
    await session.flush()
    log = _Log(session, row.id)
    for bound in _bounds():
        await _rebind(log, bound, staying.id, going.id, now)
    going.merged_into, going.updated_at = staying.id, now
    await session.flush()
    await forget(session, loser)
    await index(session, winner)
    await _decide(session, winner, loser, by=by, reason=reason)
    await find_for(session, winner)
    await session.execute(delete(MatchKey).where(MatchKey.party == loser))
    await _written(session, Action.PARTIES_MERGED, row, by=by)
    moved, kept = log.counts(RowOutcome.MOVED), log.counts(RowOutcome.KEPT)
    return Merged(merge=row.id, moved=moved, kept=kept)


async def part(session: AsyncSession, merge_id: str, *, by: str) -> PartyId:
    """Undo a merge: put back what is still where it put it. Who stands again.

    Raises MergeUnknown, and MergeRefused where `winner` itself gave way since.
    """
    row = await session.get(PartyMerge, merge_id, with_for_update=True)
    if row is None or row.undone_at is not None:
        raise MergeUnknown
    staying, going = await _locked(session, row.winner, row.loser)
    if staying.merged_into is not None or going.merged_into != row.winner:
        raise MergeRefused
    now = moment(session)
    statement = select(MergedRow).where(MergedRow.merge == merge_id).order_by(MergedRow.n.desc())
    for done in list(await session.scalars(statement)):
        await _put_back(session, row, done)
    going.merged_into, going.updated_at = None, now
    row.undone_at, row.undone_by = now, by
    await session.flush()
    for party in (row.winner, row.loser):
        await index(session, party)
        await find_for(session, party)
    await _undecide(session, row, by=by)
    await _written(session, Action.MERGE_UNDONE, row, by=by)
    return row.loser


async def standing(session: AsyncSession, party: PartyId) -> PartyId:
    """The party that stands for this one now: itself, or whom it gave way to."""
    seen = {party}
    while True:
        into = await session.scalar(select(Party.merged_into).where(Party.id == party))
        if into is None or into in seen:
            return party
        seen.add(into)
        party = into


async def those_that_gave_way(
    session: AsyncSession, parties: Collection[str]
) -> Mapping[str, PartyId]:
    """Those of the parties that gave way to another, each with the one that stands for it now."""
    if not await session.scalar(select(exists().where(Party.merged_into.is_not(None)))):
        return {}
    asked, found = sorted(parties), dict[str, PartyId]()
    for start in range(0, len(asked), _MOST_AT_ONCE):
        some = Party.id.in_(asked[start : start + _MOST_AT_ONCE])
        gone = await session.scalars(select(Party.id).where(some, Party.merged_into.is_not(None)))
        found |= {party: await standing(session, party) for party in list(gone)}
    return found


# ── Rows ────────────────────────────────────────────────────────────────────────────────────


class _Log:
    """Writes down what became of each row."""

    def __init__(self, session: AsyncSession, merge_id: str) -> None:
        self.session = session
        self._merge = merge_id
        self._rows: list[tuple[str, RowOutcome]] = []

    async def write(self, bound: _Bound, key: Mapping[str, Any], outcome: RowOutcome) -> None:
        self._rows.append((bound.table.name, outcome))
        values = {
            "merge": self._merge,
            "n": len(self._rows),
            "table_name": bound.table.name,
            "column_name": bound.column.name,
            "key": {name: _stored(value) for name, value in key.items()},
            "outcome": outcome,
        }
        await self.session.execute(insert(MergedRow).values(**values))

    def counts(self, outcome: RowOutcome) -> dict[str, int]:
        tables = [table for table, one in self._rows if one is outcome]
        return {table: tables.count(table) for table in sorted(set(tables))}


def _bounds() -> Iterator[_Bound]:
    for (table_name, column_name), rule in RULES.items():
        table = Base.metadata.tables[table_name]
        yield _Bound(table, table.columns[column_name], rule)


async def _rebind(log: _Log, bound: _Bound, winner: PartyId, loser: PartyId, now: datetime) -> None:
    if bound.rule is Rule.STAY:
        return
    primary = list(bound.table.primary_key.columns)
    mine = bound.column == loser
    if bound.rule is Rule.END:
        mine = and_(mine, bound.table.columns.valid_to.is_(None))
    for found in (await log.session.execute(select(*primary).where(mine))).all():
        key = dict(zip((column.name for column in primary), found, strict=True))
        await log.write(bound, *await _one_row(log.session, bound, key, winner, now))


async def _one_row(
    session: AsyncSession, bound: _Bound, key: dict[str, Any], winner: PartyId, now: datetime
) -> tuple[dict[str, Any], RowOutcome]:
    """The key of the row afterwards, and what became of it. Raises MergeBlocked."""
    if bound.rule is Rule.END:
        return key, await _ended(session, bound, key, now)
    to = {bound.column.name: winner}
    if await _changed(session, bound.table, key, to):
        return {name: to.get(name, value) for name, value in key.items()}, RowOutcome.MOVED
    if bound.rule is Rule.MUST_MOVE:
        raise MergeBlocked(bound.table.name)
    if bound.rule is Rule.MOVE_OR_END:
        return key, await _ended(session, bound, key, now)
    return key, RowOutcome.KEPT


async def _ended(
    session: AsyncSession, bound: _Bound, key: Mapping[str, Any], now: datetime
) -> RowOutcome:
    """End a row that holds; what has ended already stays as it is."""
    columns = bound.table.columns
    held = select(columns.valid_from, columns.valid_to).where(_is(bound.table, key))
    begun, over = (await session.execute(held)).one()
    if over is not None:
        return RowOutcome.KEPT
    ends = now if begun < now else begun + _AT_ONCE
    await _changed(session, bound.table, key, {"valid_to": ends, "ended_at": now})
    return RowOutcome.ENDED


async def _put_back(session: AsyncSession, row: PartyMerge, done: MergedRow) -> None:
    table = Base.metadata.tables[done.table_name]
    column = table.columns[done.column_name]
    key = {name: _read(table.columns[name], value) for name, value in done.key.items()}
    if done.outcome is RowOutcome.MOVED:
        still = {column.name: row.winner}
        await _changed(session, table, {**key, **still}, {column.name: row.loser})
    elif done.outcome is RowOutcome.ENDED:
        await _changed(session, table, key, {"valid_to": None, "ended_at": None})


async def _changed(
    session: AsyncSession, table: Table, key: Mapping[str, Any], values: Mapping[str, Any]
) -> bool:
    """Change the row, if its table's rules let it be. Whether it was changed."""
    try:
        async with session.begin_nested():
            await session.execute(update(table).where(_is(table, key)).values(**values))
    except IntegrityError:
        return False
    return True


def _is(table: Table, key: Mapping[str, Any]) -> ColumnElement[bool]:
    return and_(*(table.columns[name] == value for name, value in key.items()))


def _stored(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _read(column: Column[Any], value: Any) -> Any:
    kind = column.type.python_type
    return kind.fromisoformat(value) if hasattr(kind, "fromisoformat") else value


# ── The two and their pair ──────────────────────────────────────────────────────────────────


async def _both(session: AsyncSession, winner: PartyId, loser: PartyId) -> tuple[Party, Party]:
    if winner == loser:
        raise MergeRefused
    staying, going = await _locked(session, winner, loser)
    if staying.kind is not going.kind or staying.merged_into or going.merged_into:
        raise MergeRefused
    return staying, going


async def _locked(session: AsyncSession, winner: PartyId, loser: PartyId) -> tuple[Party, Party]:
    """Both rows, locked in the order of their ids, so that two merges never wait for each other."""
    statement = select(Party).where(Party.id.in_((winner, loser))).order_by(Party.id)
    found = {row.id: row for row in await session.scalars(statement.with_for_update())}
    if len(found) != 2:
        raise PartyUnknown
    return found[winner], found[loser]


async def _decide(
    session: AsyncSession, winner: PartyId, loser: PartyId, *, by: str, reason: str
) -> None:
    """The pair is merged; other open pairs of the loser are the winner's to find again."""
    one, other = sorted((winner, loser))
    mine = DuplicatePair.one == one, DuplicatePair.other == other
    told = {"state": PairState.MERGED, "decided_at": moment(session), "decided_by": by}
    await session.execute(update(DuplicatePair).where(*mine).values(**told, reason=reason))
    theirs = (DuplicatePair.one == loser) | (DuplicatePair.other == loser)
    open_ = DuplicatePair.state == PairState.OPEN
    await session.execute(delete(DuplicatePair).where(theirs, open_))


async def _undecide(session: AsyncSession, row: PartyMerge, *, by: str) -> None:
    """Parted by a person, they are known not to be one."""
    one, other = sorted((row.winner, row.loser))
    mine = DuplicatePair.one == one, DuplicatePair.other == other
    told = {"state": PairState.DISMISSED, "decided_at": moment(session), "decided_by": by}
    await session.execute(update(DuplicatePair).where(*mine).values(**told))


async def _written(session: AsyncSession, action: Action, row: PartyMerge, *, by: str) -> None:
    await session.flush()
    subject = Subject(kind="party", id=row.loser)
    detail = {"merge": row.id, "winner": row.winner}
    await record(session, action, actor=by, subject=subject, reason="", detail=detail)
