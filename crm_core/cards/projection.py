"""The projection: SQL drains the journal into call cards and agents' states, and never holds up a
call.

A batch of entries becomes one transaction with the cards, the states and the cursor, so that a
killed process neither loses nor repeats anything that matters. While SQL is away the journal simply
grows; the loop tries again with a growing delay. A picture that SQL will not take is set aside,
counted and logged, so that one bad call never stops the others.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy import select
from sqlalchemy.exc import InterfaceError, OperationalError, StatementError
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.cards.journal import JournalEntry, JournalReader
from crm_core.cards.rows import card_row, write_rows
from crm_core.database import Database, moment
from crm_core.errors import StorageAway
from crm_core.models import JournalCursor, JournalRefusal
from crm_core.reports.agent_states import (
    StateTold,
    settle_handling,
    states_told,
    write_states,
)
from crm_core.upsert import insert_into
from routing.ids import CallId
from routing.notices import CallChanged, CallView

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectionOptions:
    """Batches hold at most `batch` entries and wait at most `gather_s` seconds to fill."""

    batch: int = 200
    gather_s: float = 0.05
    first_delay_s: float = 0.1
    longest_delay_s: float = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What a batch of entries tells: the newest picture of each call with its place, and all of the
    agents; `position` is where the journal goes on."""

    calls: dict[CallId, tuple[str, CallView]]
    states: tuple[StateTold, ...]
    position: str


@dataclass(slots=True)
class ProjectionCounts:
    """What the projection has done since it was made, for metrics."""

    entries: int = 0
    cards: int = 0
    states: int = 0
    batches: int = 0
    refused: int = 0
    failures: int = 0
    away: bool = False


