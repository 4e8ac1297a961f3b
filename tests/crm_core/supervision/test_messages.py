"""Messages of supervisors: who may read what, once, and what the audit keeps of them."""

import pytest
from sqlalchemy import select

from crm_core.database import Database
from crm_core.errors import FieldRefused
from crm_core.models import AuditEvent, Role
from crm_core.staff.employees import Employee
from crm_core.supervision import messages
from crm_core.supervision.messages import LONGEST, MessageUnknown
from routing.ids import AgentId
from tests.crm_core.conftest import FakeClock, hired


@pytest.fixture
async def eva(db: Database) -> Employee:
    return await hired(db, "eva", Role.SUPERVISOR)


@pytest.fixture
async def anna(db: Database) -> Employee:
    return await hired(db, "anna", Role.AGENT)


async def write(db: Database, to: Employee, text: str, *, by: Employee) -> str:
    async with db.unit_of_work() as session:
        return await messages.send(session, to=to.id, text=text, by=by.id)


async def test_message_stands_until_it_is_read(
    db: Database, clock: FakeClock, eva: Employee, anna: Employee
) -> None:
    first = await write(db, anna, "  Call the branch back  ", by=eva)
    clock.pass_(minutes=1)
    await write(db, anna, "Thank you", by=eva)
    async with db.reading() as session:
        told = await messages.unread(session, anna.id)
        assert await messages.unread(session, eva.id) == []
    assert [(one.text, one.author_name) for one in told] == [
        ("Call the branch back", "Eva"),
        ("Thank you", "Eva"),
    ]
    clock.pass_(minutes=1)
    for _ in range(2):
        async with db.unit_of_work() as session:
            assert await messages.read(session, first, by=anna.id) == eva.id
        clock.pass_(minutes=1)
    async with db.reading() as session:
        assert [one.text for one in await messages.unread(session, anna.id)] == ["Thank you"]
        newest, oldest = await messages.sent(session, eva.id)
    assert newest.read_at is None
    assert oldest.read_at is not None
    assert (clock.now() - oldest.read_at).total_seconds() == 120


async def test_others_messages_cannot_be_read(db: Database, eva: Employee, anna: Employee) -> None:
    message = await write(db, anna, "Hello", by=eva)
    with pytest.raises(MessageUnknown):
        async with db.unit_of_work() as session:
            await messages.read(session, message, by=eva.id)


@pytest.mark.parametrize(("text", "code"), [("   ", "required"), ("x" * (LONGEST + 1), "too_long")])
async def test_what_cannot_be_sent(
    db: Database, eva: Employee, anna: Employee, text: str, code: str
) -> None:
    with pytest.raises(FieldRefused) as refused:
        await write(db, anna, text, by=eva)
    assert (refused.value.field, refused.value.problem) == ("text", code)


async def test_nobody_else_can_be_written_to(db: Database, eva: Employee) -> None:
    with pytest.raises(FieldRefused):
        async with db.unit_of_work() as session:
            await messages.send(session, to=AgentId("nobody"), text="Hello", by=eva.id)


async def test_audit_keeps_the_deeds_and_no_words(
    db: Database, eva: Employee, anna: Employee
) -> None:
    message = await write(db, anna, "Call the branch back", by=eva)
    async with db.unit_of_work() as session:
        await messages.read(session, message, by=anna.id)
    async with db.reading() as session:
        newest = select(AuditEvent).order_by(AuditEvent.seq.desc()).limit(2)
        read, sent = (await session.scalars(newest)).all()
    assert (sent.action, sent.actor, sent.subject) == ("agent_messaged", eva.id, anna.id)
    assert (read.action, read.actor, read.subject) == ("message_read", anna.id, anna.id)
    assert "branch" not in str((sent.detail, sent.reason, read.detail, read.reason))
