"""Who looked after whom at 10:05, and what was known of it then."""

from datetime import timedelta

import pytest

from crm_core.database import Database
from crm_core.managers.assigning import assign_managers
from crm_core.managers.reading import looks_after, managers_at, order_over_time
from crm_core.models import LeaveReason
from crm_core.staff.employees import Employee
from crm_core.staff.leave import Plan, end_leave, take_leave
from routing.ids import PartyId
from tests.crm_core.conftest import FakeClock, hired, person


@pytest.fixture
async def party(db: Database) -> PartyId:
    return await person(db, "Anna")


@pytest.fixture
async def staff(db: Database) -> list[Employee]:
    return [await hired(db, f"m{n}") for n in range(3)]


async def test_valid_and_recorded_time_are_asked_apart(
    db: Database, clock: FakeClock, party: PartyId, staff: list[Employee]
) -> None:
    async with db.unit_of_work() as session:
        await assign_managers(session, party, [staff[0].id, staff[1].id], by="test")
    clock.pass_(minutes=5)
    at_10_05 = clock.now()
    clock.pass_(minutes=5)
    async with db.unit_of_work() as session:
        await assign_managers(session, party, [staff[2].id], by="test")
    later = clock.now() + timedelta(hours=1)
    async with db.reading() as session:
        asked = {
            "then": await managers_at(session, party, at_10_05),
            "now": await managers_at(session, party, later),
            "now, as known then": await managers_at(session, party, later, known_at=at_10_05),
            "then, before it was known": await managers_at(
                session, party, at_10_05, known_at=at_10_05 - timedelta(hours=1)
            ),
        }
        whole = await order_over_time(session, party)
    told = {when: [one.name for one in found] for when, found in asked.items()}
    assert told == {
        "then": ["M0", "M1"],
        "now": ["M2"],
        "now, as known then": ["M0", "M1"],
        "then, before it was known": [],
    }
    assert [one.name for one in whole] == ["M2", "M0", "M1"]


async def test_a_leave_tells_who_stands_in_and_he_looks_after_the_party_too(
    db: Database, clock: FakeClock, party: PartyId, staff: list[Employee]
) -> None:
    first, substitute, stranger = staff
    plan = Plan(
        employee=first.id,
        reason=LeaveReason.HOLIDAY,
        starts_at=clock.now(),
        substitute=substitute.id,
    )
    async with db.unit_of_work() as session:
        await assign_managers(session, party, [first.id], by="test")
        leave = await take_leave(session, plan, by="test")
    async with db.reading() as session:
        (found,) = await managers_at(session, party)
        assert found.away is not None
        assert (found.away.substitute, found.away.substitute_name) == (substitute.id, "M1")
        assert await looks_after(session, party, substitute.id)
        assert await looks_after(session, party, first.id)
        assert not await looks_after(session, party, stranger.id)
    clock.pass_(days=1)
    on_leave = clock.now() - timedelta(hours=1)
    async with db.unit_of_work() as session:
        await end_leave(session, leave, by="test")
    clock.pass_(minutes=1)
    async with db.reading() as session:
        assert not await looks_after(session, party, substitute.id)
        (then,) = await managers_at(session, party, on_leave)
        (planned,) = await managers_at(session, party, clock.now(), known_at=on_leave)
    assert then.away is not None and planned.away is not None
