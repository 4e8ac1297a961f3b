"""Arrears: days past due by their definition, ranges without gaps, pauses that hold the clock."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_core.bank.allocation import allocate
from crm_core.bank.arrears import Pause, arrears, days_past_due
from crm_core.bank.instalments import Instalment
from crm_core.bank.schedule import LoanTerms, schedule
from crm_core.bank.terms import RANGE_FROM, DelinquencyRange, RepaymentMethod, range_of

FIRST = date(2025, 1, 15)
DAYS = st.dates(date(2024, 12, 1), date(2026, 3, 1))
PAUSES = st.lists(
    st.builds(
        lambda start, length: Pause(
            starts_on=start, ends_before=start + timedelta(days=length) if length else None
        ),
        DAYS,
        st.integers(0, 90),
    ),
    max_size=3,
)


def plan(paid: int = 0) -> tuple[Instalment, ...]:
    terms = LoanTerms(
        principal=120_000,
        rate=Decimal("0.12"),
        term_months=12,
        method=RepaymentMethod.STRAIGHT_LINE,
        first_due_on=FIRST,
        monthly_fee=50,
    )
    made = schedule(terms)
    return allocate(paid, made, on=FIRST).instalments if paid else made


@given(st.integers(0, 140_000), DAYS, PAUSES)
def test_days_past_due_are_0_exactly_if_nothing_is_overdue_unless_paused(
    paid: int, day: date, pauses: list[Pause]
) -> None:
    stands = arrears(plan(paid), day, pauses=pauses)
    late = [one for one in plan(paid) if one.due_on < day and one.unpaid]
    assert stands.overdue == sum(one.unpaid for one in late)
    assert stands.paused or (stands.dpd == 0) == (stands.overdue == 0)
    assert stands.range is range_of(stands.dpd)
    assert (stands.oldest_due_on is None) == (not late)
    assert stands.overdue <= stands.owed or stands.owed == 0


@given(st.integers(0, 140_000), DAYS)
def test_without_a_pause_they_are_the_days_since_the_oldest_unpaid_due_date(
    paid: int, day: date
) -> None:
    stands = arrears(plan(paid), day)
    if stands.oldest_due_on:
        assert stands.dpd == (day - stands.oldest_due_on).days
    assert not stands.paused


@given(DAYS, DAYS, PAUSES)
def test_a_day_makes_them_one_more_or_as_many_where_it_is_paused(
    oldest: date, day: date, pauses: list[Pause]
) -> None:
    tomorrow = day + timedelta(days=1)
    today_dpd = days_past_due(oldest, day, pauses=pauses)
    if day < oldest:
        assert today_dpd == 0
        return
    paused = any(pause.covers(tomorrow) for pause in pauses)
    assert days_past_due(oldest, tomorrow, pauses=pauses) == today_dpd + (not paused)


def test_what_is_due_today_is_next_and_not_overdue() -> None:
    today = arrears(plan(), FIRST)
    assert (today.dpd, today.overdue, today.next_due_on) == (0, 0, FIRST)
    assert today.next_due == 10_000 + 1_200 + 50
    tomorrow = arrears(plan(), FIRST + timedelta(days=1))
    assert (tomorrow.dpd, tomorrow.overdue) == (1, 11_250)
    assert (tomorrow.principal, tomorrow.interest, tomorrow.fee) == (10_000, 1_200, 50)
    assert tomorrow.next_due_on == date(2025, 2, 15)
    assert tomorrow.owed == 120_000 + 1_250


def test_a_paid_loan_owes_nothing() -> None:
    done = arrears(plan(10**6), date(2030, 1, 1))
    assert (done.dpd, done.overdue, done.owed, done.next_due_on) == (0, 0, 0, None)


@pytest.mark.parametrize(
    ("dpd", "code"),
    [
        *((0, "none"), (1, "d1_30"), (30, "d1_30"), (31, "d31_60"), (60, "d31_60")),
        *((61, "d61_90"), (90, "d61_90"), (91, "d91_180"), (180, "d91_180"), (181, "d181")),
        (9_999, "d181"),
    ],
)
def test_the_ranges_meet_without_a_gap(dpd: int, code: str) -> None:
    assert range_of(dpd) == code


def test_every_range_has_its_first_day() -> None:
    assert list(RANGE_FROM) == list(DelinquencyRange)
    assert sorted(RANGE_FROM.values()) == list(RANGE_FROM.values())
