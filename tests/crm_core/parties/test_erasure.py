"""Erasure: amounts, ids and the audit stay, all that is personal goes; asked twice, done once."""

import io
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import select, text, update

from crm_core.audit import verify
from crm_core.bank.agreements import move_agreement
from crm_core.bank.terms import AgreementStatus
from crm_core.cards.rows import card_row, write_rows
from crm_core.database import Database
from crm_core.models import (
    AddressKind,
    Agreement,
    AuditEvent,
    Base,
    CallCard,
    ConsentChannel,
    ConsentPurpose,
    ConsentSource,
    DocumentType,
)
from crm_core.parties.addresses import AddressFacts, keep_address
from crm_core.parties.attachments import attach
from crm_core.parties.consents import ConsentFacts, granted, record_consent
from crm_core.parties.documents import DocumentFacts, add_document
from crm_core.parties.editing import PartyErased
from crm_core.parties.emails import add_email
from crm_core.parties.erasure import AgreementOpen, ErasureReason, erase
from crm_core.parties.file_store import FileStore
from crm_core.parties.profile import GeneralFacts, PersonFacts, profile
from crm_core.parties.profile_edit import edit_profile, set_tax_id
from crm_core.search import find
from routing.ids import PartyId
from tests.crm_core.bank.offers import SEAL, opened
from tests.crm_core.calls import view
from tests.crm_core.conftest import START, person

SECRETS = ("Соколова", "Мария", "Томск", "Остоженка", "sokolova", "9161234567", "dossier")


async def whole_client(db: Database, store: FileStore) -> PartyId:
    """A client of whom everything is known."""
    party = await person(db, "Petrova", "+79161234567")
    own = PersonFacts(
        family_name="Соколова",
        given_name="Мария",
        birth_date=date(1987, 2, 3),
        birth_place="Томск",
        possessions="dossier",
    )
    home = AddressFacts(kind=AddressKind.RESIDENCE, country="RU", street="Остоженка, 5")
    yes = ConsentFacts(
        purpose=ConsentPurpose.MARKETING,
        channel=ConsentChannel.ANY,
        granted=True,
        source=ConsentSource.PAPER,
        evidence="dossier 17",
    )
    passport = DocumentFacts(type=DocumentType.PASSPORT, number="4508123456")
    async with db.unit_of_work() as session:
        await edit_profile(session, party, GeneralFacts(language="ru"), own, seen=1, by="b")
        await set_tax_id(session, party, "500100732259", seal=SEAL, by="b")
        await add_document(session, party, passport, seal=SEAL, by="b")
        await keep_address(session, party, home, by="b")
        await add_email(session, party, "sokolova@example.ru", by="b")
        await record_consent(session, party, yes, by="b")
    await attach(db, store, party, io.BytesIO(b"dossier"), "dossier.txt", by="b")
    return party


async def everything(db: Database) -> str:
    """All that the database holds."""
    async with db.reading() as session:
        tables = [table.name for table in Base.metadata.sorted_tables]
        rows = [(await session.execute(text(f'SELECT * FROM "{one}"'))).all() for one in tables]
    return str(rows)


async def test_nothing_personal_is_left_and_the_audit_is_whole(
    db: Database, tmp_path: Path
) -> None:
    store = FileStore(tmp_path, largest=1000)
    party = await whole_client(db, store)
    told = await everything(db)
    assert all(one in told for one in SECRETS)
    async with db.unit_of_work() as session:
        done = await erase(session, party, reason=ErasureReason.ASKED, by="admin")
    for key in done.files:
        store.drop(key)
    told = await everything(db)
    assert [one for one in SECRETS if one in told] == []
    assert list(store.older_than(datetime.max.replace(tzinfo=UTC))) == []
    async with db.reading() as session:
        left = await profile(session, party)
        assert left.erased_at is not None and left.tax_id_last4 is None
        assert (await find(session, "4508123456", 5, region="RU", seal=SEAL)).items == ()
        assert await granted(session, party, ConsentPurpose.MARKETING, ConsentChannel.SMS)
        assert (await verify(session)).unbroken


async def test_a_call_keeps_when_it_was_and_loses_what_was_heard(
    db: Database, tmp_path: Path
) -> None:
    party = await whole_client(db, FileStore(tmp_path, largest=1000))
    card = view(number="+79161234567", raw_number="89161234567")
    async with db.unit_of_work() as session:
        await write_rows(session, [card_row(card, position="p1", recorded_at=START)])
        heard = {"caller_name": "Мария", "essence": "Томск", "party": party}
        await session.execute(update(CallCard).values(**heard))
    async with db.unit_of_work() as session:
        await erase(session, party, reason=ErasureReason.ASKED, by="admin")
        left = (await session.scalars(select(CallCard))).one()
    assert (left.party, left.arrived_at, left.number) == (party, START, None)
    told = await everything(db)
    assert [one for one in SECRETS if one in told] == []


async def test_to_ask_twice_changes_nothing_and_nothing_can_be_added(
    db: Database, tmp_path: Path
) -> None:
    party = await whole_client(db, FileStore(tmp_path, largest=1000))
    async with db.unit_of_work() as session:
        await erase(session, party, reason=ErasureReason.ASKED, by="admin")
    before = await everything(db)
    async with db.unit_of_work() as session:
        again = await erase(session, party, reason=ErasureReason.RETENTION_OVER, by="admin")
    assert not again.files and await everything(db) == before
    async with db.reading() as session:
        seen = select(AuditEvent.reason).where(AuditEvent.action == "party_erased")
        assert list(await session.scalars(seen)) == ["asked"]
    with pytest.raises(PartyErased):
        async with db.unit_of_work() as session:
            await add_email(session, party, "a@example.ru", by="b")


async def test_it_is_refused_while_an_agreement_is_open_and_keeps_a_closed_one(
    db: Database, tmp_path: Path
) -> None:
    party = await whole_client(db, FileStore(tmp_path, largest=1000))
    async with db.unit_of_work() as session:
        agreement = await opened(session, party)
    with pytest.raises(AgreementOpen):
        async with db.unit_of_work() as session:
            await erase(session, party, reason=ErasureReason.ASKED, by="admin")
    async with db.unit_of_work() as session:
        await move_agreement(session, agreement, AgreementStatus.CLOSED, on=date(2026, 3, 2))
    async with db.unit_of_work() as session:
        await erase(session, party, reason=ErasureReason.ASKED, by="admin")
        assert await session.get(Agreement, agreement) is not None
