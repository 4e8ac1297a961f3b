"""Payments: every minor unit goes somewhere, in the set order, and never beyond what is due."""

from datetime import date, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_core.bank.allocation import ORDER, allocate, moved_over, taken_back
from crm_core.bank.instalments import Instalment, Part, Settling
from crm_core.bank.terms import Component

DAY = date(2026, 3, 2)
PARTS = st.builds(
    lambda paid, waived, written_off, rest: Part(
        due=paid + waived + written_off + rest, paid=paid, waived=waived, written_off=written_off
    ),
    *[st.integers(0, 1000)] * 4,
)


@st.composite
def plans(draw: st.DrawFn) -> tuple[Instalment, ...]:
    made = []
    for n in range(1, draw(st.integers(1, 6)) + 1):
        parts = {component.value: draw(PARTS) for component in Component}
        one = Instalment(n=n, due_on=DAY + timedelta(days=30 * n), **parts)  # type: ignore[arg-type]
        made.append(one if one.unpaid else one.settled(Component.FEE, 0, on=DAY))
    return tuple(made)


def unpaid(plan: tuple[Instalment, ...]) -> int:
    return sum(one.unpaid for one in plan)


@given(plans(), st.integers(1, 20_000), st.sampled_from(list(permutations(Component))))
def test_nothing_is_lost_and_nothing_is_paid_twice(
    plan: tuple[Instalment, ...], amount: int, order: tuple[Component, ...]
) -> None:
    paid = allocate(amount, plan, on=DAY, order=order)
    assert sum(part.amount for part in paid.parts) + paid.excess == amount
    assert unpaid(plan) - unpaid(paid.instalments) == amount - paid.excess
    assert paid.excess == max(0, amount - unpaid(plan))
    for before, after in zip(plan, paid.instalments, strict=True):
        assert before.due == after.due
        assert (after.met_on is None) == (after.unpaid > 0)
        for c in Component:
            assert after.part(c).waived == before.part(c).waived
            assert after.part(c).paid >= before.part(c).paid


@given(plans(), st.integers(1, 20_000), st.sampled_from(list(permutations(Component))))
def test_older_instalments_and_earlier_components_come_first(
    plan: tuple[Instalment, ...], amount: int, order: tuple[Component, ...]
) -> None:
    after = allocate(amount, plan, on=DAY, order=order).instalments
    left = [one.part(c).unpaid for one in after for c in order]
    was = [one.part(c).unpaid for one in plan for c in order]
    touched = [i for i, (now, then) in enumerate(zip(left, was, strict=True)) if now != then]
    assert not touched or not any(left[: max(touched)])


@given(plans(), st.integers(1, 9_000), st.integers(1, 9_000))
def test_two_payments_are_as_one(plan: tuple[Instalment, ...], one: int, other: int) -> None:
    halfway = allocate(one, plan, on=DAY)
    twice = allocate(other, halfway.instalments, on=DAY)
    assert twice.instalments == allocate(one + other, plan, on=DAY).instalments


@given(plans(), st.integers(1, 9_000), st.integers(1, 9_000))
def test_a_payment_taken_back_leaves_what_others_paid(
    plan: tuple[Instalment, ...], one: int, other: int
) -> None:
    first = allocate(one, plan, on=DAY)
    second = allocate(other, first.instalments, on=DAY)
    assert taken_back(second.parts, second.instalments) == first.instalments
    after = taken_back(first.parts, second.instalments)
    assert unpaid(after) == unpaid(second.instalments) + one - first.excess
    assert all((one.met_on is None) == (one.unpaid > 0) for one in after)


@given(plans(), st.integers(1, 9_000))
def test_a_payment_is_found_in_a_newer_schedule_as_far_as_it_is_there(
    plan: tuple[Instalment, ...], amount: int
) -> None:
    parts = allocate(amount, plan, on=DAY).parts
    found = moved_over(parts, plan)
    after = taken_back(found, plan)
    for c in Component:
        wanted = sum(part.amount for part in parts if part.component is c)
        paid = sum(one.part(c).paid for one in plan)
        assert sum(part.amount for part in found if part.component is c) == min(wanted, paid)
        assert sum(one.part(c).paid for one in after) == paid - min(wanted, paid)


def test_a_penalty_is_paid_before_the_principal_unless_told_otherwise() -> None:
    plan = (Instalment(n=1, due_on=DAY, principal=Part(due=100), penalty=Part(due=10)),)
    (part,) = allocate(5, plan, on=DAY).parts
    assert (part.component, part.amount) == (Component.PENALTY, 5)
    first_principal = (Component.PRINCIPAL, *[c for c in ORDER if c is not Component.PRINCIPAL])
    (part,) = allocate(5, plan, on=DAY, order=first_principal).parts
    assert part.component is Component.PRINCIPAL


@pytest.mark.parametrize("order", [ORDER[1:], (*ORDER, ORDER[0]), ()])
def test_an_order_names_each_component_once(order: tuple[Component, ...]) -> None:
    with pytest.raises(ValueError, match="order"):
        allocate(1, (), on=DAY, order=order)


@pytest.mark.parametrize("amount", [0, -1])
def test_nothing_is_no_payment(amount: int) -> None:
    with pytest.raises(ValueError, match="positive"):
        allocate(amount, (), on=DAY)


@pytest.mark.parametrize("how", Settling)
def test_more_than_is_due_cannot_be_settled(how: Settling) -> None:
    one = Instalment(n=1, due_on=DAY, interest=Part(due=10, paid=4))
    done = one.settled(Component.INTEREST, 6, on=DAY, how=how)
    assert (done.unpaid, done.met_on) == (0, DAY)
    with pytest.raises(ValueError, match="settled"):
        one.settled(Component.INTEREST, 7, on=DAY, how=how)


def test_a_later_charge_opens_an_instalment_again() -> None:
    one = Instalment(n=1, due_on=DAY, principal=Part(due=10, paid=10), met_on=DAY)
    assert one.charged(Component.PENALTY, 3).met_on is None
