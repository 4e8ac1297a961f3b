"""Whole profiles: kept as told, changed by who has seen the newest, numbers sealed and found."""

import dataclasses
from datetime import date

import pytest
from sqlalchemy import select, text

from crm_core.database import Database
from crm_core.errors import FieldRefused, PartyUnknown
from crm_core.models import AuditEvent, Education, RiskLevel, Sex
from crm_core.money import Money
from crm_core.parties.profile import (
    GeneralFacts,
    OrganisationFacts,
    PersonFacts,
    Profile,
    profile,
)
from crm_core.parties.profile_edit import (
    NoTaxId,
    ProfileChanged,
    edit_profile,
    reveal_tax_id,
    set_tax_id,
)
from crm_core.parties.records import PartyFacts, add_organisation
from crm_core.search import find
from crm_core.staff.branches import BranchFacts, add_branch, branches
from routing.ids import AgentId, PartyId
from tests.crm_core.bank.offers import SEAL
from tests.crm_core.conftest import person

BORIS = AgentId("boris")
GENERAL = GeneralFacts(
    language="ru", time_zone="Asia/Omsk", home_branch="Omsk", risk_level=RiskLevel.LOW, dnc=True
)
WHOLE = PersonFacts(
    family_name="Соколова",
    given_name="Мария",
    middle_name="Петровна",
    birth_date=date(1987, 2, 3),
    birth_place="Томск",
    sex=Sex.FEMALE,
    citizenship="RU",
    education=Education.HIGHER,
    occupation="врач",
    employer_name="Больница № 3",
    monthly_income=Money(9_500_000, "RUB"),
    monthly_expense=Money(4_200_000, "RUB"),
    dependants=2,
    possessions="Квартира, автомобиль",
)
FIRM = OrganisationFacts(
    name="Орион",
    legal_name="ООО «Орион»",
    registration_number="1027700132195",
    tax_id="7707083893",
    industry_code="64.19",
    employees=140,
    credit_rating="BBB",
    founded_on=date(1999, 5, 1),
)
Own = PersonFacts | OrganisationFacts


async def kept(db: Database, party: PartyId) -> Profile:
    async with db.reading() as session:
        return await profile(session, party)


async def edit(db: Database, party: PartyId, own: Own, *, seen: int = 1) -> int:
    async with db.unit_of_work() as session:
        if not await branches(session):
            await add_branch(session, BranchFacts(code="Omsk", name="Omsk"), by="test")
        return await edit_profile(session, party, GENERAL, own, seen=seen, by="boris")


async def firm(db: Database) -> PartyId:
    async with db.unit_of_work() as session:
        return await add_organisation(session, "Old name", PartyFacts(), by="test")


async def found(db: Database, typed: str) -> list[tuple[str, str, str]]:
    async with db.reading() as session:
        hits = (await find(session, typed, 5, region="RU", seal=SEAL)).items
    return [(one.name, one.why, one.detail) for one in hits]


async def test_a_whole_profile_is_kept_as_it_was_told_and_found_by_its_new_name(
    db: Database,
) -> None:
    party = await person(db, "Petrova")
    assert await edit(db, party, WHOLE) == 2
    now = await kept(db, party)
    assert (now.own, now.general, now.version) == (WHOLE, GENERAL, 2)
    assert [one[0] for one in await found(db, "sokolova mariya")] == ["Соколова Мария Петровна"]
    assert await found(db, "petrova") != await found(db, "sokolova")


async def test_a_firm_is_found_by_its_tax_id(db: Database) -> None:
    party = await firm(db)
    await edit(db, party, FIRM)
    assert (await kept(db, party)).own == FIRM
    assert await found(db, "770 708 38 93") == [("Орион", "tax_id", "7707083893")]


async def test_the_second_of_two_learns_what_the_first_did_and_overwrites_nothing(
    db: Database,
) -> None:
    party = await person(db, "Petrova")
    await edit(db, party, WHOLE)
    mine = dataclasses.replace(WHOLE, occupation="директор", birth_date=None)
    with pytest.raises(ProfileChanged) as refused:
        await edit(db, party, mine, seen=1)
    told = {one.field: (one.yours, one.stored) for one in refused.value.differences}
    assert told == {
        "occupation": ("директор", "врач"),
        "birth_date": (None, date(1987, 2, 3)),
    }
    assert (await kept(db, party)).own == WHOLE
    assert await edit(db, party, mine, seen=refused.value.version) == 3


