"""Loans in the database: what was computed is what is stored, and it holds its own invariants."""

import asyncio
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from crm_core.bank.allocation import ORDER
from crm_core.bank.instalments import Instalment, Part, Settling
from crm_core.bank.loans import (
    LoanUnknown,
    PaymentRefused,
    ReversalRefused,
    SettlementRefused,
    charge,
    forgive,
    grant_loan,
    pay,
    replace_schedule,
    schedule_of,
    take_back,
)
from crm_core.bank.schedule import LoanTerms, ScheduleRefused, schedule
from crm_core.bank.terms import AgreementKind, Component, RepaymentMethod, ScheduleReason
from crm_core.database import Database
from crm_core.models import InstalmentRow, Loan, PaymentAllocation
from tests.crm_core.bank.offers import OPENED, TODAY, credited, lent, opened, reversed_entry
from tests.crm_core.conftest import person

FIRST = date(2026, 1, 15)
PRINCIPAL, INTEREST, FEE, PENALTY = Component


async def a_loan(db: Database) -> str:
    party = await person(db, "Anna")
    async with db.unit_of_work() as session:
        return await lent(session, party, first_due_on=FIRST)


async def plan(db: Database, loan: str, **which: Any) -> tuple[Instalment, ...]:
    async with db.reading() as session:
        return (await schedule_of(session, loan, **which)).instalments


async def test_a_granted_loan_has_the_computed_schedule(db: Database) -> None:
    party = await person(db, "Anna")
    terms = LoanTerms(
        principal=2**45 + 1,
        rate=Decimal("0.18912345"),
        term_months=360,
        method=RepaymentMethod.ANNUITY,
        first_due_on=date(2026, 2, 28),
        due_day=31,
        monthly_fee=7,
    )
    async with db.unit_of_work() as session:
        loan = await opened(session, party, AgreementKind.LOAN, "KWD")
        held = await grant_loan(session, loan, terms, disbursed_on=OPENED)
    assert (held.version, held.currency, held.reason) == (1, "KWD", ScheduleReason.DISBURSED)
    assert held.instalments == schedule(terms) == await plan(db, loan)
    async with db.reading() as session:
        row = await session.get(Loan, loan)
    assert row and (row.rate, row.principal_minor) == (terms.rate, terms.principal)
    assert row.maturity_on == held.instalments[-1].due_on


async def test_a_payment_pays_the_oldest_first_and_once(db: Database) -> None:
    loan = await a_loan(db)
    async with db.unit_of_work() as session:
        await charge(session, loan, 1, component=PENALTY, amount=50)
        entry = await credited(session, loan, 11_250 + 1_100 + 1)
        done = await pay(session, entry)
    told = [(part.n, part.component, part.amount) for part in done.parts]
    assert told == [
        *((1, PENALTY, 50), (1, INTEREST, 1_200), (1, PRINCIPAL, 10_000)),
        *((2, INTEREST, 1_100), (2, PRINCIPAL, 1)),
    ]
    first, second, third, *_ = await plan(db, loan)
    assert (first.met_on, first.unpaid, second.met_on) == (TODAY, 0, None)
    assert (second.principal.paid, third.interest.paid) == (1, 0)
    async with db.reading() as session:
        allocated = await session.scalar(select(func.sum(PaymentAllocation.amount_minor)))
    assert allocated == 11_250 + 1_101
    with pytest.raises(PaymentRefused):
        async with db.unit_of_work() as session:
            await pay(session, entry)


async def test_two_who_allocate_a_payment_at_once_allocate_it_once(db: Database) -> None:
    loan = await a_loan(db)
    async with db.unit_of_work() as session:
        entry = await credited(session, loan, 500)

    async def allocate_it() -> None:
        async with db.unit_of_work() as session:
            await pay(session, entry)

    ended = await asyncio.gather(allocate_it(), allocate_it(), return_exceptions=True)
    assert [type(one) for one in ended if one] == [PaymentRefused]
    assert (await plan(db, loan))[0].interest.paid == 500


async def test_the_order_of_the_components_can_be_set(db: Database) -> None:
    loan = await a_loan(db)
    async with db.unit_of_work() as session:
        done = await pay(session, await credited(session, loan, 10), order=ORDER[::-1])
    assert [part.component for part in done.parts] == [PRINCIPAL]


async def test_what_is_too_much_is_told_and_not_allocated(db: Database) -> None:
    loan = await a_loan(db)
    async with db.unit_of_work() as session:
        done = await pay(session, await credited(session, loan, 10**6))
    owed = 120_000 + sum(1_200 - 100 * n for n in range(12))
    assert done.excess == 10**6 - owed
    assert all(one.met_on for one in await plan(db, loan))


async def test_only_a_credit_of_a_loan_can_be_allocated(db: Database) -> None:
    loan, party = await a_loan(db), await person(db, "Boris")
    async with db.unit_of_work() as session:
        debit = await credited(session, loan, -5)
        elsewhere = await credited(session, await opened(session, party), 5)
    for entry, refusal in (("none", PaymentRefused), (debit, PaymentRefused)):
        with pytest.raises(refusal):
            async with db.unit_of_work() as session:
                await pay(session, entry)
    with pytest.raises(LoanUnknown):
        async with db.unit_of_work() as session:
            await pay(session, elsewhere)


