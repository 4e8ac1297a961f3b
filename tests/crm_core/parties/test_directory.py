"""A number suggests: a list with reasons, the likeliest first, and never more than it may."""

import statistics
import time
from datetime import timedelta

import pytest
from sqlalchemy import update

from crm_core.database import Database
from crm_core.errors import StorageAway
from crm_core.managers.assigning import assign_managers
from crm_core.models import LeaveReason, PartyPhone, PhoneNumber, PhoneRole, PhoneStatus
from crm_core.parties.directory import SqlDirectory, candidates
from crm_core.parties.records import (
    add_phone,
)
from crm_core.staff.employees import deactivate
from crm_core.staff.leave import Plan, take_leave
from routing.facts import BY_PIN
from routing.ids import AgentId, PartyId
from routing.terms import CallState
from tests.crm_core.calls import add_card, over, suggested, view
from tests.crm_core.conftest import FakeClock, hired, person

SHARED = "+79455550110"


async def names(db: Database, number: str = SHARED) -> list[str]:
    return [one.name for one in await SqlDirectory(db, []).candidates(number)]


async def test_nobody_one_or_several_are_told_as_they_are(db: Database) -> None:
    assert await names(db) == []
    await person(db, "Anna", SHARED)
    assert await names(db) == ["Anna"]
    await person(db, "Boris", "8 (945) 555-01-10")
    assert await names(db) == ["Anna", "Boris"]


async def test_a_party_is_found_by_each_of_its_numbers_and_told_once(db: Database) -> None:
    party = await person(db, "Anna", SHARED, "+79455550111")
    async with db.unit_of_work() as session:
        await add_phone(session, party, SHARED, region="RU", role=PhoneRole.WORK, rank=9)
    assert await names(db, "+79455550111") == ["Anna"]
    (found,) = await SqlDirectory(db, []).candidates(SHARED)
    assert found.reason == "mobile_number"


async def test_each_candidate_has_its_reason(db: Database) -> None:
    for role in PhoneRole:
        await person(db, role.value, SHARED, role=role)
    found = await SqlDirectory(db, []).candidates(SHARED)
    assert [one.reason for one in found] == [f"{role.value}_number" for role in PhoneRole]
    assert [one.name for one in found] == [role.value for role in PhoneRole]


async def test_who_called_last_stands_first(db: Database, clock: FakeClock) -> None:
    await person(db, "Anna", SHARED)
    boris = await person(db, "Boris", SHARED, role=PhoneRole.THIRD_PARTY)
    await add_card(db, view("c1", **suggested(boris)))
    assert await names(db) == ["Boris", "Anna"]


@pytest.mark.parametrize(
    "status", [status for status in PhoneStatus if status is not PhoneStatus.ACTIVE]
)
async def test_own_service_and_dead_numbers_suggest_nobody(
    db: Database, status: PhoneStatus
) -> None:
    await person(db, "Anna", SHARED)
    async with db.unit_of_work() as session:
        await session.execute(update(PhoneNumber).values(status=status))
    assert await names(db) == []


async def test_the_banks_own_trunk_is_no_client(db: Database) -> None:
    await person(db, "Anna", SHARED)
    assert list(await SqlDirectory(db, [SHARED]).candidates(SHARED)) == []


async def test_a_number_given_up_suggests_its_old_owner_no_more(
    db: Database, clock: FakeClock
) -> None:
    await person(db, "Anna", SHARED)
    clock.pass_(days=1)
    async with db.unit_of_work() as session:
        await session.execute(update(PartyPhone).values(valid_to=clock.now()))
    await person(db, "Boris", SHARED)
    assert await names(db) == ["Boris"]


async def test_managers_come_by_rank_and_only_those_who_hold_now(
    db: Database, clock: FakeClock
) -> None:
    party = await person(db, "Anna", SHARED)
    first, second, third, gone = [await hired(db, name) for name in ("m1", "m2", "m3", "m4")]
    async with db.unit_of_work() as session:
        await assign_managers(session, party, [third.id, first.id], by="test")
    clock.pass_(days=1)
    async with db.unit_of_work() as session:
        ranked = [gone.id, second.id, first.id]
        await assign_managers(session, party, ranked, by="test")
        await deactivate(session, gone.id, by="test", reason="left")
    (found,) = await SqlDirectory(db, []).candidates(SHARED)
    assert found.managers == (second.id, first.id)


