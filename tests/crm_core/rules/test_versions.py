"""Versions of the rules on both databases: four eyes, one published, races, the way back."""

import asyncio
from collections import Counter
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from crm_core.audit import Action, verify
from crm_core.database import Database
from crm_core.errors import FieldRefused, Refused
from crm_core.four_eyes.errors import NothingChanged, ProposalWaits, SameEyes
from crm_core.four_eyes.kept import Kept
from crm_core.four_eyes.states import VersionState
from crm_core.models import AuditEvent, EmployeeRow, RoutingRules
from crm_core.rules.house import House, known_now
from crm_core.rules.mistakes import RulesRefused
from crm_core.rules.versions import RULES, RulesChanged, RulesUnknown, published, sound
from crm_core.rules.vocabulary import Known
from crm_core.states import MoveRefused
from crm_core.worktime.opening import OpeningHours
from routing.ids import AgentId, ScheduleId
from routing.rules.terms import NO_RULES
from tests.crm_core.conftest import hired

FIRST = "rules: [{rule: One, then: {credit: 1}}]\n"
SECOND = "rules: [{rule: Two, then: {credit: 2}}]\n"
THIRD = "rules: [{rule: Three, then: {credit: 3}}]\n"
CHECK = sound(Known())
ANNA, BORIS, CLARA = AgentId("anna"), AgentId("boris"), AgentId("clara")


@pytest.fixture
async def bank(db: Database) -> Database:
    async with db.unit_of_work() as session:
        await RULES.keep_first(session, FIRST)
    return db


async def one(db: Database, number: int) -> Kept:
    async with db.reading() as session:
        return await RULES.one(session, number)


async def draft(db: Database, body: str, by: AgentId = ANNA, seen: int = 0) -> int:
    async with db.unit_of_work() as session:
        return await RULES.keep_draft(session, body, check=CHECK, seen=seen, by=by)


async def propose(db: Database, number: int, by: AgentId = ANNA) -> None:
    seen = (await one(db, number)).row_version
    async with db.unit_of_work() as session:
        await RULES.propose(session, number, check=CHECK, seen=seen, why="because", by=by)


async def publish(db: Database, number: int, by: AgentId = BORIS, **given: Any) -> None:
    row_version, over = (await one(db, number)).row_version, await held(db)
    shown: dict[str, Any] = {"seen": row_version, "over": over, "why": "good"} | given
    async with db.unit_of_work() as session:
        await RULES.publish(session, number, check=CHECK, by=by, **shown)


async def held(db: Database) -> int:
    async with db.reading() as session:
        found = await RULES.in_state(session, VersionState.PUBLISHED)
    assert found is not None
    return found.version


async def states(db: Database) -> list[tuple[int, str]]:
    async with db.reading() as session:
        return [(each.version, each.state.value) for each in await RULES.listed(session)]


async def test_the_first_version_is_kept_once(bank: Database) -> None:
    async with bank.unit_of_work() as session:
        await RULES.keep_first(session, SECOND)
        rules = await published(session)
    assert (rules.version, [rule.name for rule in rules.rules]) == ("1", ["One"])


async def test_before_the_first_start_there_are_no_rules(db: Database) -> None:
    async with db.reading() as session:
        assert await published(session) == NO_RULES


async def test_a_draft_is_proposed_published_and_replaced_and_all_is_audited(
    bank: Database,
) -> None:
    number = await draft(bank, SECOND)
    assert await draft(bank, THIRD, BORIS, seen=1) == number
    await propose(bank, number, by=ANNA)
    await publish(bank, number, by=CLARA)
    assert await states(bank) == [(2, "published"), (1, "replaced")]
    kept = await one(bank, number)
    assert (kept.drafted_by, kept.proposed_by, kept.decided_by) == (BORIS, ANNA, CLARA)
    assert (kept.proposed_why, kept.decided_why) == ("because", "good")
    async with bank.reading() as session:
        rules = await published(session)
        events = (await session.scalars(select(AuditEvent).order_by(AuditEvent.seq))).all()
        assert (await verify(session)).unbroken
    assert (rules.version, rules.rules[0].name) == ("2", "Three")
    assert [(event.action, event.actor, event.subject) for event in events] == [
        (Action.RULES_DRAFTED, ANNA, "2"),
        (Action.RULES_DRAFTED, BORIS, "2"),
        (Action.RULES_PROPOSED, ANNA, "2"),
        (Action.RULES_PUBLISHED, CLARA, "2"),
    ]


async def test_neither_writer_nor_proposer_publishes(bank: Database) -> None:
    number = await draft(bank, SECOND, ANNA)
    await propose(bank, number, by=BORIS)
    for same in (ANNA, BORIS):
        with pytest.raises(SameEyes):
            await publish(bank, number, by=same)
    assert await held(bank) == 1
    own = update(RoutingRules).where(RoutingRules.version == number)
    with pytest.raises(IntegrityError):
        async with bank.unit_of_work() as session:
            await session.execute(update(RoutingRules).values(state=VersionState.REJECTED))
            await session.execute(
                own.values(state="published", decided_by=ANNA, decided_at=RoutingRules.drafted_at)
            )


