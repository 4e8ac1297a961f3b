"""Adding parties and their phones: raw as written, stored once."""

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from crm_core.database import Database
from crm_core.models import (
    PartyPhone,
    PhoneNumber,
    PhoneRole,
)
from crm_core.parties.records import NumberRefused, add_phone
from routing.ids import PartyId
from tests.crm_core.conftest import START, person


@pytest.fixture
async def party(db: Database) -> PartyId:
    return await person(db, "Anna")


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
