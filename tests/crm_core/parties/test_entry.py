"""Entry of a client: whoever is alike is told first, as he is known now."""

from datetime import date

import pytest

from crm_core.database import Database
from crm_core.errors import FieldRefused
from crm_core.models import PhoneRole
from crm_core.parties.contact_phones import PhoneUse, uses
from crm_core.parties.entry import NewClient, NewPhone, add_client, resembling
from crm_core.parties.profile import GeneralFacts, OrganisationFacts, PersonFacts, profile
from crm_core.parties.profile_edit import edit_profile
from routing.ids import PartyId
from tests.crm_core.bank.offers import SEAL
from tests.crm_core.conftest import person

GENERAL = GeneralFacts(language="ru")
MARIYA = PersonFacts(
    family_name="Соколова", given_name="Мария", birth_date=date(1987, 2, 3), occupation="врач"
)
NEW = NewClient(
    general=GENERAL,
    own=MARIYA,
    phones=(NewPhone(raw="8 916 123-45-67", use=PhoneUse(role=PhoneRole.MOBILE)),),
    tax_id="500100732259",
)


async def alike(db: Database, new: NewClient) -> list[PartyId]:
    async with db.reading() as session:
        return [one.party for one in await resembling(session, new, region="RU", seal=SEAL)]


async def added(db: Database, new: NewClient) -> PartyId:
    async with db.unit_of_work() as session:
        return await add_client(session, new, region="RU", seal=SEAL, by="boris")


async def test_a_client_is_added_whole_and_then_his_twin_is_told(db: Database) -> None:
    assert await alike(db, NEW) == []
    party = await added(db, NEW)
    async with db.reading() as session:
        kept = await profile(session, party)
        (phone,) = await uses(session, party)
    assert (kept.own, kept.tax_id_last4) == (MARIYA, "2259")
    assert phone.display == "+7 916 123-45-67"
    latin = PersonFacts(family_name="Sokolova", given_name="Mariia", birth_date=date(1987, 2, 3))
    assert await alike(db, NewClient(general=GENERAL, own=latin)) == [party]
    assert await alike(db, NewClient(general=GENERAL, own=MARIYA, tax_id=NEW.tax_id)) == [party]


async def test_who_took_another_name_a_minute_ago_is_known_by_it(db: Database) -> None:
    party = await person(db, "Petrova")
    async with db.unit_of_work() as session:
        await edit_profile(session, party, GENERAL, MARIYA, seen=1, by="boris")
    assert await alike(db, NewClient(general=GENERAL, own=MARIYA)) == [party]


async def test_a_firm_is_known_by_its_tax_id(db: Database) -> None:
    firm = OrganisationFacts(name="Орион", legal_name="ООО «Орион»", tax_id="7707083893")
    party = await added(db, NewClient(general=GENERAL, own=firm))
    twin = OrganisationFacts(name="Orion", legal_name="Orion Ltd", tax_id="7707083893")
    assert await alike(db, NewClient(general=GENERAL, own=twin)) == [party]


async def test_a_client_with_a_wrong_number_is_not_added_at_all(db: Database) -> None:
    wrong = NewPhone(raw="hangup", use=PhoneUse(role=PhoneRole.HOME))
    with pytest.raises(FieldRefused):
        await added(db, NewClient(general=GENERAL, own=MARIYA, phones=(wrong,)))
    assert await alike(db, NEW) == []
