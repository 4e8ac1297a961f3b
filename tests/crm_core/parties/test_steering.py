"""What routing rules may ask of who calls: facts, and who handles an open matter of his."""

import sqlite3
from pathlib import Path

from sqlalchemy import Text, literal_column, update
from sqlalchemy.dialects import sqlite

from crm_core.complaints.states import ComplaintMove
from crm_core.database import Database
from crm_core.models import (
    CollectionCase,
    LeaveReason,
    Party,
    PhoneRole,
    Role,
    Segment,
    SegmentMembership,
    Task,
)
from crm_core.parties import steering
from crm_core.parties.directory import SqlDirectory
from crm_core.parties.records import add_phone
from crm_core.staff.employees import Employee, deactivate
from crm_core.staff.leave import Plan, take_leave
from crm_core.tasks.states import TaskMove
from crm_core.work_rules import WorkRules
from routing.facts import Candidate
from routing.ids import AgentId, PartyId
from routing.terms import CallState
from tests.crm_core.applications.desk import desk
from tests.crm_core.calls import add_card, over, suggested
from tests.crm_core.collections.debtors import debtor, night
from tests.crm_core.complaints.test_handling import done, registered
from tests.crm_core.conftest import START, FakeClock, hired, person
from tests.crm_core.tasks.conftest import do, ordered, rules

__all__ = ["rules"]
NUMBER = "+79455550110"


async def asked(db: Database, number: str = NUMBER) -> Candidate:
    (found,) = await SqlDirectory(db, []).candidates(number)
    return found


async def handler(db: Database) -> tuple[str, AgentId | None]:
    found = await asked(db)
    return found.matter, found.last_agent


async def test_a_party_without_anything_has_its_standing(db: Database) -> None:
    await person(db, "Anna", NUMBER)
    async with db.unit_of_work() as session:
        await session.execute(update(Party).values(status="inactive", tier="B", language="uk"))
    found = await asked(db)
    assert (found.status, found.tier, found.language) == ("inactive", "B", "uk")
    assert type(found.status) is str, "plain text, for the journal"
    assert found == Candidate(
        party=found.party,
        name="Anna",
        reason="mobile_number",
        status="inactive",
        tier="B",
        language="uk",
    )


async def test_segments_are_those_it_is_in_now(db: Database, clock: FakeClock) -> None:
    party = await person(db, "Anna", NUMBER)
    async with db.unit_of_work() as session:
        for code in ("vip", "debtors", "left", "dropped"):
            session.add(segment(code, active=code != "dropped"))
            await session.flush()
            session.add(membership(code, party, ended=code == "left"))
    clock.pass_(seconds=10)
    assert (await asked(db)).segments == ("debtors", "vip")


def segment(code: str, *, active: bool) -> Segment:
    return Segment(
        id=code,
        code=code,
        name=code,
        note="",
        active=active,
        created_at=START,
        updated_at=START,
    )


def membership(code: str, party: PartyId, *, ended: bool) -> SegmentMembership:
    end = START.replace(second=5) if ended else None
    return SegmentMembership(
        id=code,
        segment=code,
        party=party,
        version=1,
        valid_from=START,
        valid_to=end,
        created_at=START,
        ended_at=end,
    )


async def test_a_debtor_has_his_days_his_case_and_its_owner(db: Database) -> None:
    party, _loan = await debtor(db, days=12)
    async with db.unit_of_work() as session:
        await add_phone(session, party, NUMBER, region="RU", role=PhoneRole.MOBILE)
    await night(db)
    found = await asked(db)
    assert (found.days_past_due, found.open_case, found.last_agent) == (12, True, None)
    kira = await hired(db, "kira", Role.COLLECTOR)
    async with db.unit_of_work() as session:
        await session.execute(update(CollectionCase).values(owner=kira.id, state="assigned"))
    assert await handler(db) == ("case", kira.id)


async def test_open_applications_are_told_by_state_and_who_may_take_calls(db: Database) -> None:
    house = await desk(db)
    number = "+79161234567"
    assert (await asked(db, number)).open_applications == ()
    await house.apply()
    application = await house.apply()
    found = await asked(db, number)
    assert found.open_applications == ("draft",)
    assert (found.matter, found.last_agent) == ("application", house.staff["mila"].id)
    await house.to_last_stage(application)
    found = await asked(db, number)
    assert found.open_applications == ("draft", "review")


async def test_a_complaint_is_its_owner_s_until_it_is_closed(
    db: Database, rules: WorkRules
) -> None:
    party, anna = await person(db, "Client", NUMBER), await hired(db, "anna")
    key = await registered(db, rules, party, anna.id)
    async with db.unit_of_work() as session:
        await session.execute(update(Task).values(owner=None, state="new"))
    assert await handler(db) == ("complaint", anna.id)
    for move in (ComplaintMove.TAKE, ComplaintMove.RESOLVE, ComplaintMove.TELL):
        await done(db, rules, key, move, anna.id, "so it is")
    await done(db, rules, key, ComplaintMove.THANK, anna.id, "thanks")
    assert (await handler(db))[0] != "complaint"