class CardProjection:
    """Drains one journal. Run `run()` in a task of its own; `wake()` after each append."""

    def __init__(
        self,
        db: Database,
        reader: JournalReader,
        *,
        journal: str = "main",
        options: ProjectionOptions | None = None,
    ) -> None:
        self._db = db
        self._reader = reader
        self._journal = journal
        self._options = options or ProjectionOptions()
        self._wake = asyncio.Event()
        self._position: str | None = None
        self._loaded = False
        self._unsaved = 0
        self.counts = ProjectionCounts()

    @property
    def position(self) -> str | None:
        """How far the journal is in SQL, as far as we have looked; None before the first look."""
        return self._position

    def wake(self) -> None:
        """There may be new entries. Costs nothing."""
        self._wake.set()

    async def run(self) -> None:
        """Drain for ever. Cancel it to stop; `drain` once more then if the journal must be out."""
        delay = self._options.first_delay_s
        while True:
            try:
                await self.drain()
                self.counts.away, delay = False, self._options.first_delay_s
                await self._gather()
            except Exception as error:  # noqa: BLE001 - supervised: counted, logged, tried again
                self._failed(error, delay)
                await asyncio.sleep(delay)
                delay = min(delay * 2, self._options.longest_delay_s)

    async def drain(self) -> None:
        """Write all that the journal holds now."""
        await self._load()
        while entries := self._reader.read(self._position, self._options.batch):
            await self._take(entries)

    async def _gather(self) -> None:
        await self._wake.wait()
        self._wake.clear()
        await asyncio.sleep(self._options.gather_s)

    async def _load(self) -> None:
        if self._loaded:
            return
        cursor = select(JournalCursor.position).where(JournalCursor.journal == self._journal)
        async with self._db.reading() as session:
            self._position = await session.scalar(cursor)
        self._loaded = True

    async def _take(self, entries: Sequence[JournalEntry]) -> None:
        """Write a batch. With nothing to keep in it the cursor is saved only now and then."""
        batch = _batch(entries)
        unsaved = self._unsaved + len(entries)
        if batch.calls or batch.states or unsaved >= self._options.batch:
            await self._write(batch)
            unsaved = 0
        self._unsaved, self._position = unsaved, batch.position
        self.counts.entries += len(entries)

    async def _write(self, batch: Batch) -> None:
        try:
            await self._write_all(batch)
        except StatementError as error:  # what is away has become StorageAway before
            _log.warning("cards.batch_refused", calls=len(batch.calls), error=type(error).__name__)
            await self._write_each(batch)
        self.counts.batches += 1

    async def _write_all(self, batch: Batch) -> None:
        async with self._db.unit_of_work() as session:
            rows = _rows(session, batch.calls)
            if rows:
                await write_rows(session, rows)
            touched = await write_states(session, batch.states)
            await self._conclude(session, batch, touched)
        self.counts.cards += len(batch.calls)
        self.counts.states += len(batch.states)

    async def _write_each(self, batch: Batch) -> None:
        async with self._db.unit_of_work() as session:
            for call, picture in batch.calls.items():
                try:
                    async with session.begin_nested():
                        await write_rows(session, _rows(session, {call: picture}))
                    self.counts.cards += 1
                except (OperationalError, InterfaceError):
                    raise
                except StatementError as error:
                    await self._set_aside(session, call, picture[0], error)
            await self._conclude(session, batch, await self._write_each_state(session, batch))

    async def _write_each_state(self, session: AsyncSession, batch: Batch) -> set[CallId]:
        touched: set[CallId] = set()
        for state in batch.states:
            try:
                async with session.begin_nested():
                    touched |= await write_states(session, [state])
                self.counts.states += 1
            except (OperationalError, InterfaceError):
                raise
            except StatementError as error:
                self.counts.refused += 1
                _log.error("cards.state_refused", agent=state.agent, error=type(error).__name__)
        return touched

    async def _conclude(self, session: AsyncSession, batch: Batch, touched: set[CallId]) -> None:
        await settle_handling(session, touched | batch.calls.keys())
        await self._move_cursor(session, batch.position)

    async def _set_aside(
        self, session: AsyncSession, call: CallId, position: str, error: StatementError
    ) -> None:
        reason = type(error.orig or error).__name__
        self.counts.refused += 1
        _log.error("cards.card_refused", call=call, error=reason)
        statement = insert_into(session, JournalRefusal).on_conflict_do_nothing()
        row = {"journal": self._journal, "position": position, "call": call, "error": reason}
        await session.execute(statement, {**row, "refused_at": moment(session)})

    async def _move_cursor(self, session: AsyncSession, position: str) -> None:
        """Forward only: a drainer that slept through its takeover must not set it back."""
        statement = insert_into(session, JournalCursor)
        new = statement.excluded
        await session.execute(
            statement.on_conflict_do_update(
                index_elements=[JournalCursor.journal],
                set_={"position": new.position, "moved_at": new.moved_at},
                where=JournalCursor.position < new.position,
            ),
            {"journal": self._journal, "position": position, "moved_at": moment(session)},
        )

    def _failed(self, error: Exception, delay: float) -> None:
        self.counts.failures += 1
        self.counts.away = isinstance(error, StorageAway)
        _log.warning("cards.drain_failed", error=type(error).__name__, again_in_s=delay)


def _batch(entries: Sequence[JournalEntry]) -> Batch:
    return Batch(
        calls=_newest(entries),
        states=states_told(entry.decision for entry in entries),
        position=entries[-1].position,
    )


def _newest(entries: Sequence[JournalEntry]) -> dict[CallId, tuple[str, CallView]]:
    newest: dict[CallId, tuple[str, CallView]] = {}
    for entry in entries:
        for notice in entry.decision.notices:
            if isinstance(notice, CallChanged):
                view = notice.call
                known = newest.get(view.call)
                if known is None or known[1].version < view.version:
                    newest[view.call] = (entry.position, view)
    return newest


def _rows(
    session: AsyncSession, newest: dict[CallId, tuple[str, CallView]]
) -> list[dict[str, Any]]:
    now = moment(session)
    return [
        card_row(view, position=position, recorded_at=now) for position, view in newest.values()
    ]
