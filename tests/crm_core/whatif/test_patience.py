"""Patience learned from those who hung up and those who were answered before they would have."""

from math import inf
from random import Random
from statistics import mean

from hypothesis import given
from hypothesis import strategies as st

from crm_core.whatif.patience import fit


def test_the_curve_is_the_one_of_the_textbook() -> None:
    """Kaplan and Meier by hand: of 5 at risk one leaves, then of 3 one, of 2 one is censored."""
    curve = fit([(1, True), (2, False), (3, True), (4, False), (5, True)])
    assert curve.times == (1, 3, 5)
    assert [round(one, 6) for one in curve.still] == [0.8, round(0.8 * 2 / 3, 6), 0.0]


def test_the_true_mean_comes_out_of_censored_waits() -> None:
    """Exponential patience of 120 s, seen through waits that end after 60 s on average."""
    chance = Random(5)
    waits = []
    for _ in range(20_000):
        patience, answered = chance.expovariate(1 / 120), chance.expovariate(1 / 60)
        waits.append((min(patience, answered), patience < answered))
    curve = fit(waits)
    drawn = [curve.draw(chance) for _ in range(20_000)]
    assert abs(mean(drawn) - 120) < 4


def test_who_waited_so_long_waits_longer() -> None:
    curve = fit([(seconds, True) for seconds in range(1, 100)])
    chance = Random(1)
    assert all(curve.draw(chance, beyond=50) > 50 for _ in range(500))
    assert curve.draw(chance, beyond=1_000) > 1_000


def test_where_nobody_ever_left_nobody_leaves() -> None:
    assert fit([(10, False), (20, False)]).draw(Random(1)) == inf
    assert fit([]).draw(Random(1)) == inf


@given(
    st.lists(st.tuples(st.floats(0, 1e4), st.booleans()), max_size=40),
    st.floats(0, 2e4),
    st.integers(),
)
def test_a_draw_is_always_beyond_what_is_known(
    waits: list[tuple[float, bool]], beyond: float, seed: int
) -> None:
    curve = fit(waits)
    assert curve.draw(Random(seed), beyond=beyond) >= beyond
    assert list(curve.still) == sorted(curve.still, reverse=True)
