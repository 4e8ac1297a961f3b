"""Groups: members come and go with dates, the head is one of them."""

import pytest

from crm_core.database import Database
from crm_core.errors import FieldRefused, PartyUnknown
from crm_core.models import GroupKind
from crm_core.relations.groups import (
    GroupUnknown,
    add_group,
    close_group,
    group,
    groups,
    groups_of,
    rename_group,
    set_members,
)
from routing.ids import PartyId
from tests.crm_core.conftest import START, FakeClock, person


async def founded(db: Database, name: str, *members: PartyId) -> str:
    async with db.unit_of_work() as session:
        return await add_group(session, GroupKind.HOUSEHOLD, name, members, by="test")


async def test_members_come_and_go_and_the_past_stays(db: Database, clock: FakeClock) -> None:
    anna, boris, clara = [await person(db, name) for name in ("Anna", "Boris", "Clara")]
    house = await founded(db, "House", anna, boris)
    clock.pass_(days=1)
    async with db.unit_of_work() as session:
        await set_members(session, house, [boris, clara], by="test")
    async with db.reading() as session:
        now, then = await group(session, house), await group(session, house, START)
        assert [one.name for one in now.members] == ["Boris", "Clara"]
        assert [one.name for one in then.members] == ["Anna", "Boris"]
        assert await groups_of(session, anna) == []
        (mine,) = await groups_of(session, clara)
    assert (mine.name, mine.members) == ("House", 2)


async def test_the_head_is_a_member_stands_first_and_goes_with_his_membership(
    db: Database, clock: FakeClock
) -> None:
    anna, boris = await person(db, "Anna"), await person(db, "Boris")
    house = await founded(db, "House", anna, boris)
    async with db.unit_of_work() as session:
        await rename_group(session, house, GroupKind.CUSTOM, "Home", head=boris, by="test")
    async with db.reading() as session:
        found = await group(session, house)
    assert [(one.name, one.is_head) for one in found.members] == [("Boris", True), ("Anna", False)]
    with pytest.raises(FieldRefused):
        async with db.unit_of_work() as session:
            stranger = PartyId("nobody")
            await rename_group(session, house, GroupKind.CUSTOM, "Home", head=stranger, by="test")
    clock.pass_(days=1)
    async with db.unit_of_work() as session:
        await set_members(session, house, [anna], by="test")
    async with db.reading() as session:
        assert (await group(session, house)).head is None


async def test_a_closed_group_is_in_no_list_and_takes_nobody(
    db: Database, clock: FakeClock
) -> None:
    anna = await person(db, "Anna")
    house = await founded(db, "House", anna)
    clock.pass_(days=1)
    async with db.unit_of_work() as session:
        await close_group(session, house, by="test")
    async with db.reading() as session:
        assert await groups(session) == [] and await groups_of(session, anna) == []
    with pytest.raises(GroupUnknown):
        async with db.unit_of_work() as session:
            await set_members(session, house, [anna], by="test")


async def test_a_list_of_groups_goes_on_where_it_ended(db: Database) -> None:
    for name in ("Beta", "Alpha", "Almond", "Alpha"):
        await founded(db, name)
    async with db.reading() as session:
        first = await groups(session, named="al", limit=2)
        after = first[-1].name, first[-1].id
        rest = await groups(session, named="al", after=after)
        assert await groups(session, kind=GroupKind.HOLDING) == []
    assert [one.name for one in (*first, *rest)] == ["Almond", "Alpha", "Alpha"]


async def test_a_group_needs_a_name_and_members_who_are_there(db: Database) -> None:
    with pytest.raises(FieldRefused):
        await founded(db, " ")
    with pytest.raises(PartyUnknown):
        await founded(db, "House", PartyId("nobody"))
