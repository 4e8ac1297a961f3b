"""The money line: no account is not 0, currencies stay apart, and nothing shows unverified."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_core.bank.holdings import Held, Holding, Standing, masked
from crm_core.bank.moneyline import Figure, money_line, red_strip
from crm_core.bank.terms import (
    AgreementKind,
    AgreementRole,
    AgreementStatus,
    DelinquencyRange,
    VerificationLevel,
    range_of,
)
from crm_core.money import Money
from tests.crm_core.conftest import START

KNOWN, NUMBER = VerificationLevel.KNOWLEDGE, VerificationLevel.NUMBER
SOON, LATER = date(2026, 3, 5), date(2026, 4, 5)
ids = iter(range(10**9))


def holding(kind: AgreementKind = AgreementKind.ACCOUNT, **told: Any) -> Holding:
    facts: dict[str, Any] = {
        "agreement": f"a{next(ids)}",
        "status": AgreementStatus.ACTIVE,
        "role": AgreementRole.OWNER,
        "product_code": kind.value,
        "product_names": {},
        "currency": "RUB",
        "last4": "1234",
        "opened_on": SOON,
        "closed_on": None,
        "branch": "",
        "as_of": START,
        "balance": None,
        "standing": None,
        "masked": False,
    }
    return Holding(kind=kind, **{**facts, **told})


def held(minor: int, currency: str = "RUB", *, free: int = 0, at: datetime = START) -> Held:
    return Held(booked=Money(minor, currency), available=Money(free, currency), as_of=at)


def stands(dpd: int = 0, overdue: int = 0, **told: Any) -> Standing:
    facts: dict[str, Any] = {
        "business_date": START.date(),
        "paused": False,
        "oldest_due_on": None,
        "next_due_on": SOON,
        "last_paid_on": None,
        "owed": Money(1000, "RUB"),
        "next_due": Money(10, "RUB"),
        "last_paid": None,
        "as_of": START,
    }
    amount = Money(overdue, "RUB")
    return Standing(dpd=dpd, range=range_of(dpd), overdue=amount, **{**facts, **told})


def told(figure: Figure | None) -> list[str] | None:
    return None if figure is None else [str(amount) for amount in figure.amounts or ()]


def test_no_account_is_not_0() -> None:
    nothing = money_line([], KNOWN)
    assert (nothing.deposits, nothing.owed, nothing.available_credit) == (None, None, None)
    assert (nothing.overdue, nothing.next_payment, nothing.guaranteed_overdue) == (None, None, None)
    empty = money_line([holding(balance=held(0))], KNOWN)
    assert told(empty.deposits) == ["0.00 RUB"]
    assert empty.owed is None and empty.overdue is None
    paid = money_line([holding(AgreementKind.LOAN, standing=stands())], KNOWN)
    assert paid.overdue and told(paid.overdue.figure) == ["0.00 RUB"]
    assert paid.deposits is None


def test_currencies_stand_side_by_side() -> None:
    line = money_line(
        [
            holding(balance=held(1_250)),
            holding(AgreementKind.DEPOSIT, balance=held(50)),
            holding(AgreementKind.CARD_ACCOUNT, currency="JPY", balance=held(7, "JPY")),
            holding(currency="KWD", balance=held(1, "KWD")),
        ],
        KNOWN,
    )
    assert told(line.deposits) == ["7 JPY", "0.001 KWD", "13.00 RUB"]


def test_each_figure_is_as_old_as_its_oldest_news() -> None:
    older = START - timedelta(hours=3)
    line = money_line([holding(balance=held(1)), holding(balance=held(2, at=older))], KNOWN)
    assert line.deposits and line.deposits.as_of == older


def test_an_account_without_news_is_told_as_such() -> None:
    line = money_line([holding(balance=held(1)), holding()], KNOWN)
    assert line.deposits and (line.deposits.agreements, line.deposits.untold) == (2, 1)
    silent = money_line([holding()], KNOWN).deposits
    assert silent and (silent.amounts, silent.as_of, silent.untold) == ((), None, 1)


def test_what_is_owed_are_loans_lines_and_overdrafts() -> None:
    line = money_line(
        [
            holding(AgreementKind.LOAN, standing=stands()),
            holding(AgreementKind.LINE, balance=held(-200, free=800)),
            holding(balance=held(-5)),
            holding(balance=held(70)),
        ],
        KNOWN,
    )
    assert told(line.owed) == ["12.05 RUB"]
    assert told(line.available_credit) == ["8.00 RUB"]
    assert told(line.deposits) == ["0.70 RUB"]


def test_the_worst_days_and_the_nearest_payment_are_told() -> None:
    line = money_line(
        [
            holding(AgreementKind.LOAN, standing=stands(12, 500)),
            holding(AgreementKind.LOAN, standing=stands(75, 300, next_due_on=LATER)),
            holding(AgreementKind.LOAN, standing=stands(next_due=Money(32, "RUB"))),
        ],
        KNOWN,
    )
    assert line.overdue and told(line.overdue.figure) == ["8.00 RUB"]
    assert (line.overdue.worst_dpd, line.overdue.worst_range) == (75, DelinquencyRange.D61_90)
    assert line.next_payment and line.next_payment.due_on == SOON
    assert told(line.next_payment.figure) == ["0.42 RUB"]


@pytest.mark.parametrize("role", AgreementRole)
def test_only_ones_own_debts_count_and_those_of_others_are_told_apart(role: AgreementRole) -> None:
    late = holding(AgreementKind.LOAN, role=role, standing=stands(75, 300))
    line, strip = money_line([late], KNOWN), red_strip([late])
    own = role in (AgreementRole.OWNER, AgreementRole.CO_HOLDER)
    assert (line.owed is not None, line.overdue is not None) == (own, own)
    assert (strip.arrears, strip.worst_dpd) == (own, 75 if own else 0)
    guarantor = role is AgreementRole.GUARANTOR
    assert (line.guaranteed_overdue is not None) == guarantor
    assert strip.guaranteed_dpd == (75 if guarantor else 0)


def test_two_roles_in_one_agreement_do_not_count_twice() -> None:
    one = holding(balance=held(100))
    line = money_line([one, replace(one, role=AgreementRole.CO_HOLDER)], KNOWN)
    assert told(line.deposits) == ["1.00 RUB"]


@pytest.mark.parametrize("status", AgreementStatus)
def test_only_open_agreements_count(status: AgreementStatus) -> None:
    line = money_line([holding(status=status, balance=held(100))], KNOWN)
    open_ = status in (AgreementStatus.ACTIVE, AgreementStatus.BLOCKED)
    assert (line.deposits is not None) == open_


def test_a_pause_is_told_and_arrears_under_it_too() -> None:
    strip = red_strip([holding(AgreementKind.LOAN, standing=stands(0, 300, paused=True))])
    assert (strip.arrears, strip.worst_dpd, strip.paused) == (True, 0, True)


HOLDINGS = st.lists(
    st.builds(
        holding,
        kind=st.sampled_from(AgreementKind),
        role=st.sampled_from(AgreementRole),
        status=st.sampled_from(AgreementStatus),
        balance=st.one_of(st.none(), st.integers(-(10**9), 10**9).map(held)),
        standing=st.one_of(st.none(), st.builds(stands, st.just(5), st.integers(1, 10**9))),
    ),
    max_size=6,
)


@given(HOLDINGS, st.sampled_from(VerificationLevel))
def test_amounts_show_from_knowledge_on_and_everything_else_always(
    holdings: list[Holding], level: VerificationLevel
) -> None:
    line, open_line = money_line(holdings, level), money_line(holdings, VerificationLevel.STRONG)
    assert line.masked == (level < VerificationLevel.KNOWLEDGE)
    figures = [line.deposits, line.owed, line.available_credit]
    parts = (line.overdue, line.guaranteed_overdue, line.next_payment)
    figures += [part.figure for part in parts if part]
    shown = [one.amounts is not None for one in figures if one]
    assert shown == [not line.masked] * len(shown)
    assert "Money(" not in repr(line) or not line.masked
    for masked_one, open_one in ((line.deposits, open_line.deposits), (line.owed, open_line.owed)):
        assert (masked_one is None) == (open_one is None)
        assert masked_one is None or open_one is None or masked_one.as_of == open_one.as_of
    if line.overdue and open_line.overdue:
        assert line.overdue.worst_dpd == open_line.overdue.worst_dpd


@given(HOLDINGS)
def test_nothing_is_lost_between_what_is_held_and_what_is_owed(holdings: list[Holding]) -> None:
    own = [
        one
        for one in holdings
        if one.role in (AgreementRole.OWNER, AgreementRole.CO_HOLDER)
        and one.status in (AgreementStatus.ACTIVE, AgreementStatus.BLOCKED)
        and one.kind in (AgreementKind.ACCOUNT, AgreementKind.DEPOSIT, AgreementKind.CARD_ACCOUNT)
        and one.balance
    ]
    line = money_line(own, KNOWN)
    has, owes = (
        sum(amount.minor for amount in (figure and figure.amounts) or ())
        for figure in (line.deposits, line.owed)
    )
    assert has - owes == sum(one.balance.booked.minor for one in own if one.balance)


@given(HOLDINGS)
def test_a_masked_agreement_holds_no_amount(holdings: list[Holding]) -> None:
    for one in holdings:
        assert "Money(" not in repr(masked(one)) and masked(one).masked


def test_a_number_that_matches_opens_nothing() -> None:
    assert [level.opens_amounts for level in VerificationLevel] == [False, False, True, True]
    assert money_line([holding(balance=held(1))], NUMBER).masked
