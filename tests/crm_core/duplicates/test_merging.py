"""Merging and parting: nothing is lost, both ids stay, and what was put together comes apart."""

import asyncio
import os
import signal
import sys
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select

from crm_core.database import Database
from crm_core.duplicates.finding import find_all, find_for
from crm_core.duplicates.merge_rules import RULES, Rule
from crm_core.duplicates.merging import MergeRefused, MergeUnknown, merge, part, standing
from crm_core.duplicates.pairs import PairDecided, dismiss, merges, open_pairs, pair, pairs_of
from crm_core.errors import FieldRefused, PartyUnknown
from crm_core.managers.assigning import assign_managers
from crm_core.models import AuditEvent, Base, ManagerAssignment, Party, PartyPhone, PhoneRole
from crm_core.parties.directory import candidates
from crm_core.parties.records import (
    PartyFacts,
    PersonName,
    add_organisation,
    add_person,
    add_phone,
)
from crm_core.relations.linking import Tie, link, relations_of
from crm_core.search import find
from routing.ids import PartyId
from tests.crm_core.conftest import FakeClock, hired

NUMBER, OTHER_NUMBER = "+79161234567", "+79167654321"
BORN = date(1978, 12, 11)


async def add(db: Database, family: str, given: str, *numbers: str) -> PartyId:
    async with db.unit_of_work() as session:
        name = PersonName(family=family, given=given)
        party = await add_person(session, name, PartyFacts(), birth_date=BORN, by="test")
        for rank, number in enumerate(numbers, start=1):
            await add_phone(session, party, number, region="RU", role=PhoneRole.MOBILE, rank=rank)
    return party


async def night(db: Database) -> dict[str, int]:
    async def progress(_done: int) -> None: ...

    return dict(await find_all(db, date(2026, 3, 2), progress))


async def merged(db: Database, winner: PartyId, loser: PartyId) -> str:
    async with db.unit_of_work() as session:
        return (await merge(session, winner, loser, by="sofia", reason="one person")).merge


async def numbers_of(db: Database, party: PartyId) -> int:
    async with db.reading() as session:
        mine = PartyPhone.party == party
        return await session.scalar(select(func.count()).where(mine)) or 0


async def content(db: Database) -> dict[str, Any]:
    """All rows of the tables that a merge may change, but times of change and versions."""
    changing = {"updated_at", "row_version"}
    tables = {name for name, _ in RULES if RULES[name, _] is not Rule.STAY} | {"party"}
    async with db.reading() as session:
        return {
            name: sorted(
                str({k: v for k, v in row._mapping.items() if k not in changing})
                for row in await session.execute(select(Base.metadata.tables[name]))
            )
            for name in sorted(tables)
        }


def test_every_column_that_points_to_a_party_has_its_rule() -> None:
    pointing = {
        (table.name, column.name)
        for table in Base.metadata.sorted_tables
        for column in table.columns
        for key in column.foreign_keys
        if key.column.table.name == "party"
    }
    assert pointing == set(RULES)


async def test_the_night_finds_them_once(db: Database) -> None:
    one = await add(db, "Иванов", "Сергей", NUMBER)
    other = await add(db, "Ivanov", "Sergey", NUMBER)
    await add(db, "Петрова", "Анна", OTHER_NUMBER)
    assert await night(db) == {"parties": 3, "pairs": 1}
    assert await night(db) == {"parties": 3, "pairs": 0}
    async with db.reading() as session:
        (found,), count = await open_pairs(session)
        assert count == 1
        assert {found.one, found.other} == {one, other}
        assert {e.code for e in found.evidence} >= {"name", "birth_date", "phone"}
        sides = await pair(session, found.pair)
        assert sides.one.bound == {"party_phone": 1}
        assert NUMBER not in str(sides)


async def test_what_was_dismissed_stays_dismissed(db: Database) -> None:
    one = await add(db, "Иванов", "Сергей")
    await add(db, "Ivanov", "Sergey")
    await night(db)
    async with db.unit_of_work() as session:
        (found,) = await pairs_of(session, one)
        with pytest.raises(FieldRefused):
            await dismiss(session, found.pair, by="sofia", reason=" ")
        await dismiss(session, found.pair, by="sofia", reason="father and son")
        with pytest.raises(PairDecided):
            await dismiss(session, found.pair, by="sofia", reason="again")
    await night(db)
    async with db.reading() as session:
        assert await pairs_of(session, one) == []


async def test_a_merge_keeps_both_and_the_loser_leads_to_the_winner(db: Database) -> None:
    winner = await add(db, "Иванов", "Сергей", NUMBER)
    loser = await add(db, "Ivanov", "Sergey", NUMBER, OTHER_NUMBER)
    await merged(db, winner, loser)
    async with db.reading() as session:
        assert await standing(session, loser) == winner
        assert await standing(session, winner) == winner
        assert [one.party for one in await candidates(session, OTHER_NUMBER)] == [winner]
        assert [one.party for one in await candidates(session, NUMBER)] == [winner]
        found = await find(session, "Ivanov Sergey", 5, region="RU")
        assert [one.party for one in found.items] == [winner]
        events = list(await session.scalars(select(AuditEvent.action)))
    assert events.count("parties_merged") == 1


