"""Writes under a key: made once, and known to be made even where the answer was lost."""

import asyncio

import pytest
from sqlalchemy import func, select

from crm_core.database import WITNESS, Database
from crm_core.errors import Refused
from crm_core.idempotency import (
    KEPT,
    AlreadyWritten,
    Answer,
    Claim,
    KeyReused,
    answered,
    forget,
    keep,
)
from crm_core.models import IdempotentWrite, Party
from crm_core.parties.records import PartyFacts, PersonName, add_person
from tests.crm_core.conftest import FakeClock

ANSWER = Answer(status=201, media_type="application/json", body=b'{"party": "1"}')


def claim(key: str = "k", *, fingerprint: str = "f", writer: str = "anna") -> Claim:
    return Claim(writer=writer, key=key, fingerprint=fingerprint)


async def write(db: Database, one: Claim, *, refused: bool = False) -> None:
    """Add a person in a task of its own, as a request does."""

    async def task() -> None:
        WITNESS.set(one)
        async with db.unit_of_work() as session:
            await add_person(
                session, PersonName(family="Berg", given="Ada"), PartyFacts(), by="test"
            )
            if refused:
                raise Refused

    await asyncio.create_task(task())


async def parties(db: Database) -> int:
    async with db.reading() as session:
        return await session.scalar(select(func.count()).select_from(Party)) or 0


async def test_a_write_and_its_answer(db: Database) -> None:
    one = claim()
    assert await answered(db, one) is None
    await write(db, one)
    await keep(db, one, ANSWER)
    assert await answered(db, claim()) == ANSWER


async def test_the_same_key_writes_once(db: Database) -> None:
    await write(db, claim())
    with pytest.raises(AlreadyWritten):
        await write(db, claim())
    assert await parties(db) == 1


async def test_two_at_once_write_once(db: Database) -> None:
    results = await asyncio.gather(*(write(db, claim()) for _ in range(5)), return_exceptions=True)
    assert sum(result is None for result in results) == 1
    assert all(result is None or isinstance(result, AlreadyWritten) for result in results)
    assert await parties(db) == 1


async def test_a_lost_answer_does_not_write_again(db: Database) -> None:
    await write(db, claim())
    with pytest.raises(AlreadyWritten):
        await answered(db, claim())


async def test_what_was_refused_leaves_no_key(db: Database) -> None:
    with pytest.raises(Refused):
        await write(db, claim(), refused=True)
    assert await answered(db, claim()) is None
    await write(db, claim())
    assert await parties(db) == 1


async def test_a_key_is_for_one_request_of_one_writer(db: Database) -> None:
    await write(db, claim())
    with pytest.raises(KeyReused):
        await answered(db, claim(fingerprint="other"))
    await write(db, claim(writer="boris"))
    assert await parties(db) == 2


async def test_old_keys_are_dropped(db: Database, clock: FakeClock) -> None:
    await write(db, claim("old"))
    clock.at += KEPT
    await write(db, claim("new"))
    clock.pass_(seconds=1)
    async with db.unit_of_work() as session:
        await forget(session)
        assert list(await session.scalars(select(IdempotentWrite.key))) == ["new"]
