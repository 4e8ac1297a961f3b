"""Versions of flows on both databases: each flow for itself, unsound drafts, sound proposals."""

import asyncio
from collections import Counter

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from crm_core.database import Database
from crm_core.errors import FieldRefused
from crm_core.four_eyes.errors import SameEyes
from crm_core.four_eyes.states import VersionState
from crm_core.models import AuditEvent, FlowVersion
from crm_core.selfservice.flow_versions import (
    LARGEST_TEXT,
    FlowChanged,
    FlowUnknown,
    FlowUnsound,
    bounded,
    keep_first,
    numbers_published,
    published,
    sound,
    standing,
    versions_of,
)
from crm_core.written.mistakes import Common, Mistake
from routing.ids import AgentId, FlowId

MAIN, SURVEY, NEW = FlowId("main"), FlowId("survey"), FlowId("new")
ANNA, BORIS = AgentId("anna"), AgentId("boris")


def without_start(text: str) -> list[Mistake]:
    """A checker: a text must say where it begins."""
    return [] if "start" in text else [Mistake(line=1, problem=Common.EMPTY)]


CHECK = sound(without_start)


@pytest.fixture
async def bank(db: Database) -> Database:
    async with db.unit_of_work() as session:
        await keep_first(session, {MAIN: "start: a", SURVEY: "start: s"})
    return db


async def draft(db: Database, flow: FlowId, body: str, by: AgentId = ANNA, seen: int = 0) -> int:
    async with db.unit_of_work() as session:
        return await versions_of(flow).keep_draft(session, body, check=bounded, seen=seen, by=by)


async def propose(db: Database, flow: FlowId, number: int, seen: int) -> None:
    async with db.unit_of_work() as session:
        await versions_of(flow).propose(
            session, number, check=CHECK, seen=seen, why="better", by=ANNA
        )


async def publish(db: Database, flow: FlowId, number: int, over: int, by: AgentId) -> None:
    async with db.unit_of_work() as session:
        seen = (await versions_of(flow).one(session, number)).row_version
        await versions_of(flow).publish(
            session, number, check=CHECK, seen=seen, over=over, why="good", by=by
        )


async def numbers(db: Database) -> dict[FlowId, int]:
    async with db.reading() as session:
        return await numbers_published(session)


async def test_a_flow_that_comes_later_is_added_and_none_is_overwritten(bank: Database) -> None:
    async with bank.unit_of_work() as session:
        await keep_first(session, {MAIN: "start: other", NEW: "start: n"})
    async with bank.reading() as session:
        bodies = {flow: kept.body for flow, kept in (await published(session)).items()}
    assert bodies == {MAIN: "start: a", NEW: "start: n", SURVEY: "start: s"}


async def test_flows_change_apart_from_each_other(bank: Database) -> None:
    assert await draft(bank, MAIN, "start: b") == await draft(bank, SURVEY, "start: t") == 2
    await propose(bank, MAIN, 2, seen=1)
    await propose(bank, SURVEY, 2, seen=1)
    with pytest.raises(SameEyes):
        await publish(bank, MAIN, 2, 1, ANNA)
    await publish(bank, MAIN, 2, 1, BORIS)
    assert await numbers(bank) == {MAIN: 2, SURVEY: 1}
    async with bank.reading() as session:
        main, survey = await standing(session)
        events = (await session.scalars(select(AuditEvent).order_by(AuditEvent.seq))).all()
    assert main.published and main.published.body == "start: b" and main.proposed is None
    assert survey.proposed and survey.proposed.version == 2 and survey.draft is None
    assert [(one.action, one.subject_kind, one.subject) for one in events][-1] == (
        "flow_published",
        "flow",
        "main/2",
    )


async def test_a_draft_may_be_unsound_but_a_proposal_may_not(bank: Database) -> None:
    number = await draft(bank, MAIN, "nothing")
    with pytest.raises(FlowUnsound) as refused:
        await propose(bank, MAIN, number, seen=1)
    assert [one.problem for one in refused.value.mistakes] == [Common.EMPTY]
    with pytest.raises(FieldRefused):
        await draft(bank, MAIN, "x" * (LARGEST_TEXT + 1), seen=1)
    with pytest.raises(FlowUnknown):
        await draft(bank, NEW, "start: n")


async def test_a_flow_is_begun_by_one_and_published_over_nothing(bank: Database) -> None:
    async def begin(by: AgentId) -> int:
        async with bank.unit_of_work() as session:
            return await versions_of(NEW).begin(session, "start: n", by=by)

    came = await asyncio.gather(begin(ANNA), begin(ANNA), return_exceptions=True)
    assert Counter(type(one) for one in came) == {int: 1, FlowChanged: 1}
    await propose(bank, NEW, 1, seen=1)
    with pytest.raises(FlowChanged):
        await publish(bank, NEW, 1, 1, BORIS)
    await publish(bank, NEW, 1, 0, BORIS)
    assert (await numbers(bank))[NEW] == 1


async def test_the_database_itself_holds_four_eyes_and_one_published(bank: Database) -> None:
    await propose(bank, MAIN, await draft(bank, MAIN, "start: b"), seen=1)
    row = FlowVersion
    one = update(row).where(row.flow == MAIN, row.version == 2)
    decided = one.values(state=VersionState.PUBLISHED, decided_at=row.drafted_at)
    for by in (ANNA, BORIS):
        with pytest.raises(IntegrityError):
            async with bank.unit_of_work() as session:
                if by == ANNA:
                    first = update(row).where(row.flow == MAIN, row.version == 1)
                    await session.execute(
                        first.values(state=VersionState.REPLACED, replaced_at=row.drafted_at)
                    )
                await session.execute(decided.values(decided_by=by))
