"""Units of work: all or nothing, and what is told when the database is not there."""

import asyncio

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from crm_core.database import Database, moment
from crm_core.errors import StorageAway
from crm_core.models import JournalCursor, QueueMember
from tests.crm_core.conftest import START, FakeClock


async def test_an_error_leaves_nothing_behind(db: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        async with db.unit_of_work() as session:
            await session.execute(
                insert(JournalCursor).values(journal="j", position="1", moved_at=START)
            )
            raise ZeroDivisionError
    async with db.reading() as session:
        assert await session.scalar(select(JournalCursor.journal)) is None


async def test_foreign_keys_hold(db: Database) -> None:
    with pytest.raises(IntegrityError):
        async with db.unit_of_work() as session:
            await session.execute(insert(QueueMember).values(queue="q", employee="nobody"))


async def test_reading_cannot_write(db: Database) -> None:
    with pytest.raises(DBAPIError, match=r"(?i)read.?only"):
        async with db.reading() as session:
            await session.execute(text("DELETE FROM journal_cursor"))


async def test_reading_does_not_wait_for_a_writer(db: Database) -> None:
    async with db.unit_of_work() as writer:
        await writer.execute(
            insert(JournalCursor).values(journal="j", position="1", moved_at=START)
        )
        async with asyncio.timeout(2), db.reading() as session:
            assert await session.scalar(select(JournalCursor.journal)) is None


async def test_writers_at_once_lose_no_update(db: Database) -> None:
    async with db.unit_of_work() as session:
        await session.execute(
            insert(JournalCursor).values(journal="j", position="0", moved_at=START)
        )

    async def add() -> None:
        async with db.unit_of_work() as session:
            row = await session.get(JournalCursor, "j", with_for_update=True)
            assert row
            row.position = str(int(row.position) + 1)

    await asyncio.gather(*(add() for _ in range(12)))
    async with db.reading() as session:
        assert await session.scalar(select(JournalCursor.position)) == "12"


async def test_a_defect_of_ours_is_not_called_an_outage(db: Database) -> None:
    with pytest.raises(DBAPIError) as told:
        async with db.reading() as session:
            await session.execute(text("SELECT * FROM no_such_table"))
    assert not isinstance(told.value, StorageAway)


async def test_an_errors_text_has_no_clients_data(db: Database) -> None:
    with pytest.raises(IntegrityError) as told:
        async with db.unit_of_work() as session:
            await session.execute(insert(QueueMember).values(queue="+79455550101", employee="x"))
    assert "+79455550101" not in str(told.value)


@pytest.mark.postgres
async def test_a_server_that_is_not_there_is_an_outage() -> None:
    db = Database("postgresql://tellerline@127.0.0.1:1/none")
    with pytest.raises(StorageAway):
        async with db.reading() as session:
            await session.execute(text("SELECT 1"))


async def test_a_unit_of_work_knows_the_time(db: Database, clock: FakeClock) -> None:
    async with db.unit_of_work() as session:
        assert moment(session) == clock.now()


@pytest.mark.parametrize("url", ["mysql://x/y", "oracle://x"])
def test_other_databases_are_refused(url: str) -> None:
    with pytest.raises(ValueError, match="sqlite: or postgresql:"):
        Database(url)
