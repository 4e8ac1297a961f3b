"""The journal becomes cards: each call once, the newest picture, whatever happens on the way."""

import asyncio
import contextlib
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, select

from crm_core.cards import CardProjection, ProjectionOptions, card
from crm_core.database import Database, upgrade
from crm_core.errors import StorageAway
from crm_core.models import CallCard, JournalCursor, JournalRefusal
from routing.ids import AgentId, CallId
from routing.notices import CallView
from routing.terms import CallState
from tests.crm_core.calls import ListJournal, over, talking, view
from tests.crm_core.conftest import START, FakeClock
from tests.parts.postgres import Cluster, make_cluster

ANNA = AgentId("anna")
QUICK = ProjectionOptions(gather_s=0, first_delay_s=0.02, longest_delay_s=0.1)
LIVES: list[Callable[[str], CallView]] = [
    lambda call: view(call),
    lambda call: view(call, version=2, state=CallState.RINGING),
    lambda call: talking(call, ANNA),
    lambda call: talking(call, ANNA, version=4, state=CallState.HELD),
    lambda call: over(call, ANNA, CallState.WRAP_UP),
    lambda call: over(call, ANNA, CallState.CLOSED_INCOMPLETE, version=6),
]


async def stored(db: Database) -> dict[str, tuple[CallState, int]]:
    async with db.reading() as session:
        rows = await session.execute(select(CallCard.call, CallCard.state, CallCard.version))
        return {call: (state, version) for call, state, version in rows}


async def count(db: Database, table: type[CallCard] | type[JournalRefusal]) -> int:
    async with db.reading() as session:
        return await session.scalar(select(func.count()).select_from(table)) or 0


async def test_a_card_exists_from_the_first_event_on(db: Database) -> None:
    journal = ListJournal()
    journal.tell(view("c1", state=CallState.NEW))
    await CardProjection(db, journal).drain()
    async with db.reading() as session:
        found = await card(session, CallId("c1"))
    assert found and (found.state, found.arrived_at, found.rev) == (CallState.NEW, START, 0)
    assert found.raw_number == "8 945 555 01 01"


async def test_the_reasons_of_each_offer_are_kept(db: Database) -> None:
    journal = ListJournal()
    journal.tell(talking("c1", ANNA))
    await CardProjection(db, journal).drain()
    async with db.reading() as session:
        found = await card(session, CallId("c1"))
    assert found
    (offer,) = found.offers
    assert (offer["basis"], offer["rank"], offer["outcome"]) == ("priority_manager", 2, "answered")
    assert offer["passed_over"] == [{"agent": "busy", "why": "on_call", "rank": 1}]


@pytest.mark.parametrize("seed", range(4))
async def test_any_order_and_any_repetition_ends_in_the_same_cards(db: Database, seed: int) -> None:
    chance = random.Random(seed)
    pictures = [life(f"c{n}") for n in range(20) for life in LIVES]
    told = pictures + chance.choices(pictures, k=60)
    chance.shuffle(told)
    journal = ListJournal()
    for start in range(0, len(told), 3):
        journal.tell(*told[start : start + 3])
    projection = CardProjection(db, journal, options=ProjectionOptions(batch=7))
    await projection.drain()
    expected = {f"c{n}": (CallState.CLOSED_INCOMPLETE, 6) for n in range(20)}
    assert await stored(db) == expected
    await CardProjection(db, journal, journal="replayed").drain()
    assert await stored(db) == expected


async def test_the_cursor_moves_with_the_cards_and_only_forward(db: Database) -> None:
    journal = ListJournal()
    for n in range(5):
        journal.tell(view(f"c{n}"))
    slow = CardProjection(db, journal, options=ProjectionOptions(batch=2))
    await slow.drain()
    journal.tell(view("c5"))
    await CardProjection(db, journal).drain()
    async with db.reading() as session:
        assert await session.scalar(select(JournalCursor.position)) == f"{5:012d}"
    journal.kept = journal.kept[:5]
    slow._position = f"{1:012d}"
    await slow.drain()
    async with db.reading() as session:
        assert await session.scalar(select(JournalCursor.position)) == f"{5:012d}"


async def test_a_new_process_goes_on_where_the_last_one_ended(db: Database) -> None:
    journal = ListJournal()
    for n in range(6):
        journal.tell(view(f"c{n}"))
    await CardProjection(db, journal).drain()
    journal.tell(view("c6"))
    second = CardProjection(db, journal)
    await second.drain()
    assert (second.counts.entries, second.counts.cards) == (1, 1)
    assert await count(db, CallCard) == 7


