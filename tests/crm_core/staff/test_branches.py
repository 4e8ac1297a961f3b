"""Branches: a tree without circles; which of them serve a party, over time."""

import pytest

from crm_core.database import Database
from crm_core.errors import FieldRefused, PartyUnknown
from crm_core.staff.branches import (
    BranchChanged,
    BranchFacts,
    BranchUnknown,
    add_branch,
    branches,
    change_branch,
    serving,
    set_serving,
)
from routing.ids import PartyId
from tests.crm_core.conftest import FakeClock, person


async def added(db: Database, code: str, parent: str | None = None) -> str:
    async with db.unit_of_work() as session:
        facts = BranchFacts(code=code, name=f"Branch {code}", parent=parent)
        return await add_branch(session, facts, by="test")


async def test_the_tree_is_told_from_its_roots_down(db: Database) -> None:
    north = await added(db, "N")
    south = await added(db, "S")
    await added(db, "S2", south)
    first = await added(db, "N1", north)
    await added(db, "N11", first)
    async with db.reading() as session:
        tree = await branches(session)
    assert [(one.code, one.depth) for one in tree] == [
        ("N", 0),
        ("N1", 1),
        ("N11", 2),
        ("S", 0),
        ("S2", 1),
    ]


async def test_no_branch_comes_to_stand_below_itself(db: Database) -> None:
    top = await added(db, "top")
    below = await added(db, "below", top)
    for parent in (top, below):
        with pytest.raises(FieldRefused) as told:
            async with db.unit_of_work() as session:
                facts = BranchFacts(code="top", name="Top", parent=parent)
                await change_branch(session, top, facts, seen=1, by="test")
        assert told.value.problem == "below_itself"


async def test_what_is_wrong_is_told_by_its_field_and_changes_meet_once(db: Database) -> None:
    top = await added(db, "top")
    wrong = {
        "code": BranchFacts(code="top", name="Again"),
        "name": BranchFacts(code="x", name=" "),
        "parent": BranchFacts(code="x", name="X", parent="nowhere"),
    }
    for field, facts in wrong.items():
        with pytest.raises(FieldRefused) as told:
            async with db.unit_of_work() as session:
                await add_branch(session, facts, by="test")
        assert told.value.field == field
    renamed = BranchFacts(code="top", name="Main", open=False)
    async with db.unit_of_work() as session:
        await change_branch(session, top, renamed, seen=1, by="test")
    with pytest.raises(BranchChanged):
        async with db.unit_of_work() as session:
            await change_branch(session, top, renamed, seen=1, by="test")
    async with db.reading() as session:
        (found,) = await branches(session)
    assert (found.name, found.open) == ("Main", False)


async def test_branches_serve_a_party_until_others_do(db: Database, clock: FakeClock) -> None:
    party = await person(db, "Anna")
    first, second, third = [await added(db, code) for code in ("a", "b", "c")]
    async with db.unit_of_work() as session:
        await set_serving(session, party, [first, second], by="test")
    clock.pass_(days=1)
    async with db.unit_of_work() as session:
        await set_serving(session, party, [second, third], by="test")
    async with db.reading() as session:
        assert [one.code for one in await serving(session, party)] == ["b", "c"]
    with pytest.raises(BranchUnknown):
        async with db.unit_of_work() as session:
            await set_serving(session, party, ["nowhere"], by="test")
    with pytest.raises(PartyUnknown):
        async with db.unit_of_work() as session:
            await set_serving(session, PartyId("nobody"), [first], by="test")
