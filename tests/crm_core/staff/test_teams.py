"""Teams: members over time, and who are somebody's colleagues."""

import pytest

from crm_core.database import Database
from crm_core.errors import FieldRefused
from crm_core.staff.employees import Employee, deactivate
from crm_core.staff.teams import TeamChanged, TeamFacts, add_team, change_team, colleagues, teams
from tests.crm_core.conftest import FakeClock, hired


@pytest.fixture
async def staff(db: Database) -> list[Employee]:
    return [await hired(db, f"m{n}") for n in range(4)]


async def formed(db: Database, name: str, lead: Employee, *members: Employee) -> str:
    facts = TeamFacts(name=name, lead=lead.id, members=frozenset(one.id for one in members))
    async with db.unit_of_work() as session:
        return await add_team(session, facts, by="test")


async def test_colleagues_are_of_the_same_team_or_led_by_one(
    db: Database, clock: FakeClock, staff: list[Employee]
) -> None:
    lead, first, second, stranger = staff
    team = await formed(db, "Private", lead, first, second)
    await formed(db, "Business", stranger)
    async with db.reading() as session:
        assert await colleagues(session, first.id) == {second.id}
        assert await colleagues(session, lead.id) == {first.id, second.id}
        assert await colleagues(session, stranger.id) == set()
    clock.pass_(days=1)
    left = TeamFacts(name="Private", lead=lead.id, members=frozenset({first.id}))
    async with db.unit_of_work() as session:
        await change_team(session, team, left, seen=1, by="test")
    async with db.reading() as session:
        assert await colleagues(session, lead.id) == {first.id}
        told = [(one.name, one.lead_name, one.members) for one in await teams(session)]
    assert told == [("Business", "M3", ()), ("Private", "M0", ((first.id, "M1"),))]


async def test_a_team_that_is_closed_has_nobody(
    db: Database, clock: FakeClock, staff: list[Employee]
) -> None:
    team = await formed(db, "Private", *staff)
    clock.pass_(days=1)
    async with db.unit_of_work() as session:
        await change_team(session, team, TeamFacts(name="Old", open=False), seen=1, by="test")
    async with db.reading() as session:
        (found,) = await teams(session)
        assert await colleagues(session, staff[1].id) == set()
    assert (found.name, found.open, found.members) == ("Old", False, ())
    with pytest.raises(TeamChanged):
        async with db.unit_of_work() as session:
            await change_team(session, team, TeamFacts(name="New"), seen=1, by="test")


async def test_what_is_wrong_is_told_by_its_field(db: Database, staff: list[Employee]) -> None:
    await formed(db, "Private", staff[0])
    async with db.unit_of_work() as session:
        await deactivate(session, staff[3].id, by="test", reason="left")
    wrong = {
        "name": TeamFacts(name="Private"),
        "lead": TeamFacts(name="x", lead=staff[3].id),
        "members": TeamFacts(name="x", members=frozenset({staff[3].id})),
        "branch": TeamFacts(name="x", branch="nowhere"),
    }
    for field, facts in wrong.items():
        with pytest.raises(FieldRefused) as told:
            async with db.unit_of_work() as session:
                await add_team(session, facts, by="test")
        assert told.value.field == field
