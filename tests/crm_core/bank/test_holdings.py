"""What a party has: the newest news of each agreement, masked unless the look is written down."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from crm_core.bank.agreements import CardFacts, add_card, add_role, set_balance
from crm_core.bank.business_day import take_arrears
from crm_core.bank.holdings import Held, agreements_of, cards_of
from crm_core.bank.reveal import AmountsMasked, Look, reveal
from crm_core.bank.terms import (
    AgreementKind,
    AgreementRole,
    AgreementStatus,
    CardNetwork,
    CardStatus,
    VerificationLevel,
)
from crm_core.database import Database
from crm_core.models import AuditEvent
from crm_core.money import Money
from crm_core.parties.panel import PartyPanel, panel
from routing.ids import AgentId, PartyId
from tests.crm_core.bank.offers import OPENED, TODAY, lent, opened
from tests.crm_core.conftest import START, person

DAY = timedelta(days=1)
BORIS = AgentId("boris")
MASKED = Look(viewer=BORIS, reason="call:c1")
OPEN = Look(viewer=BORIS, reason="call:c1", level=VerificationLevel.KNOWLEDGE)


async def a_client(db: Database) -> PartyId:
    """Has an account with two balances, and a loan that is 12 days late by its second snapshot."""
    party = await person(db, "Anna")
    async with db.unit_of_work() as session:
        account = await opened(session, party)
        for minor, as_of in ((700, START), (300, START - DAY)):
            money = Money(minor, "RUB")
            await set_balance(session, account, booked=money, available=money, as_of=as_of)
        loan = await lent(session, party, first_due_on=TODAY - 12 * DAY)
        for day in (TODAY, TODAY - DAY):
            await take_arrears(session, loan, on=day)
    return party


async def audited(db: Database, action: str) -> list[tuple[str, str, str, dict[str, str]]]:
    async with db.reading() as session:
        events = await session.scalars(select(AuditEvent).where(AuditEvent.action == action))
        return [(one.actor, one.subject, one.reason, one.detail) for one in events]


async def shown(db: Database, party: PartyId, level: VerificationLevel) -> PartyPanel:
    async with db.unit_of_work() as session:
        return await panel(session, party, viewer=BORIS, reason="call:c1", level=level)


async def test_agreements_come_with_their_newest_balance_and_arrears(db: Database) -> None:
    party = await a_client(db)
    async with db.unit_of_work() as session:
        account, loan = await agreements_of(session, party, OPEN)
    amount = Money(700, "RUB")
    assert account.balance == Held(booked=amount, available=amount, as_of=START)
    assert (account.kind, account.standing) == (AgreementKind.ACCOUNT, None)
    assert loan.standing and (loan.standing.dpd, loan.standing.business_date) == (12, TODAY)
    assert loan.standing.overdue == Money(11_200, "RUB")
    assert await audited(db, "amounts_revealed") == [("boris", party, "call:c1", {"level": "2"})]


async def test_without_verification_they_come_without_amounts_and_without_a_reveal(
    db: Database,
) -> None:
    party = await a_client(db)
    async with db.reading() as session:
        found = await agreements_of(session, party, MASKED)
    assert all(one.masked and one.balance is None for one in found)
    assert found[1].standing and found[1].standing.dpd == 12
    assert "Money(" not in repr(found)
    assert await audited(db, "amounts_revealed") == []


async def test_amounts_that_cannot_be_audited_are_not_shown(db: Database) -> None:
    party = await a_client(db)
    with pytest.raises(Exception, match=r"(?i)read.?only"):
        async with db.reading() as session:
            await agreements_of(session, party, OPEN)
    with pytest.raises(AmountsMasked):
        async with db.unit_of_work() as session:
            await reveal(session, party, MASKED)


async def test_the_panel_opens_amounts_from_level_2_on_and_audits_each_time(db: Database) -> None:
    party = await a_client(db)
    for level, reveals in zip(VerificationLevel, (0, 0, 1, 2), strict=True):
        seen = await shown(db, party, level)
        opens = level >= VerificationLevel.KNOWLEDGE
        assert seen.money.deposits and seen.money.deposits.as_of == START
        assert seen.money.deposits.amounts == ((Money(700, "RUB"),) if opens else None)
        assert ("Money(" in repr(seen)) == opens
        assert (seen.red.arrears, seen.red.worst_dpd, seen.red.worst_range) == (True, 12, "d1_30")
        assert len(await audited(db, "amounts_revealed")) == reveals
    assert len(await audited(db, "party_viewed")) == len(VerificationLevel)


async def test_nothing_is_opened_where_there_is_nothing(db: Database) -> None:
    party = await person(db, "Boris")
    seen = await shown(db, party, VerificationLevel.STRONG)
    assert (seen.money.deposits, seen.money.owed, seen.money.masked) == (None, None, False)
    assert await audited(db, "amounts_revealed") == []


async def test_a_guarantor_sees_the_loan_as_one_that_he_guarantees(db: Database) -> None:
    await a_client(db)
    borrower, guarantor = await a_client(db), await person(db, "Vera")
    async with db.unit_of_work() as session:
        loan = (await agreements_of(session, borrower, MASKED))[1].agreement
        role = AgreementRole.GUARANTOR
        await add_role(session, loan, guarantor, role=role, starts_on=OPENED)
    seen = await shown(db, guarantor, VerificationLevel.NONE)
    assert (seen.red.arrears, seen.red.guaranteed_dpd) == (False, 12)
    async with db.reading() as session:
        (one,) = await agreements_of(session, guarantor, MASKED)
    assert (one.role, one.agreement) == (AgreementRole.GUARANTOR, loan)


async def test_closed_agreements_come_last(db: Database) -> None:
    party = await person(db, "Anna")
    async with db.unit_of_work() as session:
        closed = AgreementStatus.CLOSED
        await opened(session, party, status=closed, closed_on=TODAY)
        await opened(session, party)
    async with db.reading() as session:
        found = await agreements_of(session, party, MASKED)
    assert [one.status for one in found] == ["active", "closed"]


async def test_cards_are_their_holders_and_not_their_agreements_owners(db: Database) -> None:
    party, son = await person(db, "Anna"), await person(db, "Ivan")
    facts = CardFacts(
        network=CardNetwork.MIR,
        status=CardStatus.READY,
        last4="0007",
        embossed_name="IVAN",
        expires_on=TODAY,
        ready_at_branch_on=TODAY,
        branch="Arbat",
    )
    async with db.unit_of_work() as session:
        account = await opened(session, party, AgreementKind.CARD_ACCOUNT)
        card = await add_card(session, account, facts, holder=son)
    async with db.reading() as session:
        assert await cards_of(session, party) == ()
        (one,) = await cards_of(session, son)
    assert (one.card, one.agreement, one.last4, one.status) == (card, account, "0007", "ready")
    assert (one.holder, one.ready_at_branch_on, one.branch) == (son, TODAY, "Arbat")