async def test_parting_puts_everything_back(db: Database) -> None:
    anna, boris = await hired(db, "anna"), await hired(db, "boris")
    winner = await add(db, "Иванов", "Сергей", NUMBER)
    loser = await add(db, "Ivanov", "Sergey", NUMBER, OTHER_NUMBER)
    async with db.unit_of_work() as session:
        await assign_managers(session, winner, [anna.id], by="test")
        await assign_managers(session, loser, [boris.id, anna.id], by="test")
    before = await content(db)
    made = await merged(db, winner, loser)
    assert await content(db) != before
    async with db.reading() as session:
        open_ = ManagerAssignment.valid_to.is_(None)
        held = select(ManagerAssignment.party).where(open_)
        assert set(await session.scalars(held)) == {winner}
    async with db.unit_of_work() as session:
        assert await part(session, made, by="sofia") == loser
    assert await content(db) == before
    async with db.unit_of_work() as session:
        with pytest.raises(MergeUnknown):
            await part(session, made, by="sofia")
        assert await find_for(session, winner) == 0
        assert await pairs_of(session, winner) == []


async def test_what_the_two_were_to_each_other_ends_and_comes_back(
    db: Database, clock: FakeClock
) -> None:
    winner, loser = await add(db, "Иванов", "Сергей"), await add(db, "Ivanov", "Sergey")
    third = await add(db, "Петров", "Пётр")
    async with db.unit_of_work() as session:
        for one, other in ((loser, winner), (loser, third), (winner, third)):
            await link(session, Tie(party=one, to=other, type="spouse"), by="test")
    clock.pass_(hours=1)
    before = await content(db)
    made = await merged(db, winner, loser)
    async with db.reading() as session:
        assert [one.other for one in await relations_of(session, winner)] == [third]
        assert [one.other for one in await relations_of(session, third)] == [winner]
    async with db.unit_of_work() as session:
        await part(session, made, by="sofia")
    assert await content(db) == before


async def test_what_came_after_the_merge_stays_with_the_winner(db: Database) -> None:
    winner, loser = await add(db, "Иванов", "Сергей"), await add(db, "Ivanov", "Sergey", NUMBER)
    made = await merged(db, winner, loser)
    async with db.unit_of_work() as session:
        await add_phone(session, winner, OTHER_NUMBER, region="RU", role=PhoneRole.HOME)
    async with db.unit_of_work() as session:
        await part(session, made, by="sofia")
    assert (await numbers_of(db, winner), await numbers_of(db, loser)) == (1, 1)


async def test_a_chain_leads_to_its_end_and_comes_apart_from_there(db: Database) -> None:
    first, second, third = [await add(db, "Иванов", "Сергей") for _ in range(3)]
    made = await merged(db, second, first)
    last = await merged(db, third, second)
    async with db.unit_of_work() as session:
        assert await standing(session, first) == third
        with pytest.raises(MergeRefused):
            await part(session, made, by="sofia")
        await part(session, last, by="sofia")
        await part(session, made, by="sofia")
        assert await standing(session, first) == first
        assert [one.undone_at is None for one in await merges(session)] == [False, False]


async def test_what_cannot_be_one_is_refused(db: Database) -> None:
    one, other = await add(db, "Иванов", "Сергей"), await add(db, "Ivanov", "Sergey")
    async with db.unit_of_work() as session:
        company = await add_organisation(session, "Иванов", PartyFacts(), by="test")
    for winner, loser in ((one, one), (one, company)):
        async with db.unit_of_work() as session:
            with pytest.raises(MergeRefused):
                await merge(session, winner, loser, by="sofia", reason="one")
    async with db.unit_of_work() as session:
        with pytest.raises(PartyUnknown):
            await merge(session, one, PartyId("none"), by="sofia", reason="one")
    await merged(db, one, other)
    async with db.unit_of_work() as session:
        with pytest.raises(MergeRefused):
            await merge(session, other, one, by="sofia", reason="back")


CHILD = """
import asyncio, os, signal, sys
from sqlalchemy import event
from sqlalchemy.engine import Engine
from crm_core.database import Database
from crm_core.duplicates.merging import merge

url, winner, loser, kill_at = sys.argv[1:4] + [int(sys.argv[4])]
seen = 0

def count(*_):
    global seen
    seen += 1
    if seen == kill_at:
        os.kill(os.getpid(), signal.SIGKILL)

event.listen(Engine, "before_cursor_execute", count)

async def run():
    db = Database(url)
    async with db.unit_of_work() as session:
        await merge(session, winner, loser, by="sofia", reason="one")

asyncio.run(run())
"""


@pytest.mark.parametrize("kill_at", [5, 20, 40])
async def test_killed_in_the_middle_nothing_has_happened(
    db: Database, url: str, kill_at: int
) -> None:
    winner, loser = await add(db, "Иванов", "Сергей"), await add(db, "Ivanov", "Sergey", NUMBER)
    before = await content(db)
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", CHILD, url, winner, loser, str(kill_at), env=os.environ
    )
    assert await child.wait() == -signal.SIGKILL
    assert await content(db) == before
    await merged(db, winner, loser)
    async with db.reading() as session:
        assert (await session.get_one(Party, loser)).merged_into == winner


async def test_two_who_merge_crosswise_leave_one_standing(db: Database, clock: FakeClock) -> None:
    one, other = await add(db, "Иванов", "Сергей"), await add(db, "Ivanov", "Sergey")
    results = await asyncio.gather(
        merged(db, one, other), merged(db, other, one), return_exceptions=True
    )
    assert sum(isinstance(result, str) for result in results) == 1
    assert any(isinstance(result, MergeRefused) for result in results)
