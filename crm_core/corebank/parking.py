"""Rows that came before their parents: parked, tried again when the parents come, missed if not.

A newer version of a parked row takes its place. Account numbers are sealed while they wait.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.corebank.alarms import About, AlarmCode, alarms, clear_alarms, raise_alarm
from crm_core.corebank.cells import RowReader, Told
from crm_core.corebank.entities import BATCH_ORDER, ENTITIES, Entity, Type
from crm_core.corebank.ground import Ground, Missing, Outcome
from crm_core.corebank.names import EntityName
from crm_core.corebank.store import store
from crm_core.cursors import beyond, cursor_at
from crm_core.database import moment
from crm_core.ids import new_id
from crm_core.models import Mirror, ParkedRow
from crm_core.sealing import NumberSeal
from crm_core.upsert import insert_into

PATIENCE = timedelta(hours=24)
"""How long a parent may be missing before somebody should know."""
LARGEST_PAGE = 200
_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Parked:
    """A row that waits for its parent."""

    id: str
    source: str
    entity: EntityName
    key: str
    missing_entity: EntityName
    missing_key: str
    since: datetime
    tries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ParkedPage:
    """Parked rows, the oldest first."""

    items: tuple[Parked, ...]
    next_cursor: str | None


async def park(
    session: AsyncSession, entity: Entity, missing: Iterable[Missing], ground: Ground
) -> None:
    """Keep these things until their parents come."""
    for one in missing:
        told, parked = one.told, new_id()
        row = {
            "version": told.version,
            "hash": told.hash,
            "business_date": ground.business_date,
            "missing_entity": one.entity,
            "missing_key": one.key,
        }
        named = {"entity": entity.name, "source": ground.source, "key": told.key}
        held = select(ParkedRow).filter_by(**named).with_for_update()
        before = await session.scalar(held)
        if before is not None and before.version > told.version:
            continue
        if before is not None:
            await session.delete(before)
            await session.flush()
        statement = insert_into(session, ParkedRow).values(
            id=parked,
            cells=[_sealed(entity, cells, parked, ground.seal) for cells in told.cells],
            since=before.since if before else ground.now,
            tries=before.tries + 1 if before else 0,
            **named,
            **row,
        )
        await session.execute(statement)


async def unpark(session: AsyncSession, ground: Ground, *, region: str) -> Outcome:
    """Store what waits for parents that are known now, and then what waited for that."""
    outcome = Outcome()
    while found := await _ready(session, ground.source):
        by_entity = {name: [one for one in found if one.entity is name] for name in BATCH_ORDER}
        for name, rows in by_entity.items():
            if rows:
                outcome.add(await _store(session, ENTITIES[name], rows, ground, region))
    return outcome


async def miss_parents(session: AsyncSession) -> None:
    """Raise an alarm for each source and entity that has waited too long; end those that are
    over."""
    row, code = ParkedRow, AlarmCode.PARKED_TOO_LONG
    late = select(row.source, row.entity, func.count()).group_by(row.source, row.entity)
    late = late.having(func.min(row.since) < moment(session) - PATIENCE)
    found = {About(one, entity): n for one, entity, n in await session.execute(late)}
    for alarm in await alarms(session):
        if alarm.code is code and alarm.about not in found:
            await clear_alarms(session, code, alarm.about)
    for about, count in found.items():
        await raise_alarm(session, code, about, detail={"rows": str(count)})


async def parked(
    session: AsyncSession, cursor: str | None = None, *, limit: int = 50
) -> ParkedPage:
    """What waits, the oldest first. Raises CursorRefused."""
    row, limit = ParkedRow, max(1, min(limit, LARGEST_PAGE))
    statement = select(row).order_by(row.since, row.id).limit(limit + 1)
    if cursor:
        statement = statement.where(beyond(row.since, row.id, cursor))
    found = [_parked(one) for one in await session.scalars(statement)]
    items = tuple(found[:limit])
    more = cursor_at(items[-1].since, items[-1].id) if len(found) > limit else None
    return ParkedPage(items=items, next_cursor=more)


async def _ready(session: AsyncSession, source: str) -> Sequence[ParkedRow]:
    row, parent = ParkedRow, Mirror
    same = (parent.entity, parent.source, parent.key)
    known = tuple_(*same) == tuple_(row.missing_entity, row.source, row.missing_key)
    statement = select(row).join(parent, known).where(row.source == source).order_by(row.id)
    return (await session.scalars(statement.limit(_AT_ONCE))).all()


async def _store(
    session: AsyncSession,
    entity: Entity,
    rows: Sequence[ParkedRow],
    ground: Ground,
    region: str,
) -> Outcome:
    """Take the rows out of the parking and store them; whose other parent is missing goes back."""
    reader = RowReader(entity, region=region)
    things = [_told(reader, one, ground.seal) for one in rows]
    await session.execute(delete(ParkedRow).where(ParkedRow.id.in_([one.id for one in rows])))
    outcome = await store(session, entity, things, ground)
    await park(session, entity, outcome.missing, ground)
    return outcome


def _told(reader: RowReader, row: ParkedRow, seal: NumberSeal) -> Told:
    cells = [_opened(reader.entity, one, row.id, seal) for one in row.cells]
    values = [reader.read(one) for one in cells]
    return Told(row.key, row.version, row.hash, values, cells, [0] * len(cells))


def _sealed(
    entity: Entity, cells: Sequence[str], parked: str, seal: NumberSeal
) -> dict[str, list[str] | str]:
    told: dict[str, list[str] | str] = {}
    for column, text in zip(entity.columns, cells, strict=True):
        if column.type is Type.NUMBER:
            number = seal.seal(text, parked)
            told[column.name] = [number.sealed, number.key]
        elif text:
            told[column.name] = text
    return told


def _opened(
    entity: Entity, told: dict[str, list[str] | str], parked: str, seal: NumberSeal
) -> tuple[str, ...]:
    texts = []
    for column in entity.columns:
        text = told.get(column.name, "")
        texts.append(text if isinstance(text, str) else seal.open(text[0], text[1], parked))
    return tuple(texts)


def _parked(row: ParkedRow) -> Parked:
    return Parked(
        id=row.id,
        source=row.source,
        entity=row.entity,
        key=row.key,
        missing_entity=row.missing_entity,
        missing_key=row.missing_key,
        since=row.since,
        tries=row.tries,
    )
