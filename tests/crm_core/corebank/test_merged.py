"""What the bank goes on telling of a record that was merged away lands at the one that stays."""

import pytest
from sqlalchemy import select

from crm_core.corebank.names import EntityName
from crm_core.corebank.store import targets
from crm_core.database import Database
from crm_core.duplicates.merging import merge
from crm_core.managers.reading import managers_at
from crm_core.models import AgreementParty, Party, PartyPhone, PhoneNumber
from crm_core.search import find
from routing.ids import PartyId
from tests.crm_core.conftest import hired
from tests.crm_core.corebank.conftest import Load
from tests.crm_core.corebank.fake_bank import FakeBank, agreement, client, phone, product, role


@pytest.fixture
async def merged(db: Database, bank: FakeBank, loading: Load) -> tuple[PartyId, PartyId]:
    """The records c1 and c2 are one person; the second, which has a loan, gave way. Both ids."""
    await loading(bank.batch("product", [product()]))
    await loading(bank.batch("party", [client(), client("c2", given_name="Anna")]))
    await loading(bank.batch("party_phone", [phone("p2", "c2")]))
    await loading(bank.batch("agreement", [agreement()]))
    await loading(bank.batch("agreement_party", [role(party_key="c2")]))
    async with db.unit_of_work() as session:
        ids = await targets(session, EntityName.PARTY, bank.source, ["c1", "c2"])
        stays, gives_way = PartyId(ids["c1"]), PartyId(ids["c2"])
        await merge(session, stays, gives_way, by="sofia", reason="one person")
    return stays, gives_way


async def whose(db: Database) -> set[PartyId]:
    """Whose the agreements and numbers are."""
    async with db.reading() as session:
        roles = await session.scalars(select(AgreementParty.party))
        return set(roles) | set(await session.scalars(select(PartyPhone.party)))


async def test_what_is_told_anew_and_again_is_of_the_party_that_stays(
    db: Database, bank: FakeBank, loading: Load, merged: tuple[PartyId, PartyId]
) -> None:
    again = {"party_key": "c2", "source_version": "2"}
    for entity, rows in {
        "party_phone": [phone("p2", "c2", source_version="2", number="8 (916) 765-43-21")],
        "agreement": [agreement("a2")],
        "agreement_party": [role(**again), role("r2", agreement_key="a2", party_key="c2")],
    }.items():
        report = await loading(bank.batch(entity, rows))
        assert (report.stored, report.refused) == (len(rows), 0)
    assert await whose(db) == {merged[0]}
    async with db.reading() as session:
        used = select(PhoneNumber.e164).join(PartyPhone, PartyPhone.phone == PhoneNumber.id)
        now = used.where(PartyPhone.party == merged[0], PartyPhone.valid_to.is_(None))
        assert list(await session.scalars(now)) == ["+79167654321"]


async def test_the_record_itself_is_kept_and_not_found(
    db: Database, bank: FakeBank, loading: Load, merged: tuple[PartyId, PartyId]
) -> None:
    """It is kept up to date, for the two may be parted again."""
    await loading(bank.batch("party", [client("c2", source_version="2", given_name="Anastasia")]))
    async with db.reading() as session:
        stays, gave_way = (
            await session.get_one(Party, merged[0]),
            await session.get_one(Party, merged[1]),
        )
        assert (stays.display_name, gave_way.display_name) == ("Орлова Анна", "Орлова Anastasia")
        found = await find(session, "Orlova", 5, region="RU")
    assert [one.party for one in found.items] == [merged[0]]


async def test_who_stays_keeps_its_own_managers(
    db: Database, bank: FakeBank, loading: Load, merged: tuple[PartyId, PartyId]
) -> None:
    await hired(db, "anna")
    row = {"party_key": "c2", "source_version": "1", "rank": "1", "username": "anna"}
    report = await loading(bank.batch("manager_assignment", [row]))
    assert report.refused == 0
    async with db.reading() as session:
        assert [await managers_at(session, party) for party in merged] == [(), ()]
