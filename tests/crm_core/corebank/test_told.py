"""What the parts tell the core bank: by ids and codes, in order, with the write or not at all."""

import json

import pytest
from sqlalchemy import select

from crm_core import cards
from crm_core.bank.terms import VerificationLevel
from crm_core.complaints.complaint import ComplaintFacts, Handling
from crm_core.complaints.handling import handle, register
from crm_core.complaints.states import ComplaintMove
from crm_core.corebank.outbox import OutboxKind
from crm_core.database import Database
from crm_core.models import (
    AddressKind,
    ConsentChannel,
    ConsentPurpose,
    ConsentSource,
    OutboxMessage,
    PhoneRole,
)
from crm_core.parties.addresses import AddressFacts, keep_address
from crm_core.parties.consents import ConsentFacts, record_consent
from crm_core.parties.contact_phones import PhoneKnown, PhoneUse, change_use, end_use, use_phone
from crm_core.parties.emails import add_email, end_email
from crm_core.work_rules import WorkRules
from routing.ids import CallId, PartyId
from routing.terms import CallState
from tests.architecture.contract import PAGE
from tests.crm_core.applications.desk import desk
from tests.crm_core.applications.test_telling import CALL, decided, on_the_line, say
from tests.crm_core.calls import add_card, over, suggested
from tests.crm_core.cards.test_filling import CATALOGUE, FILLED
from tests.crm_core.conftest import START, hired, person
from tests.crm_core.tasks.conftest import rules

__all__ = ["rules"]
NUMBER = "+79161234567"
MOBILE = PhoneUse(role=PhoneRole.MOBILE)


async def told(db: Database, party: PartyId) -> list[tuple[str, dict[str, object]]]:
    """What waits for the bank about the party, in the order in which it leaves."""
    row = OutboxMessage
    async with db.reading() as session:
        mine = select(row).where(row.subject == party).order_by(row.seq)
        return [(one.kind, dict(one.payload)) for one in await session.scalars(mine)]


async def test_contact_points_are_told_by_their_ids(db: Database) -> None:
    party = await person(db, "Anna")
    async with db.unit_of_work() as session:
        phone = await use_phone(session, party, NUMBER, MOBILE, region="RU", by="test")
        await change_use(session, party, phone, MOBILE, by="test")
        await end_use(session, party, phone, by="test")
        email = await add_email(session, party, "anna@example.org", by="test")
        await end_email(session, party, email, by="test")
        home = AddressFacts(kind=AddressKind.RESIDENCE, country="RU", city="Pskov")
        address = await keep_address(session, party, home, by="test")
    found = await told(db, party)
    assert {kind for kind, _ in found} == {"contact.updated"}
    assert [payload for _, payload in found] == [
        {"phone": phone, "role": "mobile", "change": "added"},
        {"phone": phone, "change": "changed"},
        {"phone": phone, "change": "ended"},
        {"email": email, "change": "added"},
        {"email": email, "change": "ended"},
        {"address": address, "kind": "residence", "change": "added"},
    ]
    said = json.dumps(found)
    assert not any(value in said for value in (NUMBER, "example.org", "Pskov", "Anna"))


async def test_what_is_refused_is_not_told(db: Database) -> None:
    party = await person(db, "Anna", NUMBER)
    with pytest.raises(PhoneKnown):
        async with db.unit_of_work() as session:
            await add_email(session, party, "anna@example.org", by="test")
            await use_phone(session, party, NUMBER, MOBILE, region="RU", by="test")
    assert await told(db, party) == []


async def test_a_consent_is_told(db: Database) -> None:
    party = await person(db, "Anna")
    facts = ConsentFacts(
        purpose=ConsentPurpose.MARKETING,
        channel=ConsentChannel.SMS,
        granted=False,
        source=ConsentSource.CALL,
        evidence="she said it twice",
    )
    async with db.unit_of_work() as session:
        await record_consent(session, party, facts, by="test")
    said = {"purpose": "marketing", "channel": "sms", "granted": "no", "change": "recorded"}
    assert await told(db, party) == [("consent.changed", said)]


async def test_a_completed_card_is_told_once_and_without_its_words(db: Database) -> None:
    anna, party = await hired(db, "anna"), await person(db, "Ivanova")
    await add_card(db, over("c1", anna.id, CallState.WRAP_UP, **suggested(party)))
    for _again in range(2):
        async with db.unit_of_work() as session:
            await cards.complete(session, CallId("c1"), anna.id, FILLED, catalogue=CATALOGUE)
    said = {
        "call": "c1",
        "agent": anna.id,
        "topic": "loan",
        "disposition": "promise",
        "completed_at": START.isoformat(),
    }
    assert await told(db, party) == [("call.logged", said)]


async def test_a_call_of_nobody_known_is_not_told(db: Database) -> None:
    anna = await hired(db, "anna")
    await add_card(db, over("c1", anna.id, CallState.WRAP_UP))
    async with db.unit_of_work() as session:
        await cards.complete(session, CallId("c1"), anna.id, FILLED, catalogue=CATALOGUE)
    async with db.reading() as session:
        assert await session.scalar(select(OutboxMessage.seq)) is None


async def test_a_resolved_complaint_is_told(db: Database, rules: WorkRules) -> None:
    anna, party = await hired(db, "anna"), await person(db, "Ivanova")
    facts = ComplaintFacts(party=party, topic="fees", essence="Charged twice")
    async with db.unit_of_work() as session:
        key = await register(session, rules, facts, by=anna.id)
        for move in (ComplaintMove.TAKE, ComplaintMove.RESOLVE, ComplaintMove.TELL):
            doing = Handling(move=move, words="The fee was given back")
            await handle(session, key, doing, rules=rules.tasks, by=anna.id)
    said = {
        "complaint": key,
        "topic": "fees",
        "channel": facts.channel.value,
        "resolved_at": START.isoformat(),
        "reopened": 0,
    }
    assert await told(db, party) == [("complaint.resolved", said)]


async def test_a_decision_is_told_when_the_applicant_was(db: Database) -> None:
    at = await desk(db)
    application = await decided(at)
    assert await told(db, at.party) == []
    await on_the_line(at, "agent", at.party, VerificationLevel.KNOWLEDGE)
    await say(at, application)
    said = {
        "application": application,
        "decision": "approve",
        "call": CALL,
        "told_at": db.clock.now().isoformat(),
    }
    assert await told(db, at.party) == [("application.told", said)]


@pytest.mark.parametrize("kind", OutboxKind)
def test_the_contract_names_each_kind(kind: OutboxKind) -> None:
    rows = [line.split("|")[1] for line in PAGE.read_text("utf-8").splitlines() if "| " in line]
    assert any(kind in row for row in rows)