async def test_the_database_holds_one_published_version_only(bank: Database) -> None:
    number = await draft(bank, SECOND)
    await propose(bank, number)
    with pytest.raises(IntegrityError):
        async with bank.unit_of_work() as session:
            await session.execute(
                update(RoutingRules)
                .where(RoutingRules.version == number)
                .values(state="published", decided_by="x", decided_at=RoutingRules.drafted_at)
            )


async def test_a_proposal_is_rejected_and_brought_back(bank: Database) -> None:
    number = await draft(bank, SECOND)
    await propose(bank, number)
    async with bank.unit_of_work() as session:
        await RULES.reject(session, number, seen=2, why="not now", by=ANNA)
    with pytest.raises(MoveRefused):
        await publish(bank, number)
    async with bank.unit_of_work() as session:
        again = await RULES.roll_back(session, number, check=CHECK, why="now", by=ANNA)
    kept = await one(bank, again)
    assert (kept.state, kept.body, kept.equals) == (VersionState.PROPOSED, SECOND, number)
    await publish(bank, again)
    async with bank.unit_of_work() as session:
        back = await RULES.roll_back(session, 1, check=CHECK, why="better", by=CLARA)
    await publish(bank, back)
    async with bank.reading() as session:
        assert (await published(session)).rules[0].name == "One"


async def test_what_was_shown_must_still_be_so(bank: Database) -> None:
    number = await draft(bank, SECOND)
    with pytest.raises(RulesChanged):
        await draft(bank, THIRD, BORIS, seen=0)
    await propose(bank, number)
    with pytest.raises(RulesChanged):
        await publish(bank, number, seen=1)
    with pytest.raises(RulesChanged):
        await publish(bank, number, over=number)
    other = await draft(bank, THIRD)
    with pytest.raises(ProposalWaits):
        await propose(bank, other)
    await publish(bank, number)
    await propose(bank, other)


async def test_what_says_nothing_new_or_is_wrong_is_not_proposed(bank: Database) -> None:
    with pytest.raises(RulesRefused):
        await draft_where_little_is_known(bank, "rules: [{rule: x, then: {queue: y}}]")
    number = await draft(bank, FIRST)
    with pytest.raises(NothingChanged):
        await propose(bank, number)
    for why, problem in (("  ", "required"), ("x" * 501, "too_long")):
        with pytest.raises(FieldRefused) as refused:
            async with bank.unit_of_work() as session:
                await RULES.propose(session, number, check=CHECK, seen=1, why=why, by=ANNA)
        assert refused.value.problem == problem
    with pytest.raises(RulesUnknown):
        async with bank.unit_of_work() as session:
            await RULES.roll_back(session, 99, check=CHECK, why="x", by=ANNA)


async def draft_where_little_is_known(bank: Database, body: str) -> None:
    async with bank.unit_of_work() as session:
        known = await known_now(session, House())
        await RULES.keep_draft(session, body, check=sound(known), seen=0, by=ANNA)


async def test_of_two_who_publish_at_once_one_does(bank: Database) -> None:
    number = await draft(bank, SECOND)
    await propose(bank, number)
    results = await asyncio.gather(
        publish(bank, number, by=BORIS),
        publish(bank, number, by=CLARA),
        return_exceptions=True,
    )
    assert Counter(type(one) for one in results)[type(None)] == 1
    assert all(one is None or isinstance(one, Refused) for one in results)
    assert await states(bank) == [(2, "published"), (1, "replaced")]


async def test_of_two_who_begin_a_draft_at_once_one_does(bank: Database) -> None:
    results = await asyncio.gather(
        *(draft(bank, body, by) for body, by in ((SECOND, ANNA), (THIRD, BORIS))),
        return_exceptions=True,
    )
    assert sorted(type(one).__name__ for one in results) == ["RulesChanged", "int"]
    assert await states(bank) == [(2, "draft"), (1, "published")]


async def test_agents_are_named_by_username_and_kept_by_id(bank: Database) -> None:
    anna = await hired(bank, "anna")
    text = "rules: [{rule: x, then: {also: [anna, gone]}}]"
    house = House(
        queues=frozenset({"service"}), opening=(OpeningHours(schedule=ScheduleId("night")),)
    )
    async with bank.unit_of_work() as session:
        known = await known_now(session, house)
        await session.execute(update(RoutingRules).values(body=text))
        rules = await published(session)
    assert rules.rules[0].then.also == (anna.id, "gone")
    assert (known.queues, known.schedules) == (frozenset({"service"}), frozenset({"night"}))
    assert known.agents == {"anna": anna.id, anna.id: anna.id}
    async with bank.unit_of_work() as session:
        await session.execute(update(EmployeeRow).values(active=False))
        assert (await known_now(session, house)).agents == {}
