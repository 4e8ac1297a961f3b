"""Times and codes at the database's gate."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import IntegrityError, StatementError

from crm_core.database import Database
from crm_core.models import Base, CallCard, EmployeeRow, JournalCursor
from crm_core.models.columns import UtcDateTime
from routing.terms import CallState
from tests.crm_core.calls import add_card, view
from tests.crm_core.conftest import START, hired

CURSOR = {"journal": "j", "position": "1"}


async def test_a_naive_time_is_refused(db: Database) -> None:
    naive = START.replace(tzinfo=None)
    with pytest.raises(StatementError, match="naive"):
        async with db.unit_of_work() as session:
            await session.execute(insert(JournalCursor).values(**CURSOR, moved_at=naive))


async def test_a_time_comes_back_aware_and_the_same(db: Database) -> None:
    kyiv = timezone(timedelta(hours=2))
    at = datetime(2026, 3, 2, 11, 0, 0, 123456, tzinfo=kyiv)
    async with db.unit_of_work() as session:
        await session.execute(insert(JournalCursor).values(**CURSOR, moved_at=at))
    async with db.reading() as session:
        found = await session.scalar(select(JournalCursor.moved_at))
    assert found == at and found is not None and found.tzinfo is UTC


def test_every_time_in_every_table_is_of_that_type() -> None:
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            told = column.name.endswith(("_at", "_from", "_to", "since", "until", "deadline"))
            if told and not column.foreign_keys:
                assert isinstance(column.type, UtcDateTime), f"{table.name}.{column.name}"


async def test_a_card_takes_each_state_of_the_state_machine_and_no_other(db: Database) -> None:
    await add_card(db, view("c1"))
    for state in CallState:
        if state is CallState.CLOSED:
            continue  # it needs its paperwork, see test_filling
        async with db.unit_of_work() as session:
            await session.execute(update(CallCard).values(state=state))
    with pytest.raises(IntegrityError):
        async with db.unit_of_work() as session:
            await session.execute(text("UPDATE call_card SET state = 'daydreaming'"))


async def test_two_who_change_an_employee_at_once_do_not_overwrite_each_other(
    db: Database,
) -> None:
    anna = await hired(db, "anna")
    async with db.reading() as session:
        mine = await session.get(EmployeeRow, anna.id)
        assert mine
    async with db.unit_of_work() as session:
        theirs = await session.get(EmployeeRow, anna.id)
        assert theirs
        theirs.name = "Theirs"
    with pytest.raises(Exception, match="0 were matched"):
        async with db.unit_of_work() as session:
            session.add(mine)
            mine.name = "Mine"