async def test_what_changes_nothing_writes_nothing(db: Database) -> None:
    party = await person(db, "Petrova")
    await edit(db, party, WHOLE)
    assert await edit(db, party, WHOLE, seen=1) == 2
    async with db.reading() as session:
        seen = select(AuditEvent).where(AuditEvent.action == "profile_edited")
        (event,) = await session.scalars(seen)
    assert event.actor == "boris" and "occupation" in event.detail["fields"]
    assert "врач" not in str(event.detail)


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"family_name": " ", "given_name": "", "middle_name": ""}, "family_name", "missing"),
        ({"birth_date": date(2026, 3, 3)}, "birth_date", "in_future"),
        ({"birth_date": date(1700, 1, 1)}, "birth_date", "too_early"),
        ({"died_on": date(1987, 2, 2)}, "died_on", "before_birth"),
        ({"citizenship": "XX"}, "citizenship", "unknown_country"),
        ({"monthly_income": Money(-1, "RUB")}, "monthly_income", "negative"),
        ({"monthly_expense": Money(1, "EUR")}, "monthly_expense", "other_currency"),
        ({"dependants": 51}, "dependants", "out_of_range"),
        ({"employer": PartyId("nobody")}, "employer", "unknown_party"),
    ],
)
async def test_what_cannot_be_is_refused_by_field(
    db: Database, change: dict[str, object], field: str, code: str
) -> None:
    party = await person(db, "Petrova")
    with pytest.raises(FieldRefused) as refused:
        await edit(db, party, dataclasses.replace(WHOLE, **change))  # type: ignore[arg-type]
    assert (refused.value.field, refused.value.problem) == (field, code)


async def test_a_profile_of_the_other_kind_or_of_nobody_is_refused(db: Database) -> None:
    with pytest.raises(FieldRefused):
        await edit(db, await firm(db), WHOLE)
    with pytest.raises(PartyUnknown):
        await edit(db, PartyId("nobody"), WHOLE)


async def test_a_tax_id_is_sealed_found_whole_and_opened_with_an_audit(db: Database) -> None:
    party = await person(db, "Petrova")
    async with db.unit_of_work() as session:
        await set_tax_id(session, party, "500100 732259", seal=SEAL, by="boris")
    async with db.reading() as session:
        row = (await session.execute(text("SELECT * FROM person"))).one()
        terms = (await session.execute(text("SELECT * FROM search_term"))).all()
    assert "500100732" not in str(row) + str(terms)
    assert (await kept(db, party)).tax_id_last4 == "2259"
    assert await found(db, "500100732259") == [("Petrova", "tax_id", "•••• 2259")]
    assert await found(db, "2259") == []
    async with db.unit_of_work() as session:
        told = await reveal_tax_id(session, party, seal=SEAL, viewer=BORIS, reason="call:c1")
    assert told == "500100732259"
    async with db.reading() as session:
        seen = select(AuditEvent).where(AuditEvent.action == "number_revealed")
        event = (await session.scalars(seen)).one()
    assert (event.subject, event.reason, event.detail) == (party, "call:c1", {"what": "tax_id"})


async def test_a_tax_id_can_be_taken_away(db: Database) -> None:
    party = await person(db, "Petrova")
    for number in ("500100732259", None):
        async with db.unit_of_work() as session:
            await set_tax_id(session, party, number, seal=SEAL, by="boris")
    assert await found(db, "500100732259") == []
    with pytest.raises(NoTaxId):
        async with db.unit_of_work() as session:
            await reveal_tax_id(session, party, seal=SEAL, viewer=BORIS, reason="x")
    with pytest.raises(FieldRefused, match="not_a_number"):
        async with db.unit_of_work() as session:
            await set_tax_id(session, party, "none", seal=SEAL, by="boris")


async def test_a_home_branch_is_one_that_the_bank_has(db: Database) -> None:
    party = await person(db, "Petrova")
    with pytest.raises(FieldRefused) as refused:
        async with db.unit_of_work() as session:
            await edit_profile(session, party, GENERAL, WHOLE, seen=1, by="boris")
    assert (refused.value.field, refused.value.problem) == ("home_branch", "unknown_branch")
