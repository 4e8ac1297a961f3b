"""Agreements: who is what to them, how they move, what they hold."""

from datetime import date, timedelta
from itertools import product as pairs
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError, StatementError

from crm_core.bank.agreements import (
    AgreementRefused,
    CardFacts,
    CardUnknown,
    add_card,
    add_role,
    move_agreement,
    move_card,
    set_balance,
)
from crm_core.bank.numbers import AgreementUnknown
from crm_core.bank.products import TransitionRefused
from crm_core.bank.terms import (
    AGREEMENT_STATES,
    CARD_STATES,
    AgreementKind,
    AgreementRole,
    AgreementStatus,
    CardNetwork,
    CardStatus,
)
from crm_core.database import Database
from crm_core.models import Agreement, Balance, BankCard
from crm_core.money import CurrencyMismatch, Money
from tests.crm_core.bank.offers import OPENED, TODAY, opened
from tests.crm_core.conftest import START, person

CARD = CardFacts(
    network=CardNetwork.MIR,
    status=CardStatus.ACTIVE,
    last4="1234",
    embossed_name="ANNA",
    expires_on=TODAY,
    ready_at_branch_on=OPENED,
)


async def an_agreement(db: Database) -> str:
    party = await person(db, "Anna")
    async with db.unit_of_work() as session:
        return await opened(session, party)


async def test_an_agreement_has_one_owner_at_a_time(db: Database) -> None:
    agreement, other = await an_agreement(db), await person(db, "Boris")
    for role in AgreementRole:
        if role is not AgreementRole.OWNER:
            async with db.unit_of_work() as session:
                await add_role(session, agreement, other, role=role, starts_on=TODAY)
    with pytest.raises(IntegrityError):
        async with db.unit_of_work() as session:
            owner = AgreementRole.OWNER
            await add_role(session, agreement, other, role=owner, starts_on=TODAY)


async def test_an_agreement_moves_as_the_table_says(db: Database) -> None:
    agreement = await an_agreement(db)
    for before, after in pairs(AgreementStatus, AgreementStatus):
        closed_on = OPENED if before is AgreementStatus.CLOSED else None
        async with db.unit_of_work() as session:
            reset = update(Agreement).values(status=before, closed_on=closed_on)
            await session.execute(reset)
        async with db.unit_of_work() as session:
            if after not in AGREEMENT_STATES[before]:
                with pytest.raises(TransitionRefused):
                    await move_agreement(session, agreement, after, on=TODAY)
                continue
            await move_agreement(session, agreement, after, on=TODAY)
            row = await session.get(Agreement, agreement)
            assert row and (row.closed_on == TODAY) == (after is AgreementStatus.CLOSED)
    with pytest.raises(AgreementUnknown):
        async with db.unit_of_work() as session:
            await move_agreement(session, "none", AgreementStatus.ACTIVE, on=TODAY)


async def test_facts_that_contradict_each_other_are_refused(db: Database) -> None:
    party = await person(db, "Anna")
    for wrong in ({"status": AgreementStatus.CLOSED}, {"closed_on": TODAY}):
        with pytest.raises(AgreementRefused):
            async with db.unit_of_work() as session:
                await opened(session, party, **wrong)


WRONG_AGREEMENTS: tuple[dict[str, Any], ...] = (
    {"status": "closed"},
    {"closed_on": OPENED},
    {"currency": "rub"},
    {"status": "sleeping"},
    {"kind": "friendship"},
)


async def test_the_database_holds_an_agreement_to_its_rules(db: Database) -> None:
    await an_agreement(db)
    for wrong in WRONG_AGREEMENTS:
        with pytest.raises((IntegrityError, StatementError)):
            async with db.unit_of_work() as session:
                await session.execute(update(Agreement).values(**wrong))


async def test_one_source_tells_of_an_agreement_once(db: Database) -> None:
    party = await person(db, "Anna")
    with pytest.raises(IntegrityError):
        async with db.unit_of_work() as session:
            for _ in range(2):
                await opened(session, party, source="abs", source_key="1")


async def test_a_balance_told_again_is_replaced_and_a_newer_one_added(db: Database) -> None:
    agreement = await an_agreement(db)
    later = START + timedelta(minutes=5)
    for minor, as_of in ((1, START), (2, START), (3, later)):
        async with db.unit_of_work() as session:
            money = Money(minor, "RUB")
            await set_balance(session, agreement, booked=money, available=money, as_of=as_of)
    async with db.reading() as session:
        rows = select(Balance.booked_minor, Balance.as_of).order_by(Balance.as_of)
        assert [tuple(row) for row in await session.execute(rows)] == [(2, START), (3, later)]


async def test_a_balance_in_another_currency_is_a_defect(db: Database) -> None:
    agreement = await an_agreement(db)
    with pytest.raises(CurrencyMismatch):
        async with db.unit_of_work() as session:
            money = Money(1, "USD")
            await set_balance(session, agreement, booked=money, available=money, as_of=START)


async def test_a_card_moves_as_the_table_says(db: Database) -> None:
    party = await person(db, "Anna")
    async with db.unit_of_work() as session:
        agreement = await opened(session, party, AgreementKind.CARD_ACCOUNT)
        card = await add_card(session, agreement, CARD, holder=party)
    for before, after in pairs(CardStatus, CardStatus):
        async with db.unit_of_work() as session:
            await session.execute(update(BankCard).values(status=before))
        async with db.unit_of_work() as session:
            if after in CARD_STATES[before]:
                await move_card(session, card, after)
                continue
            with pytest.raises(TransitionRefused):
                await move_card(session, card, after)
    with pytest.raises(CardUnknown):
        async with db.unit_of_work() as session:
            await move_card(session, "none", CardStatus.ACTIVE)


WRONG_CARDS: tuple[dict[str, Any], ...] = (
    *({"last4": "12345"}, {"issued_on": date(2030, 1, 1)}),
    {"ready_at_branch_on": None, "status": "ready"},
)


async def test_the_database_holds_a_card_to_its_rules(db: Database) -> None:
    party = await person(db, "Anna")
    async with db.unit_of_work() as session:
        await add_card(session, await opened(session, party), CARD, holder=party)
    for wrong in WRONG_CARDS:
        with pytest.raises(IntegrityError):
            async with db.unit_of_work() as session:
                await session.execute(update(BankCard).values(**wrong))
    async with db.reading() as session:
        assert await session.scalar(select(func.count()).select_from(BankCard)) == 1
