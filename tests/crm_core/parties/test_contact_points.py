"""Documents, addresses, e-mails and phones of a party: added, ended, and what they were before."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text

from crm_core.database import Database
from crm_core.errors import FieldRefused
from crm_core.models import AddressKind, DocumentType, PhoneRole
from crm_core.parties.addresses import (
    AddressFacts,
    AddressUnknown,
    addresses,
    end_address,
    keep_address,
)
from crm_core.parties.contact_phones import (
    PhoneKnown,
    PhoneUnknown,
    PhoneUse,
    change_use,
    end_use,
    use_phone,
    uses,
)
from crm_core.parties.directory import candidates
from crm_core.parties.documents import (
    DocumentFacts,
    DocumentUnknown,
    add_document,
    documents,
    end_document,
    reveal_document_number,
)
from crm_core.parties.emails import EmailKnown, EmailUnknown, add_email, emails, end_email
from crm_core.search import find
from routing.ids import AgentId, PartyId
from tests.crm_core.bank.offers import SEAL
from tests.crm_core.conftest import START, FakeClock, person

PASSPORT = DocumentFacts(
    type=DocumentType.PASSPORT,
    number="45 08 № 123456",
    country="RU",
    issued_by="ОВД Хамовники",
    issued_on=date(2008, 5, 6),
)
HOME = AddressFacts(kind=AddressKind.RESIDENCE, country="RU", city="Москва", street="Остоженка, 5")
NUMBER = "+7 916 123-45-67"


@pytest.fixture
async def party(db: Database) -> PartyId:
    return await person(db, "Anna")


async def passport(db: Database, party: PartyId, facts: DocumentFacts = PASSPORT) -> str:
    async with db.unit_of_work() as session:
        return await add_document(session, party, facts, seal=SEAL, by="boris")


async def test_a_document_is_masked_sealed_found_whole_and_opened(
    db: Database, party: PartyId
) -> None:
    document = await passport(db, party)
    async with db.unit_of_work() as session:
        (held,) = await documents(session, party)
        hits = (await find(session, "4508 123456", 5, region="RU", seal=SEAL)).items
        row = (await session.execute(text("SELECT * FROM identity_document"))).one()
        told = await reveal_document_number(
            session, party, document, seal=SEAL, viewer=AgentId("boris"), reason="call:c1"
        )
    assert held.number == "•••• 3456" and "4508" not in str(row)
    assert [(one.party, one.why, one.detail) for one in hits] == [(party, "document", "•••• 3456")]
    assert told == "4508123456"


async def test_an_ended_document_stays_and_that_of_another_is_none(
    db: Database, party: PartyId
) -> None:
    document, other = await passport(db, party), await person(db, "Boris")
    async with db.unit_of_work() as session:
        await end_document(session, party, document, by="boris")
        await end_document(session, party, document, by="boris")
        (held,) = await documents(session, party)
    assert held.ended_at == START
    with pytest.raises(DocumentUnknown):
        async with db.unit_of_work() as session:
            await end_document(session, other, document, by="boris")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"number": "none"}, "number"),
        ({"country": "XX"}, "country"),
        ({"issued_on": date(2026, 3, 3)}, "issued_on"),
        ({"expires_on": date(2008, 5, 6)}, "expires_on"),
    ],
)
async def test_a_document_that_cannot_be_is_refused(
    db: Database, party: PartyId, change: dict[str, object], field: str
) -> None:
    facts = {name: getattr(PASSPORT, name) for name in PASSPORT.__slots__} | change
    with pytest.raises(FieldRefused) as refused:
        await passport(db, party, DocumentFacts(**facts))
    assert refused.value.field == field


async def test_a_new_address_ends_the_one_before_and_yesterdays_is_still_told(
    db: Database, party: PartyId, clock: FakeClock
) -> None:
    async with db.unit_of_work() as session:
        first = await keep_address(session, party, HOME, by="boris")
        assert await keep_address(session, party, HOME, by="boris") == first
    clock.pass_(days=1)
    moved = AddressFacts(kind=AddressKind.RESIDENCE, country="KZ", city="Алматы")
    async with db.unit_of_work() as session:
        await keep_address(session, party, moved, by="boris")
    async with db.reading() as session:
        (now,) = await addresses(session, party)
        (before,) = await addresses(session, party, at=START + timedelta(hours=1))
    assert (now.facts, before.facts) == (moved, HOME)
    assert before.valid_to == now.valid_from
    async with db.unit_of_work() as session:
        await end_address(session, party, now.id, by="boris")
        assert not await addresses(session, party)
    with pytest.raises(AddressUnknown):
        async with db.unit_of_work() as session:
            await end_address(session, party, now.id, by="boris")


@pytest.mark.parametrize("change", [{"country": "Russia"}, {"city": "", "street": ""}])
async def test_an_address_that_is_none_is_refused(
    db: Database, party: PartyId, change: dict[str, str]
) -> None:
    facts = {name: getattr(HOME, name) for name in HOME.__slots__} | change
    with pytest.raises(FieldRefused):
        async with db.unit_of_work() as session:
            await keep_address(session, party, AddressFacts(**facts), by="boris")


async def test_mail_is_compared_without_case_and_may_come_back(
    db: Database, party: PartyId, clock: FakeClock
) -> None:
    async with db.unit_of_work() as session:
        email = await add_email(session, party, " Anna@Example.RU ", by="boris")
        with pytest.raises(EmailKnown):
            await add_email(session, party, "anna@example.ru", by="boris")
    clock.pass_(days=1)
    async with db.unit_of_work() as session:
        await end_email(session, party, email, by="boris")
        with pytest.raises(EmailUnknown):
            await end_email(session, party, email, by="boris")
        await add_email(session, party, "anna@example.ru", rank=2, by="boris")
        (held,) = await emails(session, party)
    assert (held.address, held.rank) == ("anna@example.ru", 2)


@pytest.mark.parametrize(
    "typed", ["", "anna", "a@b", "a b@c.ru", "a@b.ru\nBcc: x@y.ru", "<a@b.ru>"]
)
async def test_what_is_no_mail_is_refused(db: Database, party: PartyId, typed: str) -> None:
    with pytest.raises(FieldRefused):
        async with db.unit_of_work() as session:
            await add_email(session, party, typed, by="boris")


async def test_a_phone_is_used_changed_and_ended_and_then_suggests_nobody(
    db: Database, party: PartyId, clock: FakeClock
) -> None:
    use = PhoneUse(role=PhoneRole.RELATIVE, rank=2, may_discuss=False)
    async with db.unit_of_work() as session:
        phone = await use_phone(session, party, NUMBER, use, region="RU", by="boris")
        with pytest.raises(PhoneKnown):
            await use_phone(session, party, "8 (916) 1234567", use, region="RU", by="boris")
        (held,) = await uses(session, party)
    assert held.use == use and held.verified_at is None
    clock.pass_(days=1)
    changed = PhoneUse(role=PhoneRole.MOBILE, rank=1, may_call=False, verified=True)
    async with db.unit_of_work() as session:
        await change_use(session, party, phone, changed, by="boris")
        (held,) = await uses(session, party)
        assert held.use == changed and held.verified_at == clock.now()
        assert [one.party for one in await candidates(session, "+79161234567")] == [party]
        await end_use(session, party, phone, by="boris")
    clock.pass_(seconds=1)
    async with db.reading() as session:
        assert not await uses(session, party)
        assert not await candidates(session, "+79161234567")
    with pytest.raises(PhoneUnknown):
        async with db.unit_of_work() as session:
            await end_use(session, party, phone, by="boris")


async def test_a_phone_that_is_none_is_refused(db: Database, party: PartyId) -> None:
    for raw, rank in (("hangup", 1), (NUMBER, 0), (NUMBER, 100)):
        with pytest.raises(FieldRefused):
            async with db.unit_of_work() as session:
                use = PhoneUse(role=PhoneRole.HOME, rank=rank)
                await use_phone(session, party, raw, use, region="RU", by="boris")
