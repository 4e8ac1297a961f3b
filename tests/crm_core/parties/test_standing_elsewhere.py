"""Nothing new is bound to a record that was merged away; whom to bind it to instead is told."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.database import Database
from crm_core.duplicates.merging import merge
from crm_core.errors import PartyUnknown
from crm_core.parties.editing import PartyMerged, check_stands
from crm_core.relations.linking import Tie, link
from crm_core.tasks.moving import add
from crm_core.tasks.states import SubjectKind
from crm_core.tasks.task import About, TaskFacts
from routing.ids import PartyId
from tests.crm_core.conftest import START, person

Bind = Callable[[AsyncSession, PartyId, PartyId], Awaitable[object]]


async def by_relation(session: AsyncSession, gave_way: PartyId, other: PartyId) -> object:
    return await link(session, Tie(party=other, to=gave_way, type="spouse"), by="test")


async def by_task(session: AsyncSession, gave_way: PartyId, _other: PartyId) -> object:
    about = About(kind=SubjectKind.PARTY, id=gave_way, party=gave_way)
    due = START + timedelta(days=1)
    return await add(session, TaskFacts(type="other", title="x", about=about, due_at=due), by="t")


@pytest.mark.parametrize("bind", [by_relation, by_task])
async def test_it_is_refused_with_the_one_that_stands(db: Database, bind: Bind) -> None:
    stays, gave_way = await person(db, "Ivanova"), await person(db, "Ivanowa")
    other = await person(db, "Petrov")
    async with db.unit_of_work() as session:
        await merge(session, stays, gave_way, by="sofia", reason="one person")
    with pytest.raises(PartyMerged, match=stays):
        async with db.unit_of_work() as session:
            await bind(session, gave_way, other)
    async with db.unit_of_work() as session:
        await bind(session, stays, other)


async def test_nobody_is_still_nobody(db: Database) -> None:
    async with db.reading() as session:
        with pytest.raises(PartyUnknown):
            await check_stands(session, PartyId("nobody"))