async def test_of_a_party_that_proved_itself_it_alone_is_told_whatever_the_number(
    db: Database,
) -> None:
    await person(db, "Anna", SHARED)
    wife, manager = await person(db, "Wife"), await hired(db, "m1")
    async with db.unit_of_work() as session:
        await assign_managers(session, wife, [manager.id], by="test")
    unfinished = over("c1", manager.id, CallState.CLOSED_INCOMPLETE, **suggested(wife))
    await add_card(db, unfinished)
    directory = SqlDirectory(db, [SHARED])
    (found,) = await directory.candidates(SHARED, proved=wife)
    assert (found.party, found.reason, found.managers) == (wife, BY_PIN, (manager.id,))
    assert (found.matter, found.last_agent) == ("card", manager.id)
    assert not await directory.candidates(SHARED, proved=PartyId("nobody"))


async def test_a_switchboard_is_cut_at_the_limit(db: Database) -> None:
    for n in range(12):
        await person(db, f"p{n:02}", SHARED)
    assert len(await SqlDirectory(db, []).candidates(SHARED)) == 8


async def test_a_database_that_is_away_is_an_os_error(tmp_path: object) -> None:
    db = Database(f"sqlite:///{tmp_path}/no/such/folder/bank.db")
    with pytest.raises(OSError) as told:
        await SqlDirectory(db, []).candidates(SHARED)
    assert isinstance(told.value, StorageAway)


async def test_it_answers_within_a_few_milliseconds(db: Database) -> None:
    for n in range(40):
        await person(db, f"p{n}", f"+7945600{n:04}")
    directory = SqlDirectory(db, [])
    taken = []
    for n in range(60):
        start = time.perf_counter()
        assert len(await directory.candidates(f"+7945600{n % 40:04}")) == 1
        taken.append(time.perf_counter() - start)
    assert statistics.median(taken) < 0.025, "an allowance of five for a loaded machine"


async def test_in_the_place_of_a_manager_on_leave_stands_who_stands_in_for_him(
    db: Database, clock: FakeClock
) -> None:
    party = await person(db, "Anna", SHARED)
    away, alone, here, substitute = [await hired(db, name) for name in ("m1", "m2", "m3", "m4")]
    async with db.unit_of_work() as session:
        await assign_managers(session, party, [away.id, alone.id, here.id], by="test")
    assert await rung(db) == (away.id, alone.id, here.id)
    await on_leave(db, clock, away.id, substitute=substitute.id)
    await on_leave(db, clock, alone.id)
    assert await rung(db) == (substitute.id, here.id)
    clock.pass_(days=1)
    assert await rung(db) == (away.id, alone.id, here.id)


async def test_a_substitute_who_is_away_himself_or_in_the_list_is_not_rung_twice(
    db: Database, clock: FakeClock
) -> None:
    party = await person(db, "Anna", SHARED)
    first, second, third = [await hired(db, name) for name in ("m1", "m2", "m3")]
    async with db.unit_of_work() as session:
        await assign_managers(session, party, [first.id, second.id, third.id], by="test")
    await on_leave(db, clock, first.id, substitute=third.id)
    assert await rung(db) == (third.id, second.id)
    await on_leave(db, clock, third.id)
    assert await rung(db) == (second.id,)


async def on_leave(
    db: Database, clock: FakeClock, employee: AgentId, substitute: AgentId | None = None
) -> None:
    """The employee is away for a day."""
    plan = Plan(
        employee=employee,
        reason=LeaveReason.HOLIDAY,
        starts_at=clock.now(),
        ends_at=clock.now() + timedelta(days=1),
        substitute=substitute,
    )
    async with db.unit_of_work() as session:
        await take_leave(session, plan, by="test")


async def rung(db: Database) -> tuple[AgentId, ...]:
    """Whom routing would ring for the number, in order."""
    (found,) = await SqlDirectory(db, []).candidates(SHARED)
    async with db.reading() as session:
        assert (await candidates(session, SHARED))[0] == found, "both ways answer alike"
    return tuple(found.managers)
