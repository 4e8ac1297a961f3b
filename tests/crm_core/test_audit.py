"""The chain cannot be changed, cut or reordered without being seen."""

import asyncio

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.audit import Action, ChainCheck, Subject, record, verify
from crm_core.database import Database
from crm_core.models import AuditEvent

ANNA = Subject(kind="party", id="anna")
TAMPERING = [
    ("UPDATE audit_event SET actor = 'someone else' WHERE seq = 3", 3),
    ("UPDATE audit_event SET reason = 'another' WHERE seq = 1", 1),
    ('UPDATE audit_event SET detail = \'{"code": "other"}\' WHERE seq = 2', 2),
    ("DELETE FROM audit_event WHERE seq = 3", 3),
    ("DELETE FROM audit_event WHERE seq = 5", 5),
    ("DELETE FROM audit_event", 1),
    ("UPDATE audit_event SET seq = 9 WHERE seq = 5", 5),
    ("UPDATE audit_head SET seq = 6", 6),
]


async def fill(db: Database, events: int = 5) -> None:
    for n in range(events):
        async with db.unit_of_work() as session:
            await record(
                session,
                Action.PARTY_VIEWED,
                actor="clerk",
                subject=ANNA,
                reason=f"call:{n}",
                detail={"code": str(n), "ё": "王"},
            )


async def checked(db: Database) -> ChainCheck:
    async with db.reading() as session:
        return await verify(session)


async def unguard(session: AsyncSession) -> None:
    """What someone with the keys to the database could do."""
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(text("SET LOCAL session_replication_role = replica"))
        return
    for deed in ("update", "delete"):
        await session.execute(text(f"DROP TRIGGER audit_event_no_{deed}"))


async def test_an_untouched_chain_is_unbroken(db: Database) -> None:
    assert await checked(db) == ChainCheck(events=0, broken_at=None)
    await fill(db)
    assert await checked(db) == ChainCheck(events=5, broken_at=None)


@pytest.mark.parametrize(("tampering", "at"), TAMPERING)
async def test_tampering_is_seen_where_it_was_done(db: Database, tampering: str, at: int) -> None:
    await fill(db)
    async with db.unit_of_work() as session:
        await unguard(session)
        await session.execute(text(tampering))
    assert (await checked(db)).broken_at == at


@pytest.mark.parametrize("tampering", [t for t, _ in TAMPERING if "audit_event" in t])
async def test_the_database_itself_refuses_to_change_the_past(db: Database, tampering: str) -> None:
    await fill(db)
    with pytest.raises(DBAPIError, match="only grows"):
        async with db.unit_of_work() as session:
            await session.execute(text(tampering))


async def test_what_was_rolled_back_leaves_no_gap(db: Database) -> None:
    await fill(db, 2)
    with pytest.raises(ZeroDivisionError):
        async with db.unit_of_work() as session:
            await record(session, Action.SIGNED_IN, actor="x", subject=ANNA, reason="")
            raise ZeroDivisionError
    await fill(db, 2)
    assert await checked(db) == ChainCheck(events=4, broken_at=None)


async def test_many_writers_at_once_make_one_chain(db: Database) -> None:
    await asyncio.gather(*(fill(db, 5) for _ in range(8)))
    assert await checked(db) == ChainCheck(events=40, broken_at=None)
    async with db.reading() as session:
        seqs = (await session.scalars(select(AuditEvent.seq))).all()
    assert sorted(seqs) == list(range(1, 41))
