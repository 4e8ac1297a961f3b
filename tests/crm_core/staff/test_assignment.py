"""Queues and skills of an employee: edited by one at a time, known ones only, and recorded."""

import pytest
from sqlalchemy import select

from crm_core.database import Database
from crm_core.errors import FieldRefused
from crm_core.models import AuditEvent, Role
from crm_core.staff.assignment import (
    AgentUnknown,
    Assignment,
    AssignmentStale,
    Known,
    Posting,
    assign,
    assignments,
)
from crm_core.staff.employees import deactivate, roster
from routing.ids import AgentId, QueueId, SkillId
from routing.roster import QueueProfile
from tests.crm_core.conftest import hired

SERVICE, CARDS = QueueId("service"), QueueId("cards")
ENGLISH, LOANS = SkillId("english"), SkillId("loans")
KNOWN = Known(queues=(SERVICE, CARDS), skills=(ENGLISH, LOANS))


def posting(*queues: QueueId, version: int, skills: dict[SkillId, int] | None = None) -> Posting:
    return Posting(queues=frozenset(queues), skills=skills or {}, version=version)


async def post(db: Database, employee: AgentId, wanted: Posting) -> None:
    async with db.unit_of_work() as session:
        await assign(session, employee, wanted, known=KNOWN, by="sue")


async def one(db: Database) -> Assignment:
    async with db.reading() as session:
        (found,) = await assignments(session)
        return found


async def test_queues_and_skills_are_what_was_said_last(db: Database) -> None:
    anna = (await hired(db, "anna")).id
    first = await one(db)
    assert (first.queues, dict(first.skills)) == ((), {})
    await post(db, anna, posting(SERVICE, version=first.version, skills={ENGLISH: 2, LOANS: 5}))
    second = await one(db)
    await post(db, anna, posting(CARDS, SERVICE, version=second.version, skills={ENGLISH: 4}))
    last = await one(db)
    assert (last.queues, dict(last.skills)) == ((CARDS, SERVICE), {ENGLISH: 4})
    async with db.reading() as session:
        profiles = (QueueProfile(queue=SERVICE, name="S"), QueueProfile(queue=CARDS, name="C"))
        (agent,) = (await roster(session, profiles)).agents
        events = await session.scalars(
            select(AuditEvent.actor).where(AuditEvent.action == "employee_assigned")
        )
        assert list(events) == ["sue", "sue"]
    assert (agent.queues, agent.skills) == ((CARDS, SERVICE), ((ENGLISH, 4),))


async def test_two_supervisors_do_not_undo_each_other(db: Database) -> None:
    anna = (await hired(db, "anna")).id
    seen = (await one(db)).version
    await post(db, anna, posting(SERVICE, version=seen))
    with pytest.raises(AssignmentStale):
        await post(db, anna, posting(version=seen))
    assert (await one(db)).queues == (SERVICE,)


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        (posting(QueueId("nowhere"), version=1), "queues"),
        (posting(version=1, skills={SkillId("juggling"): 1}), "skills"),
        (posting(version=1, skills={ENGLISH: 6}), "skills.english"),
        (posting(version=1, skills={ENGLISH: 0}), "skills.english"),
    ],
)
async def test_what_there_is_not_is_refused(db: Database, wanted: Posting, field: str) -> None:
    anna = (await hired(db, "anna")).id
    with pytest.raises(FieldRefused) as caught:
        await post(db, anna, wanted)
    assert caught.value.field == field


async def test_only_who_takes_calls_is_assigned(db: Database) -> None:
    sue, gone = await hired(db, "sue", Role.SUPERVISOR), await hired(db, "gone")
    async with db.unit_of_work() as session:
        await deactivate(session, gone.id, by="test", reason="left")
    for employee in (sue.id, gone.id, AgentId("nobody")):
        with pytest.raises(AgentUnknown):
            await post(db, employee, posting(SERVICE, version=1))
    async with db.reading() as session:
        assert await assignments(session) == []