async def test_quiet_time_is_not_written_at_each_tick(db: Database) -> None:
    journal = ListJournal()
    projection = CardProjection(db, journal, options=ProjectionOptions(batch=10))
    for _ in range(9):
        journal.tell()
        await projection.drain()
    assert projection.counts.batches == 0
    journal.tell()
    await projection.drain()
    assert projection.counts.batches == 1


async def test_text_that_a_database_cannot_keep_is_made_keepable(db: Database) -> None:
    journal = ListJournal()
    journal.tell(view("c1", caller_name="a\0b\udc80", raw_number="x" * 5_000))
    projection = CardProjection(db, journal)
    await projection.drain()
    assert projection.counts.refused == 0
    async with db.reading() as session:
        found = await card(session, CallId("c1"))
    assert found and found.network_name == "ab?" and len(found.raw_number) == 5_000


async def test_one_bad_picture_does_not_hold_up_the_others(db: Database) -> None:
    journal = ListJournal()
    bad = view("c2", arrived_at=START.replace(tzinfo=None))
    journal.tell(view("c1"), bad, view("c3"))
    projection = CardProjection(db, journal)
    await projection.drain()
    assert set(await stored(db)) == {"c1", "c3"}
    assert projection.counts.refused == await count(db, JournalRefusal) == 1


async def test_it_wakes_when_told_and_keeps_up(db: Database) -> None:
    journal = ListJournal()
    projection = CardProjection(db, journal, options=QUICK)
    running = asyncio.create_task(projection.run())
    for n in range(30):
        journal.tell(view(f"c{n}"))
        projection.wake()
        await asyncio.sleep(0)
    await until(lambda: projection.counts.entries == 30)
    await stop(running)
    assert await count(db, CallCard) == 30


async def test_a_reader_that_fails_is_tried_again(db: Database) -> None:
    class Faulty(ListJournal):
        failures = 3

        def read(self, after, limit):  # type: ignore[no-untyped-def]
            if self.failures:
                self.failures -= 1
                raise OSError("the disk says no")
            return super().read(after, limit)

    journal = Faulty()
    journal.tell(view("c1"))
    projection = CardProjection(db, journal, options=QUICK)
    running = asyncio.create_task(projection.run())
    await until(lambda: projection.counts.entries == 1)
    await stop(running)
    assert projection.counts.failures == 3


async def test_while_another_writer_holds_sqlite_the_journal_waits(
    sqlite_template: Path, tmp_path: Path, clock: FakeClock
) -> None:
    path = tmp_path / "bank.db"
    shutil.copy(sqlite_template, path)
    holder = Database(f"sqlite:///{path}", clock=clock)
    db = Database(f"sqlite:///{path}?timeout=0.05", clock=clock)
    journal = ListJournal()
    journal.tell(view("c1"))
    projection = CardProjection(db, journal, options=QUICK)
    async with holder.unit_of_work() as session:
        await session.execute(select(func.count()).select_from(CallCard))
        running = asyncio.create_task(projection.run())
        await until(lambda: projection.counts.away)
        assert projection.counts.entries == 0
    await until(lambda: projection.counts.entries == 1)
    await stop(running)
    assert not projection.counts.away
    await db.close()
    await holder.close()


@pytest.mark.postgres
async def test_while_postgresql_is_down_nothing_is_lost(clock: FakeClock) -> None:
    """A crash of the server in mid-stream, and its return."""
    cluster = make_cluster()
    cluster.start()
    try:
        db = Database(await asyncio.to_thread(migrated, cluster), clock=clock)
        journal = ListJournal()
        projection = CardProjection(db, journal, options=QUICK)
        running = asyncio.create_task(projection.run())
        journal.tell(view("before"))
        projection.wake()
        await until(lambda: projection.counts.entries == 1)
        await asyncio.to_thread(cluster.stop)
        for n in range(50):
            journal.tell(view(f"during{n}"))
            projection.wake()
        await until(lambda: projection.counts.away)
        with pytest.raises(StorageAway):
            await stored(db)
        await asyncio.to_thread(cluster.start)
        await until(lambda: projection.counts.entries == 51)
        await stop(running)
        assert len(await stored(db)) == 51
        await db.close()
    finally:
        await asyncio.to_thread(cluster.remove)


def migrated(cluster: Cluster) -> str:
    from_template = cluster.fresh()
    upgrade(from_template)
    return from_template


async def until(reached: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not reached():
            await asyncio.sleep(0.005)


async def stop(task: asyncio.Task[None]) -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
