"""The demo bank: complete, honest about its numbers, and the same however often it is put in."""

import pytest
from sqlalchemy import func, select

from config.queueing import read_queues
from config.settings import PACKAGE
from crm_core import audit
from crm_core.cards import CardFilters, cards, timeline, unfinished
from crm_core.database import Database
from crm_core.demo.people import USERNAMES, DemoBank, seed
from crm_core.models import Base, Role
from crm_core.parties.directory import SqlDirectory
from crm_core.search import find
from crm_core.staff.assignment import assignments
from crm_core.staff.employees import employees
from crm_core.staff.passwords import PasswordRefused
from routing.terms import CallState
from tests.crm_core.conftest import CHEAP, FakeClock, signing_in

PASSWORDS = {name: f"{name}-long-enough-1" for name in USERNAMES}


@pytest.fixture
async def bank(db: Database, clock: FakeClock) -> DemoBank:
    return await seed(db, clock, passwords=PASSWORDS, hashing=CHEAP)


async def rows(db: Database) -> dict[str, int]:
    async with db.reading() as session:
        return {
            table.name: await session.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
        }


async def test_all_who_are_told_can_sign_in(db: Database, clock: FakeClock, bank: DemoBank) -> None:
    door = signing_in(db, clock)
    for one in bank.employees:
        opened = await door.sign_in(one.username, one.password, origin="127.0.0.1")
        assert (opened.employee.role, opened.employee.name) == (one.role, one.name)
    roles = sorted(one.role for one in bank.employees)
    assert roles == sorted([Role.MANAGER, *Role])


async def test_seeding_again_adds_nothing_but_takes_the_new_passwords(
    db: Database, clock: FakeClock, bank: DemoBank
) -> None:
    before = await rows(db)
    clock.pass_(hours=5)
    fresh = {name: f"{name}-quite-another-2" for name in USERNAMES}
    again = await seed(db, clock, passwords=fresh, hashing=CHEAP)
    after = await rows(db)
    assert {**after, "audit_event": 0} == {**before, "audit_event": 0}
    assert again.callers == bank.callers
    await signing_in(db, clock).sign_in("anna", fresh["anna"], origin="127.0.0.1")


async def test_who_takes_calls_has_two_skills_that_the_bank_knows(
    db: Database, bank: DemoBank
) -> None:
    plan = read_queues(PACKAGE)
    async with db.reading() as session:
        found = [one for one in await assignments(session) if one.name != "Felix Lang"]
    for one in found:
        assert len(one.skills) == 2 and set(one.skills) <= set(plan.skills), one.name
    served = {queue for one in found for queue in one.queues}
    assert served == {queue.queue for queue in plan.queues}
    (needed,) = [queue.needs[0] for queue in plan.queues if queue.needs]
    able = [one for one in found if one.skills.get(needed.skill, 0) >= needed.level]
    assert [one.role for one in able] == [Role.COLLECTOR]


async def test_a_refused_password_leaves_nothing_half_done(db: Database, clock: FakeClock) -> None:
    with pytest.raises(PasswordRefused):
        await seed(db, clock, passwords={**PASSWORDS, "emil": "short"}, hashing=CHEAP)
    assert (await rows(db))["employee"] == 0


async def test_a_number_of_three_suggests_all_three(db: Database, bank: DemoBank) -> None:
    shared = next(one for one in bank.callers if len(one.parties) == 3)
    found = await SqlDirectory(db, []).candidates(shared.number)
    assert {one.name for one in found} == set(shared.parties)
    assert found[0].name.startswith("Кузнецова"), "she called last"
    assert all(one.managers for one in found)


async def test_clients_are_found_as_people_type_them(db: Database, bank: DemoBank) -> None:
    async with db.reading() as session:
        for typed, name in (
            ("елкина", "Ёлкина-Смирнова Алёна"),
            ("obrien", "O'Brien Patrick"),
            ("лукяненко", "Лук'яненко Дарина"),
            ("小明", "王 小明"),
            ("王小", "王 小明"),
            ("kuznets", "Кузнецов Андрей Павлович"),
            ("север", "Север"),
        ):
            found = await find(session, typed, 10, region="RU")
            assert name in {one.name for one in found.items}, typed


async def test_the_history_stands_on_timelines_and_one_card_is_owed(
    db: Database, bank: DemoBank
) -> None:
    async with db.reading() as session:
        page = await cards(session, CardFilters(), None, 50)
        boris = next(one for one in await employees(session) if one.username == "boris")
        owed = await unfinished(session, boris.id)
        (orion,) = (await find(session, "orion", 5, region="RU")).items
        calls = await timeline(session, orion.party, 5)
    states = [one.state for one in page.items]
    assert states.count(CallState.CLOSED) == 4
    assert [one.call for one in owed] == ["demo-1.5"] == [one.call for one in calls]


async def test_the_audit_of_the_seeding_is_unbroken(db: Database, bank: DemoBank) -> None:
    async with db.reading() as session:
        check = await audit.verify(session)
    assert check.unbroken and check.events > len(USERNAMES)
