"""Adding parties, their phones and their managers, with nothing overwritten."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from crm_core.database import Database, moment
from crm_core.errors import PartyUnknown
from crm_core.ids import new_id
from crm_core.models import (
    ManagerAssignment,
    ManagerRole,
    PartyPhone,
    PhoneNumber,
    PhoneRole,
)
from crm_core.parties.panel import managers
from crm_core.parties.records import ManagersRefused, NumberRefused, add_phone, assign_managers
from crm_core.staff.employees import Employee
from routing.ids import AgentId, PartyId
from tests.crm_core.conftest import START, FakeClock, hired, person


@pytest.fixture
async def party(db: Database) -> PartyId:
    return await person(db, "Anna")


@pytest.fixture
async def staff(db: Database) -> list[Employee]:
    return [await hired(db, f"m{n}") for n in range(4)]


async def test_a_number_is_stored_once_and_as_it_was_written(db: Database, party: PartyId) -> None:
    other = await person(db, "Boris")
    async with db.unit_of_work() as session:
        for whose, raw in ((party, "8 945 555-01-10"), (other, "+7 (945) 5550110")):
            await add_phone(session, whose, raw, region="RU", role=PhoneRole.HOME)
    async with db.reading() as session:
        assert (await session.scalars(select(PhoneNumber.e164))).all() == ["+79455550110"]
        raws = await session.scalars(select(PartyPhone.raw))
        assert set(raws) == {"8 945 555-01-10", "+7 (945) 5550110"}


async def test_what_is_no_number_is_refused(db: Database, party: PartyId) -> None:
    with pytest.raises(NumberRefused):
        async with db.unit_of_work() as session:
            await add_phone(session, party, "hangup", region="RU", role=PhoneRole.HOME)


async def test_the_database_itself_refuses_what_is_not_e164(db: Database) -> None:
    row = {"id": "1", "e164": "89123456789", "digits_reversed": "", "created_at": START}
    with pytest.raises(IntegrityError):
        async with db.unit_of_work() as session:
            await session.execute(insert(PhoneNumber).values(**row, status="active"))


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
