"""Numbers: sealed in the database, found by their hash, opened only with the keyring."""

import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text

from crm_core.bank.numbers import (
    AgreementUnknown,
    KeyringOptions,
    KeyUnknown,
    NumberRefused,
    NumberSeal,
    SealBroken,
    agreements_by_number,
    canonical,
    masked,
    reseal,
    reveal_number,
    throwaway_keyring,
)
from crm_core.database import Database
from crm_core.models import Agreement, AuditEvent
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


@given(st.from_regex(r"\A[0-9A-Z]{4,40}\Z"), st.text(min_size=1, max_size=40))
def test_what_is_sealed_opens_again_for_its_agreement_only(number: str, agreement: str) -> None:
    one, again = SEAL.seal(number, agreement), SEAL.seal(number, agreement)
    assert SEAL.open(one.sealed, one.key, agreement) == number
    assert one.sealed != again.sealed and one.hash == again.hash == SEAL.hashes(number)["k1"]
    with pytest.raises(SealBroken):
        SEAL.open(one.sealed, one.key, agreement + "x")


@pytest.mark.parametrize("broken", ["", "x", "AAAA", "é", "A" * 80])
def test_what_was_changed_does_not_open(broken: str) -> None:
    with pytest.raises(SealBroken):
        SEAL.open(broken, "k1", "a")


@pytest.mark.parametrize("typed", ["", "123", "a;b", "12345\0", "1" * 65, "счёт 1234", "١٢٣٤٥"])
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(NumberRefused):
        canonical(typed)


@pytest.mark.parametrize(
    "ring",
    [
        KeyringOptions(current="k1", keys={"k1": b"short"}),
        KeyringOptions(current="k2", keys=RING.keys),
        KeyringOptions(current="k1", keys={}),
    ],
)
def test_a_keyring_without_a_proper_key_is_refused(ring: KeyringOptions) -> None:
    with pytest.raises(ValueError, match="key"):
        NumberSeal(ring)


def test_a_keyring_does_not_show_its_keys() -> None:
    assert str(RING.keys["k1"]) not in repr(RING) and "keys" not in repr(RING)
