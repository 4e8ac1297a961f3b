"""Leave: dated, one at a time, shortened or taken back but never forgotten."""

from datetime import datetime, timedelta

import pytest

from crm_core.database import Database
from crm_core.errors import FieldRefused
from crm_core.models import LeaveReason
from crm_core.staff.employees import Employee, deactivate
from crm_core.staff.leave import (
    LeaveOverlaps,
    LeaveUnknown,
    Plan,
    end_leave,
    leaves,
    take_leave,
)
from routing.ids import AgentId
from tests.crm_core.conftest import START, FakeClock, hired

DAY = timedelta(days=1)


@pytest.fixture
async def anna(db: Database) -> Employee:
    return await hired(db, "anna")


def plan(
    employee: AgentId,
    starts_at: datetime = START,
    ends_at: datetime | None = None,
    substitute: AgentId | None = None,
) -> Plan:
    return Plan(
        employee=employee,
        reason=LeaveReason.SICK,
        starts_at=starts_at,
        ends_at=ends_at,
        substitute=substitute,
    )


async def taken(db: Database, one: Plan) -> str:
    async with db.unit_of_work() as session:
        return await take_leave(session, one, by="test")


async def test_two_leaves_of_one_employee_do_not_meet(db: Database, anna: Employee) -> None:
    await taken(db, plan(anna.id, START + 2 * DAY, START + 4 * DAY))
    await taken(db, plan(anna.id, START + 4 * DAY, START + 5 * DAY))
    await taken(db, plan(anna.id, START, START + 2 * DAY))
    for starts, ends in ((1, 3), (3, None), (0, 9)):
        with pytest.raises(LeaveOverlaps):
            wrong = plan(anna.id, START + starts * DAY, ends and START + ends * DAY)
            await taken(db, wrong)


async def test_what_makes_no_sense_is_refused_by_its_field(db: Database, anna: Employee) -> None:
    boris = await hired(db, "boris")
    async with db.unit_of_work() as session:
        await deactivate(session, boris.id, by="test", reason="left")
    wrong = {
        "ends_at": plan(anna.id, START, START),
        "substitute": plan(anna.id, substitute=anna.id),
        "employee": plan(boris.id),
    }
    for field, one in wrong.items():
        with pytest.raises(FieldRefused) as told:
            await taken(db, one)
        assert told.value.field == field
    with pytest.raises(FieldRefused):
        await taken(db, plan(anna.id, substitute=boris.id))


async def test_who_is_back_early_is_back_and_a_leave_to_come_can_be_taken_back(
    db: Database, clock: FakeClock, anna: Employee
) -> None:
    now = await taken(db, plan(anna.id, START, START + 2 * DAY))
    later = await taken(db, plan(anna.id, START + 5 * DAY))
    clock.pass_(days=1)
    async with db.reading() as session:
        assert [one.id for one in await leaves(session)] == [now, later]
    for one in (now, later):
        async with db.unit_of_work() as session:
            await end_leave(session, one, by="test")
        with pytest.raises(LeaveUnknown):
            async with db.unit_of_work() as session:
                await end_leave(session, one, by="test")
    async with db.reading() as session:
        assert await leaves(session) == []
    await taken(db, plan(anna.id, clock.now(), clock.now() + DAY))