async def test_waived_and_written_off_count_as_settled(db: Database) -> None:
    loan = await a_loan(db)
    async with db.unit_of_work() as session:
        for component, amount, how in (
            (INTEREST, 1_200, Settling.WAIVED),
            (PRINCIPAL, 10_000, Settling.WRITTEN_OFF),
        ):
            await forgive(session, loan, 1, component=component, amount=amount, how=how, on=TODAY)
    first, *_ = await plan(db, loan)
    assert first.interest == Part(due=1_200, waived=1_200)
    assert first.principal == Part(due=10_000, written_off=10_000)
    assert (first.unpaid, first.met_on) == (0, TODAY)


async def test_what_cannot_be_forgiven_is_refused(db: Database) -> None:
    loan, waived = await a_loan(db), Settling.WAIVED
    for n, amount, how, refusal in (
        (1, 1_201, waived, SettlementRefused),
        (1, 0, waived, SettlementRefused),
        (1, 1, Settling.PAID, SettlementRefused),
        (13, 1, waived, LoanUnknown),
    ):
        with pytest.raises(refusal):
            async with db.unit_of_work() as session:
                await forgive(
                    session, loan, n, component=INTEREST, amount=amount, how=how, on=TODAY
                )
    assert all(one.unpaid == one.due for one in await plan(db, loan))


async def test_only_fees_and_penalties_arise_later(db: Database) -> None:
    loan = await a_loan(db)
    for component, amount in ((PRINCIPAL, 1), (INTEREST, 1), (FEE, 0), (PENALTY, -1)):
        with pytest.raises(SettlementRefused):
            async with db.unit_of_work() as session:
                await charge(session, loan, 1, component=component, amount=amount)


async def test_a_new_schedule_leaves_the_old_one_as_it_was(db: Database) -> None:
    loan = await a_loan(db)
    before = await plan(db, loan)
    day, share = timedelta(days=1), Part(due=60_000)
    fresh = [Instalment(n=n, due_on=TODAY + n * day, principal=share) for n in (1, 2)]
    async with db.unit_of_work() as session:
        held = await replace_schedule(
            session, loan, fresh, made_on=TODAY, reason=ScheduleReason.RESTRUCTURED
        )
    assert (held.version, held.instalments) == (2, tuple(fresh))
    assert await plan(db, loan) == tuple(fresh)
    assert await plan(db, loan, version=1) == before
    with pytest.raises(LoanUnknown):
        await plan(db, loan, version=3)
    with pytest.raises(ScheduleRefused):
        async with db.unit_of_work() as session:
            await replace_schedule(
                session, loan, fresh[:1], made_on=TODAY, reason=ScheduleReason.MIRRORED
            )


WRONG_INSTALMENTS: tuple[dict[str, Any], ...] = (
    {"principal_paid": 10_001},
    {"interest_waived": -1},
    {"fee_written_off": 1},
    {"met_on": TODAY},
    {"principal_paid": 6_000, "principal_waived": 4_001},
    {"principal_due": 0, "interest_due": 0},
)


async def test_the_database_holds_an_instalment_to_its_rules(db: Database) -> None:
    await a_loan(db)
    first = InstalmentRow.n == 1
    for wrong in WRONG_INSTALMENTS:
        with pytest.raises(IntegrityError):
            async with db.unit_of_work() as session:
                await session.execute(update(InstalmentRow).where(first).values(**wrong))


async def test_an_agreement_that_is_no_loan_has_no_schedule(db: Database) -> None:
    party = await person(db, "Anna")
    async with db.unit_of_work() as session:
        account = await opened(session, party)
    with pytest.raises(LoanUnknown):
        await plan(db, account)


async def test_a_reversed_payment_is_owed_again(db: Database) -> None:
    loan = await a_loan(db)
    before = await plan(db, loan)
    async with db.unit_of_work() as session:
        bounced, good = await credited(session, loan, 15_000), await credited(session, loan, 5_000)
        await pay(session, bounced)
        await pay(session, good)
        back = await reversed_entry(session, bounced)
        assert await take_back(session, back) == 15_000
        assert await take_back(session, back) == 0, "once"
        kept = list(await session.scalars(select(PaymentAllocation.entry).distinct()))
        with pytest.raises(PaymentRefused):
            await pay(session, bounced)
    after = await plan(db, loan)
    assert kept == [good]
    assert after[0] == before[0] and after[0].met_on is None
    assert sum(one.unpaid for one in after) == sum(one.unpaid for one in before) - 5_000


async def test_a_payment_of_an_older_schedule_is_taken_back_in_the_one_that_holds(
    db: Database,
) -> None:
    loan = await a_loan(db)
    async with db.unit_of_work() as session:
        bounced = await credited(session, loan, 11_200)
        await pay(session, bounced)
        held = await schedule_of(session, loan)
        why = ScheduleReason.RESTRUCTURED
        await replace_schedule(session, loan, held.instalments, made_on=TODAY, reason=why)
        assert await take_back(session, await reversed_entry(session, bounced)) == 11_200
    assert (await plan(db, loan))[0].unpaid == 11_200
    assert (await plan(db, loan, version=1))[0].unpaid == 0, "as it was"


async def test_only_a_whole_reversal_takes_back(db: Database) -> None:
    loan = await a_loan(db)
    async with db.unit_of_work() as session:
        paid = await credited(session, loan, 1_000)
        with pytest.raises(ReversalRefused):
            await take_back(session, paid)
        with pytest.raises(ReversalRefused):
            await take_back(session, "none")
        with pytest.raises(ReversalRefused):
            await take_back(session, await reversed_entry(session, paid, minor=-999))
