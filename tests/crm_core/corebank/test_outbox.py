"""The outbox: in the transaction or not at all, in order within a party, given up at last."""

from datetime import timedelta

import pytest

from crm_core.corebank.outbox import (
    FIRST_WAIT,
    LONGEST_WAIT,
    MOST_TRIES,
    MessageUnknown,
    OutboxKind,
    dead_letters,
    delivered,
    due,
    failed,
    publish,
    retry,
    wait_after,
    waiting,
)
from crm_core.corebank.signing import is_signed, signature
from crm_core.database import Database
from tests.crm_core.conftest import START, FakeClock, hired


async def told(db: Database, *subjects: str) -> None:
    async with db.unit_of_work() as session:
        for n, subject in enumerate(subjects):
            await publish(session, OutboxKind.CALL_LOGGED, subject, {"n": n})


async def next_ones(db: Database) -> list[tuple[str, int]]:
    async with db.reading() as session:
        return [(one.subject, one.payload["n"]) for one in await due(session, limit=10)]


async def test_what_is_rolled_back_is_not_told(db: Database) -> None:
    with pytest.raises(RuntimeError):
        async with db.unit_of_work() as session:
            await publish(session, OutboxKind.PROMISE_CREATED, "p1", {})
            raise RuntimeError
    async with db.reading() as session:
        assert await waiting(session) == 0


async def test_a_subjects_messages_go_one_after_the_other(db: Database) -> None:
    await told(db, "p1", "p1", "p2")
    assert await next_ones(db) == [("p1", 0), ("p2", 2)]
    async with db.unit_of_work() as session:
        await delivered(session, (await due(session, limit=1))[0])
    assert await next_ones(db) == [("p1", 1), ("p2", 2)]


async def test_a_failed_message_holds_up_its_own_subject_only(
    db: Database, clock: FakeClock
) -> None:
    await told(db, "p1", "p1", "p2")
    async with db.unit_of_work() as session:
        await failed(session, (await due(session, limit=1))[0], "http_500")
    assert await next_ones(db) == [("p2", 2)]
    clock.at += FIRST_WAIT
    assert await next_ones(db) == [("p1", 0), ("p2", 2)]


async def test_a_message_is_given_up_and_can_be_tried_again(db: Database, clock: FakeClock) -> None:
    boss = await hired(db, "boss")
    await told(db, "p1", "p1")
    for _n in range(MOST_TRIES):
        async with db.unit_of_work() as session:
            await failed(session, (await due(session, limit=1))[0], "http_500")
        clock.at += LONGEST_WAIT
    assert await next_ones(db) == [("p1", 1)]
    async with db.unit_of_work() as session:
        (dead,) = await dead_letters(session)
        await retry(session, dead.id, by=boss.id)
    assert await next_ones(db) == [("p1", 0)]
    with pytest.raises(MessageUnknown):
        async with db.unit_of_work() as session:
            await retry(session, dead.id, by=boss.id)


def test_waits_grow_up_to_an_hour() -> None:
    waits = [wait_after(tries) for tries in range(1, MOST_TRIES)]
    assert waits[:3] == [timedelta(seconds=s) for s in (5, 10, 20)]
    assert waits == sorted(waits) and waits[-1] == LONGEST_WAIT


def test_a_signature_holds_for_its_body_secret_and_time() -> None:
    header = signature(b"body", secret=b"s", at=START)

    def holds(body: bytes = b"body", secret: bytes = b"s", late_s: int = 0) -> bool:
        now = START + timedelta(seconds=late_s)
        return is_signed(body, header, secret=secret, now=now, within_s=300)

    assert holds()
    assert not holds(body=b"other") and not holds(secret=b"t") and not holds(late_s=301)
    assert not is_signed(b"body", "nonsense", secret=b"s", now=START, within_s=300)
