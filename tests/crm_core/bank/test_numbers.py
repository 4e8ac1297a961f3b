"""Numbers: sealed in the database, found by their hash, opened only with the keyring."""

import secrets

import pytest
from sqlalchemy import select, text

from crm_core.bank.numbers import AgreementUnknown, agreements_by_number, reveal_number
from crm_core.database import Database
from crm_core.models import Agreement, AuditEvent
from crm_core.rotation import reseal
from crm_core.sealing import KeyringOptions, KeyUnknown, NumberSeal, masked, throwaway_keyring
from routing.ids import AgentId
from tests.crm_core.bank.offers import RING, SEAL, opened
from tests.crm_core.conftest import person

NUMBER = "40817 810 0 9991 0004312"
PLAIN = "40817810099910004312"
BORIS = AgentId("boris")


async def sealed_row(db: Database) -> str:
    party = await person(db, "Anna")
    async with db.unit_of_work() as session:
        return await opened(session, party, number=NUMBER)


async def test_no_column_of_any_table_has_the_number_in_it(db: Database) -> None:
    agreement = await sealed_row(db)
    async with db.reading() as session:
        row = (await session.execute(text("SELECT * FROM agreement"))).one()
        audited = (await session.execute(text("SELECT * FROM audit_event"))).all()
    assert PLAIN[:8] not in str(row) and PLAIN[:8] not in str(audited)
    assert row.number_last4 == "4312" and masked(row.number_last4) == "•••• 4312"
    assert row.id == agreement


async def test_it_is_found_in_any_spelling_and_nothing_else_is(db: Database) -> None:
    agreement = await sealed_row(db)
    async with db.reading() as session:
        for typed in (NUMBER, PLAIN, PLAIN.replace("0004", "-0004 "), f" {PLAIN} "):
            assert await agreements_by_number(session, typed, seal=SEAL) == (agreement,)
        for typed in (PLAIN[:-1], "4312", "", "no number, surely", PLAIN + "0"):
            assert await agreements_by_number(session, typed, seal=SEAL) == ()
        other = NumberSeal(throwaway_keyring())
        assert await agreements_by_number(session, NUMBER, seal=other) == ()


async def test_to_open_it_is_audited_with_the_reason(db: Database) -> None:
    agreement = await sealed_row(db)
    async with db.unit_of_work() as session:
        told = await reveal_number(session, agreement, seal=SEAL, viewer=BORIS, reason="call:c1")
    assert told == PLAIN
    async with db.reading() as session:
        seen = select(AuditEvent).where(AuditEvent.action == "number_revealed")
        event = (await session.scalars(seen)).one()
    assert (event.actor, event.subject, event.reason) == ("boris", agreement, "call:c1")
    with pytest.raises(AgreementUnknown):
        async with db.unit_of_work() as session:
            await reveal_number(session, "none", seal=SEAL, viewer=BORIS, reason="x")


async def test_keys_are_rotated_without_losing_a_number(db: Database) -> None:
    agreement = await sealed_row(db)
    both = KeyringOptions(current="k2", keys={**RING.keys, "k2": secrets.token_bytes(32)})
    only_new = NumberSeal(KeyringOptions(current="k2", keys={"k2": both.keys["k2"]}))
    with pytest.raises(KeyUnknown):
        async with db.unit_of_work() as session:
            await reseal(session, seal=only_new, limit=10)
    async with db.unit_of_work() as session:
        assert await agreements_by_number(session, NUMBER, seal=NumberSeal(both)) == (agreement,)
        assert await reseal(session, seal=NumberSeal(both), limit=10) == 1
    async with db.unit_of_work() as session:
        assert await reseal(session, seal=NumberSeal(both), limit=10) == 0
        row = await session.get(Agreement, agreement)
        assert row and row.number_key == "k2"
        assert await agreements_by_number(session, NUMBER, seal=only_new) == (agreement,)
        told = await reveal_number(session, agreement, seal=only_new, viewer=BORIS, reason="x")
    assert told == PLAIN
