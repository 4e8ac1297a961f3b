"""Giving a party its managers: at any time one primary and a total order; nothing overwritten."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from crm_core.database import Database, moment
from crm_core.errors import FieldRefused, PartyUnknown
from crm_core.ids import new_id
from crm_core.managers.assigning import assign_managers, order_of, set_managers
from crm_core.managers.order import ManagersRefused, Place
from crm_core.managers.reading import managers_at
from crm_core.models import ManagerAssignment, ManagerRole
from crm_core.parties.panel import managers
from crm_core.staff.employees import Employee, deactivate
from routing.ids import AgentId, PartyId
from tests.crm_core.conftest import FakeClock, hired, person


@pytest.fixture
async def party(db: Database) -> PartyId:
    return await person(db, "Anna")


@pytest.fixture
async def staff(db: Database) -> list[Employee]:
    return [await hired(db, f"m{n}") for n in range(4)]


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(lists=st.lists(st.permutations(range(4)).map(lambda p: p[: 1 + p[0]]), max_size=4))
async def test_there_is_one_primary_and_a_total_order_at_any_time(
    db: Database,
    clock: FakeClock,
    party: PartyId,
    staff: list[Employee],
    lists: list[list[int]],
) -> None:
    for ranked in lists:
        clock.pass_(minutes=len(ranked) - 1)
        wanted = [staff[n].id for n in ranked]
        async with db.unit_of_work() as session:
            await assign_managers(session, party, wanted, by="test")
        async with db.reading() as session:
            assert [one.agent for one in await managers(session, party)] == wanted
            await check_history(session, party)


async def check_history(session, party: PartyId) -> None:  # type: ignore[no-untyped-def]
    """At each time that something changed: ranks 1..n without a gap, rank 1 the primary."""
    held = ManagerAssignment
    rows = list(await session.scalars(select(held).where(held.party == party)))
    for at in {row.valid_from for row in rows}:
        then = [
            row for row in rows if row.valid_from <= at and (not row.valid_to or at < row.valid_to)
        ]
        assert sorted(row.rank for row in then) == list(range(1, len(then) + 1))
        assert [row.rank for row in then if row.role is ManagerRole.PRIMARY] == [1]


@pytest.mark.parametrize("ranked", [[], [0, 1, 0]])
async def test_an_empty_or_double_list_is_refused(
    db: Database, party: PartyId, staff: list[Employee], ranked: list[int]
) -> None:
    with pytest.raises(ManagersRefused):
        async with db.unit_of_work() as session:
            await assign_managers(session, party, [staff[n].id for n in ranked], by="test")


async def test_a_party_that_is_not_there_has_no_managers(
    db: Database, staff: list[Employee]
) -> None:
    with pytest.raises(PartyUnknown):
        async with db.unit_of_work() as session:
            await assign_managers(session, PartyId("nobody"), [staff[0].id], by="test")


@pytest.mark.parametrize(
    ("role", "rank"), [(ManagerRole.PRIMARY, 2), (ManagerRole.DEPUTY, 1), (ManagerRole.PRIMARY, 1)]
)
async def test_the_database_itself_refuses_a_second_or_misplaced_primary(
    db: Database, party: PartyId, staff: list[Employee], role: ManagerRole, rank: int
) -> None:
    async with db.unit_of_work() as session:
        await assign_managers(session, party, [staff[0].id], by="test")
    with pytest.raises(IntegrityError):
        async with db.unit_of_work() as session:
            now = moment(session)
            session.add(
                ManagerAssignment(
                    id=new_id(),
                    party=party,
                    employee=AgentId(staff[1].id),
                    role=role,
                    rank=rank,
                    valid_from=now,
                    created_at=now,
                )
            )


async def test_roles_are_kept_and_who_stays_in_his_place_keeps_his_date(
    db: Database, clock: FakeClock, party: PartyId, staff: list[Employee]
) -> None:
    first = Place(employee=staff[0].id, role=ManagerRole.PRIMARY)
    expert = Place(employee=staff[1].id, role=ManagerRole.EXPERT)
    collector = Place(employee=staff[2].id, role=ManagerRole.COLLECTOR)
    async with db.unit_of_work() as session:
        await set_managers(session, party, [first, expert], by="test")
    began = clock.now()
    clock.pass_(days=1)
    async with db.unit_of_work() as session:
        await set_managers(session, party, [first, collector], by="test")
    async with db.reading() as session:
        found = await managers_at(session, party)
        assert [(one.role, one.since) for one in found] == [
            (ManagerRole.PRIMARY, began),
            (ManagerRole.COLLECTOR, clock.now()),
        ]
        then = await managers_at(session, party, began)
    assert [one.role for one in then] == [ManagerRole.PRIMARY, ManagerRole.EXPERT]


async def test_an_order_may_begin_later_and_until_then_the_old_one_holds(
    db: Database, clock: FakeClock, party: PartyId, staff: list[Employee]
) -> None:
    async with db.unit_of_work() as session:
        await assign_managers(session, party, [staff[0].id], by="test")
    begins = clock.now() + timedelta(days=7)
    later = [Place(employee=staff[1].id, role=ManagerRole.PRIMARY)]
    async with db.unit_of_work() as session:
        await set_managers(session, party, later, starts_at=begins, by="test")
    async with db.reading() as session:
        assert [one.employee for one in await managers_at(session, party)] == [staff[0].id]
        assert [one.employee for one in await managers_at(session, party, begins)] == [staff[1].id]
        assert await order_of(session, party) == tuple(later)


async def test_an_order_does_not_begin_in_the_past_nor_with_strangers(
    db: Database, clock: FakeClock, party: PartyId, staff: list[Employee]
) -> None:
    async with db.unit_of_work() as session:
        await deactivate(session, staff[1].id, by="test", reason="left")
    yesterday = clock.now() - timedelta(days=1)
    wrong = [(staff[0].id, yesterday), (staff[1].id, None), (AgentId("nobody"), None)]
    for employee, start in wrong:
        places = [Place(employee=employee, role=ManagerRole.PRIMARY)]
        with pytest.raises(FieldRefused):
            async with db.unit_of_work() as session:
                await set_managers(session, party, places, starts_at=start, by="test")
