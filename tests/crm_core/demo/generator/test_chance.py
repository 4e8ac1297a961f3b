"""Chance repeats, shares are kept, shapes are what their quantiles say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_core.demo.generator.chance import MILLION, Chance, Curve, apportioned


def test_a_block_draws_the_same_forever() -> None:
    """These figures must never change, on any Python: every bank ever made hangs on them."""
    chance = Chance(42, "people")
    assert [chance.below(1_000_000) for _ in range(4)] == EXPECTED_DRAWS
    assert Chance(42, "phones").below(1_000_000) != EXPECTED_DRAWS[0]
    assert Chance(43, "people").below(1_000_000) != EXPECTED_DRAWS[0]


EXPECTED_DRAWS = [89_681, 985_509, 108_011, 54_441]


@given(st.integers(0, 2_000), st.lists(st.integers(0, 90), min_size=1, max_size=8))
def test_shares_are_kept_to_the_nearest_whole(n: int, weights: list[int]) -> None:
    weights[0] += 1
    counts = apportioned(n, weights)
    assert sum(counts) == n
    for count, weight in zip(counts, weights, strict=True):
        assert abs(count - n * weight / sum(weights)) < 1


@given(st.integers(0, 10_000), st.integers(1, 60), st.integers(0, 70))
def test_what_is_picked_is_different_and_there(seed: int, n: int, count: int) -> None:
    items = list(range(n))
    picked = Chance(seed, "test").picked(items, count)
    assert len(picked) == len(set(picked)) == min(n, count)
    assert sorted(Chance(seed, "test").shuffled(items)) == items


@given(st.integers(0, 1_000), st.integers(-50, 50), st.integers(0, 90))
def test_draws_stay_between_their_ends(seed: int, low: int, width: int) -> None:
    chance = Chance(seed, "test")
    assert all(low <= chance.between(low, low + width) <= low + width for _ in range(20))


def test_a_curve_goes_through_its_knots_and_rises_evenly_between() -> None:
    curve = Curve((0, 500_000, MILLION), (0, 100, 1_000))
    assert [curve.value(at) for at in (0, 250_000, 500_000, 750_000, MILLION)] == [
        *(0, 50, 100, 550, 1_000)
    ]
    assert curve.spread(4) == [25, 75, 325, 775]
    assert all(0 <= curve.draw(Chance(n, "x")) <= 1_000 for n in range(50))


@pytest.mark.parametrize("at", [(1, MILLION), (0, 5), (0, 6, 5, MILLION)])
def test_a_curve_with_other_knots_is_none(at: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="knots"):
        Curve(at, tuple(range(len(at))))
