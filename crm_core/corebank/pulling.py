"""Pulling: the core bank is asked what has changed since a cursor, page by page.

    GET /{entity}?since=<cursor>&limit=1000  ->  rows in the order of their change, next cursor

The cursor is the bank's and opaque. It is stored in the transaction that stores its page, so that a
pull that was cut off goes on where it ended; a page told twice changes nothing. A row that the bank
has no more comes as a tombstone, by its key. Whoever speaks HTTP implements `ChangeSource`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.corebank.alarms import About, AlarmCode, raise_alarm, told
from crm_core.corebank.cells import CellRefused, RowReader, Told
from crm_core.corebank.cells import told as told_of
from crm_core.corebank.entities import ENTITIES, VERSION, Entity
from crm_core.corebank.ground import Ground, Outcome
from crm_core.corebank.landing import LANDINGS
from crm_core.corebank.names import EntityName
from crm_core.corebank.parking import park, unpark
from crm_core.corebank.store import store, targets
from crm_core.database import Database, moment
from crm_core.models import BankFreshness, Mirror
from crm_core.sealing import NumberSeal

PAGE = 1_000

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """A page of what has changed: things (each of one row, or of a group's rows), keys of what is
    gone, and the cursor after them. `more` tells that there is another page."""

    business_date: date
    things: Sequence[Sequence[Row]]
    gone: Sequence[str]
    cursor: str
    more: bool


class ChangeSource(Protocol):
    """A core bank that can be asked. May raise OSError or TimeoutError."""

    @property
    def name(self) -> str: ...

    async def changes(self, entity: EntityName, since: str | None, limit: int) -> Changes: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PullProblem:
    """A thing that was refused: its key at the source, the column at fault, and why."""

    key: str
    column: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PullReport:
    """What became of the rows that were pulled; `refused` are the things that were not taken."""

    pages: int
    stored: int
    unchanged: int
    refused: tuple[PullProblem, ...]
    parked: int
    ended: int


async def pull(
    db: Database, source: ChangeSource, entity: EntityName, *, seal: NumberSeal, region: str
) -> PullReport:
    """Take over all that has changed since the last pull. Raises what the source raises; the
    pages before it are stored."""
    of, outcome, pages, ended = ENTITIES[entity], Outcome(), 0, 0
    refused: list[PullProblem] = []
    reader = RowReader(of, region=region)
    since = await _cursor(db, source.name, entity)
    while True:
        page = await source.changes(entity, since, PAGE)
        things, wrong = _read(reader, page.things)
        async with db.unit_of_work() as session:
            ground = Ground(
                source=source.name,
                business_date=page.business_date,
                now=moment(session),
                seal=seal,
            )
            outcome.add(await _store(session, of, things, ground, region))
            ended += await _end(session, of, page.gone, ground)
            await told(session, source.name, entity, cursor=page.cursor)
        refused += wrong
        pages, since = pages + 1, page.cursor
        if not page.more:
            return PullReport(
                pages=pages,
                stored=outcome.stored,
                unchanged=outcome.unchanged + outcome.older,
                refused=(*refused, *_problems(outcome)),
                parked=len(outcome.missing),
                ended=ended,
            )


async def _cursor(db: Database, source: str, entity: EntityName) -> str | None:
    async with db.reading() as session:
        row = await session.get(BankFreshness, (source, entity))
    return row.cursor if row else None


def _read(
    reader: RowReader, things: Sequence[Sequence[Row]]
) -> tuple[list[Told], list[PullProblem]]:
    """What can be read, and what cannot."""
    found: list[Told] = []
    wrong: list[PullProblem] = []
    for rows in things:
        cells = [tuple(row.get(name, "") for name in reader.entity.header) for row in rows]
        try:
            values = [reader.read(one) for one in cells]
            found.append(told_of(reader.entity, values, cells, [0] * len(cells)))
        except CellRefused as error:
            key = rows[0].get(reader.entity.key, "") if rows else ""
            wrong.append(PullProblem(key=key, column=error.column, reason=error.reason))
    return found, wrong


def _problems(outcome: Outcome) -> list[PullProblem]:
    """What was found wrong beside what is held."""
    refused = [PullProblem(key=one.key, column=c, reason=why) for one, c, why in outcome.refused]
    reason = AlarmCode.VERSION_CONFLICT
    return refused + [
        PullProblem(key=one.key, column=VERSION, reason=reason) for one in outcome.conflicts
    ]


async def _store(
    session: AsyncSession, entity: Entity, things: list[Told], ground: Ground, region: str
) -> Outcome:
    outcome = await store(session, entity, things, ground)
    await park(session, entity, outcome.missing, ground)
    for one in outcome.conflicts:
        about = About(ground.source, entity.name, one.key)
        await raise_alarm(session, AlarmCode.VERSION_CONFLICT, about)
    await unpark(session, ground, region=region)
    return outcome


async def _end(session: AsyncSession, entity: Entity, gone: Sequence[str], ground: Ground) -> int:
    """End what is gone, if it is something that ends."""
    end, row = LANDINGS[entity.name].end, Mirror
    held = await targets(session, entity.name, ground.source, gone) if gone else {}
    if end is None or not held:
        return 0
    await end(session, ground, list(held.values()))
    same = row.entity == entity.name, row.source == ground.source, row.key.in_(list(held))
    await session.execute(update(row).where(*same).values(ended_at=ground.now))
    return len(held)
