"""Schedules: checked against exact fractions, and to the last minor unit."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_core.bank.instalments import Instalment, Part
from crm_core.bank.schedule import (
    LoanTerms,
    ScheduleRefused,
    TermsRefused,
    annuity,
    checked,
    months_later,
    schedule,
)
from crm_core.bank.terms import RepaymentMethod

DAY = date(2026, 3, 31)
TERMS = st.builds(
    LoanTerms,
    principal=st.integers(1, 10**13),
    rate=st.decimals(0, 3, places=6),
    term_months=st.integers(1, 360),
    method=st.sampled_from(RepaymentMethod),
    first_due_on=st.dates(date(2000, 1, 1), date(2100, 1, 1)),
    due_day=st.one_of(st.none(), st.integers(1, 31)),
    monthly_fee=st.integers(0, 10**6),
)


def terms(**changed: object) -> LoanTerms:
    told: dict[str, object] = {
        "principal": 50_000_000,
        "rate": Decimal("0.189"),
        "term_months": 36,
        "method": RepaymentMethod.ANNUITY,
        "first_due_on": DAY,
    }
    return LoanTerms(**{**told, **changed})  # type: ignore[arg-type]


def exact_annuity(one: LoanTerms) -> Fraction:
    """The textbook's formula without any rounding: P r / (1 - (1 + r)^-n)."""
    rate = Fraction(one.rate) / 12
    if not rate:
        return Fraction(one.principal, one.term_months)
    return one.principal * rate / (1 - (1 + rate) ** -one.term_months)


def test_a_well_known_loan() -> None:
    """200 000.00 at 6 % over 30 years is 1199.10 a month in every textbook."""
    one = terms(principal=20_000_000, rate=Decimal("0.06"), term_months=360)
    assert annuity(one) == 119_910
    first, *_, last = schedule(one)
    assert (first.interest.due, first.principal.due) == (100_000, 19_910)
    assert abs(last.due - 119_910) < 360


@given(TERMS)
def test_the_annuity_is_the_formulas(one: LoanTerms) -> None:
    assert abs(annuity(one) - exact_annuity(one)) <= Fraction(1, 2) + Fraction(1, 10**9)


@given(TERMS)
def test_principal_sums_up_and_interest_is_that_of_what_was_owed(one: LoanTerms) -> None:
    left = one.principal
    for instalment in schedule(one):
        exact = left * Fraction(one.rate) / 12
        assert abs(instalment.interest.due - exact) <= Fraction(1, 2)
        assert instalment.principal.due >= 0
        left -= instalment.principal.due
    assert left == 0


@given(TERMS)
def test_all_but_the_last_instalment_are_equal_in_what_the_method_holds_equal(
    one: LoanTerms,
) -> None:
    *others, last = schedule(one)
    if one.method is RepaymentMethod.STRAIGHT_LINE:
        equal = one.principal // one.term_months
        assert {i.principal.due for i in others} <= {equal}
        assert equal <= last.principal.due < equal + one.term_months
        return
    left = one.principal
    for instalment in others:
        if 0 < instalment.principal.due < left:
            assert instalment.principal.due + instalment.interest.due == annuity(one)
        left -= instalment.principal.due


@given(TERMS)
def test_every_schedule_is_one_by_its_own_check(one: LoanTerms) -> None:
    made = schedule(one)
    assert checked(made, principal=one.principal) == made
    assert all((i.met_on is None) == (i.unpaid > 0) for i in made)
    assert all(i.fee.due == one.monthly_fee and i.penalty == Part() for i in made)


def test_the_last_day_of_short_months_does_not_stick() -> None:
    days = [one.due_on for one in schedule(terms(term_months=4, first_due_on=date(2026, 1, 31)))]
    assert days == [date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30)]
    first = terms(term_months=2, first_due_on=date(2026, 2, 28), due_day=31)
    assert [one.due_on for one in schedule(first)] == [date(2026, 2, 28), date(2026, 3, 31)]


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(-300, 300))
def test_months_are_counted_as_a_calendar_does(day: date, months: int) -> None:
    later = months_later(day, months)
    assert (later.year - day.year) * 12 + later.month - day.month == months
    assert months_later(later, -months, day_of_month=day.day) == day


@pytest.mark.parametrize(
    "wrong",
    [
        {"principal": 0},
        {"principal": -1},
        {"rate": Decimal(-1)},
        {"term_months": 0},
        {"term_months": 601},
        {"monthly_fee": -1},
        {"due_day": 32},
        {"due_day": 0},
    ],
)
def test_terms_that_make_no_schedule_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(TermsRefused):
        terms(**wrong)


def test_what_is_no_schedule_of_the_loan_is_refused() -> None:
    one, two, three = schedule(terms(principal=300, rate=Decimal(0), term_months=3))
    twice = Instalment(n=2, due_on=one.due_on, principal=Part(due=100))
    for wrong in ((), (one, two), (two, one, three), (one, twice, three)):
        with pytest.raises(ScheduleRefused):
            checked(wrong, principal=300)
    with pytest.raises(ScheduleRefused):
        checked((one, two, three), principal=301)