async def test_a_task_is_its_owner_s_until_it_is_done(db: Database, rules: WorkRules) -> None:
    party, anna = await person(db, "Client", NUMBER), await hired(db, "anna")
    key = await ordered(db, rules, party, anna.id)
    await do(db, rules, key, TaskMove.ASSIGN, anna.id, owner=anna.id)
    assert await handler(db) == ("task", anna.id)
    await do(db, rules, key, TaskMove.CANCEL, anna.id, words="not needed")
    assert await handler(db) == ("", None)


async def test_an_unfinished_card_goes_before_all_else_and_the_newest_first(
    db: Database, rules: WorkRules, clock: FakeClock
) -> None:
    party = await person(db, "Client", NUMBER)
    anna, boris, clara = [await hired(db, name) for name in ("anna", "boris", "clara")]
    clock.pass_(hours=2)
    key = await ordered(db, rules, party, anna.id)
    await do(db, rules, key, TaskMove.ASSIGN, anna.id, owner=anna.id)
    unfinished = CallState.CLOSED_INCOMPLETE
    await add_card(
        db,
        over("c1", boris.id, unfinished, **suggested(party)),
        over("c2", clara.id, unfinished, **suggested(party), arrived_at=clock.now()),
        over("c3", anna.id, CallState.ABANDONED, **suggested(party), arrived_at=clock.now()),
    )
    assert await handler(db) == ("card", clara.id)
    await leaves(db, clara)
    assert await handler(db) == ("card", boris.id)
    await leaves(db, boris)
    assert await handler(db) == ("task", anna.id)


async def test_a_card_of_somebody_else_with_the_same_number_is_not_his(db: Database) -> None:
    await person(db, "Client", NUMBER)
    anna, other = await hired(db, "anna"), await person(db, "Other")
    await add_card(db, over("c1", anna.id, CallState.CLOSED_INCOMPLETE, **suggested(other)))
    assert await handler(db) == ("", None)


async def test_who_is_on_leave_or_takes_no_calls_is_not_asked(
    db: Database, rules: WorkRules, clock: FakeClock
) -> None:
    party, sue = await person(db, "Client", NUMBER), await hired(db, "sue", Role.SUPERVISOR)
    anna = await hired(db, "anna")
    key = await ordered(db, rules, party, sue.id)
    await do(db, rules, key, TaskMove.ASSIGN, sue.id, owner=sue.id)
    assert await handler(db) == ("", None)
    await do(db, rules, key, TaskMove.ASSIGN, sue.id, owner=anna.id)
    assert await handler(db) == ("task", anna.id)
    async with db.unit_of_work() as session:
        away = Plan(employee=anna.id, reason=LeaveReason.HOLIDAY, starts_at=clock.now())
        await take_leave(session, away, by="test")
    clock.pass_(minutes=1)
    assert await handler(db) == ("", None)


async def leaves(db: Database, employee: Employee) -> None:
    async with db.unit_of_work() as session:
        await deactivate(session, employee.id, by="test", reason="left")


async def test_each_of_several_has_its_own(db: Database, rules: WorkRules) -> None:
    first, second = await person(db, "Anna", NUMBER), await person(db, "Boris", NUMBER)
    one, two = await hired(db, "one"), await hired(db, "two")
    for party, agent in ((first, one), (second, two)):
        key = await ordered(db, rules, party, agent.id)
        await do(db, rules, key, TaskMove.ASSIGN, agent.id, owner=agent.id)
    found = await SqlDirectory(db, []).candidates(NUMBER)
    assert {one.party: one.last_agent for one in found} == {first: one.id, second: two.id}


def test_sqlite_searches_each_table_by_the_party(sqlite_template: Path) -> None:
    """Without statistics too: all open work of the bank must not be walked through for a call."""
    asks = steering.statement([literal_column(":party", Text())], literal_column(":now"))
    options = {"literal_binds": True}
    sql = str(asks.compile(dialect=sqlite.dialect(), compile_kwargs=options))
    connection = sqlite3.connect(sqlite_template)
    plan = connection.execute(f"EXPLAIN QUERY PLAN {sql}", {"party": "p", "now": "2026"})
    steps = [row[3] for row in plan]
    connection.close()
    assert not [step for step in steps if step.startswith("SCAN")]
    by_party = ("segment_membership", "agreement_party", "collection_case", "task", "complaint")
    for table in (*by_party, "credit_application", "call_card"):
        searched = [step for step in steps if step.startswith(f"SEARCH {table} ")]
        assert searched and all("party=?" in step for step in searched), (table, searched)
