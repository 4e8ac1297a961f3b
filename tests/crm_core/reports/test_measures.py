"""Figures add up; measures are sums over sums."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_core.reports.measures import (
    BY_NAME,
    MEASURES,
    NAMES,
    NOTHING,
    TIMES,
    Figures,
    handled,
    offered,
    staffed,
    total,
)

figures = st.builds(Figures, **dict.fromkeys(NAMES, st.integers(0, 10**6)))


@given(st.lists(figures, max_size=6))
def test_the_total_is_the_sum_in_any_order(several: list[Figures]) -> None:
    summed = NOTHING
    for one in reversed(several):
        summed = one + summed
    assert total(several) == summed
    for measure in MEASURES:
        parts = [measure.parts(one) for one in several]
        assert measure.parts(summed) == (sum(a for a, _ in parts), sum(b for _, b in parts))


@given(figures)
def test_a_whole_is_made_of_its_parts(one: Figures) -> None:
    assert staffed(one) == sum(getattr(one, name) for name in TIMES)
    occupancy, below = BY_NAME["occupancy"].parts(one)
    assert below - occupancy == one.time_idle
    assert BY_NAME["abandon_rate"].parts(one)[1] == offered(one)
    assert BY_NAME["aht"].parts(one)[1] == BY_NAME["transfer_rate"].parts(one)[1] == handled(one)


def test_every_measure_is_made_of_figures() -> None:
    for measure in MEASURES:
        assert {*measure.above, *measure.below} <= set(NAMES), measure.name


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("service_level", 80 / 100),
        ("asa", 11.0),
        ("abandon_rate", 10 / 110),
        ("aht", 200.0),
        ("occupancy", 0.75),
        ("transfer_rate", 0.05),
    ],
)
def test_a_day_counted_by_hand(name: str, value: float) -> None:
    """90 answered, 80 of them in time; 10 left, 4 others after 2 s; 8 took a callback, 2 were sent
    away after a long wait, 50 served themselves, 10 were called back; agents had 300 minutes on
    calls and 100 without."""
    day = Figures(
        answered=90,
        answered_in_time=80,
        abandoned=10,
        abandoned_short=4,
        callbacks_taken=8,
        waited_too_long=2,
        turned_away=30,
        self_served=50,
        called_back=10,
        unreached=3,
        transferred=5,
        waited=990_000,
        talk=15_000_000,
        hold=1_000_000,
        wrap_up=4_000_000,
        time_on_call=14_000_000,
        time_on_hold=1_000_000,
        time_wrap_up=3_000_000,
        time_idle=6_000_000,
        time_away=9_000_000,
        time_ringing=500_000,
    )
    assert BY_NAME[name].value(day) == pytest.approx(value)
    assert BY_NAME[name].value(NOTHING) is None


def test_shares_lie_between_nothing_and_all() -> None:
    for measure in MEASURES:
        if measure.unit == "share" and measure.name not in {"service_level", "transfer_rate"}:
            assert set(measure.above) < set(measure.below), measure.name
