"""The formulas against published figures, against the chains themselves, and at their limits."""

from math import inf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_core.staffing.erlang import Load, erlang_b, service
from tests.crm_core.staffing.chain import solved

HALF_HOUR = Load(calls_per_hour=200, aht=180)
BUSY = Load(calls_per_hour=48 * 60, aht=60)


def test_a_half_hour_of_a_hundred_calls() -> None:
    found = service(HALF_HOUR, 14, within=20)
    assert found.wait_probability == pytest.approx(0.1741319, abs=1e-7)
    assert found.service_level == pytest.approx(0.88835, abs=1e-5)
    assert found.asa == pytest.approx(7.835937, abs=1e-6)
    assert found.occupancy == pytest.approx(0.7142857, abs=1e-7)
    assert service(HALF_HOUR, 11, within=20).wait_probability == pytest.approx(0.6821182, abs=1e-7)


def test_fifty_agents_with_and_without_patience() -> None:
    patient = service(BUSY, 50, within=20)
    assert patient.wait_probability == pytest.approx(0.694456, abs=1e-6)
    assert patient.asa == pytest.approx(20.834, abs=1e-3)
    found = service(Load(calls_per_hour=48 * 60, aht=60, patience=120), 50, within=20)
    assert found.abandon_rate == pytest.approx(0.030912, abs=1e-6)
    assert found.asa == pytest.approx(3.7095, abs=1e-4)
    assert found.occupancy == pytest.approx(0.93032, abs=1e-5)


def test_twenty_erlangs_on_twenty_four_agents() -> None:
    found = service(Load(calls_per_hour=1200, aht=60), 24, within=20)
    assert found.wait_probability == pytest.approx(0.298072, abs=1e-6)


def test_erlang_b_of_one_line() -> None:
    assert erlang_b(1.0, 1) == pytest.approx(0.5)
    assert erlang_b(3.0, 0) == 1.0


@pytest.mark.parametrize(
    ("load", "agents", "within"),
    [
        (HALF_HOUR, 14, 20),
        (HALF_HOUR, 11, 45),
        (Load(calls_per_hour=200, aht=180, patience=90), 9, 20),
        (Load(calls_per_hour=200, aht=180, patience=90), 5, 30),
        (Load(calls_per_hour=48 * 60, aht=60, patience=120), 50, 20),
        (Load(calls_per_hour=30, aht=240, patience=15), 1, 10),
        (Load(calls_per_hour=600, aht=400, patience=600), 60, 60),
    ],
)
def test_the_formulas_agree_with_the_chain(load: Load, agents: int, within: float) -> None:
    found, oracle = service(load, agents, within=within), solved(load, agents, within=within)
    assert found.wait_probability == pytest.approx(oracle.wait_probability, abs=1e-9)
    assert found.service_level == pytest.approx(oracle.service_level, abs=1e-8)
    assert found.asa == pytest.approx(oracle.asa, rel=1e-7)
    assert found.abandon_rate == pytest.approx(oracle.abandon_rate, abs=1e-9)
    assert found.occupancy == pytest.approx(oracle.occupancy, rel=1e-9)


loads = st.builds(
    Load,
    calls_per_hour=st.floats(0.1, 100_000),
    aht=st.floats(5, 3_600),
    patience=st.none() | st.floats(1, 36_000),
)


@settings(deadline=None)
@given(loads, st.integers(1, 8_000), st.floats(0, 600))
def test_figures_stay_within_their_bounds(load: Load, agents: int, within: float) -> None:
    found = service(load, agents, within=within)
    shares = (
        found.wait_probability,
        found.service_level,
        found.abandon_rate,
        found.occupancy,
    )
    assert all(0 <= share <= 1 for share in shares)
    assert found.asa >= 0


@settings(deadline=None)
@given(loads, st.integers(1, 3_000), st.floats(0, 600))
def test_one_more_agent_makes_nothing_worse(load: Load, agents: int, within: float) -> None:
    fewer, more = (service(load, n, within=within) for n in (agents, agents + 1))
    assert more.service_level >= fewer.service_level - 1e-9
    assert more.abandon_rate <= fewer.abandon_rate + 1e-9
    assert more.wait_probability <= fewer.wait_probability + 1e-9
    assert more.asa <= fewer.asa * (1 + 1e-9) + 1e-9


@pytest.mark.parametrize("patience", [None, 120.0])
def test_with_agents_without_end_nobody_waits(patience: float | None) -> None:
    found = service(Load(calls_per_hour=200, aht=180, patience=patience), 2_000, within=0)
    assert found.service_level == pytest.approx(1)
    assert found.asa == pytest.approx(0)


def test_endless_patience_is_erlang_c() -> None:
    endless = service(Load(calls_per_hour=200, aht=180, patience=1e8), 14, within=20)
    assert endless.service_level == pytest.approx(
        service(HALF_HOUR, 14, within=20).service_level, abs=1e-6
    )


def test_who_has_no_patience_is_lost() -> None:
    found = service(Load(calls_per_hour=200, aht=180, patience=1e-6), 8, within=20)
    assert found.abandon_rate == pytest.approx(erlang_b(10, 8), abs=1e-6)


def test_with_too_few_agents_the_line_never_ends() -> None:
    found = service(HALF_HOUR, 10, within=20)
    assert (found.service_level, found.asa, found.occupancy) == (0.0, inf, 1.0)


def test_of_far_too_few_agents_most_callers_despair() -> None:
    crowd = Load(calls_per_hour=200_000, aht=180, patience=3_600)
    found = service(crowd, 500, within=20)
    assert found.abandon_rate == pytest.approx(1 - 500 / crowd.erlangs)
    assert found.service_level == 0


def test_without_calls_everybody_is_idle() -> None:
    found = service(Load(calls_per_hour=0, aht=180), 3, within=20)
    assert (found.service_level, found.occupancy) == (1.0, 0.0)


def test_figures_that_make_no_sense_are_refused() -> None:
    for wrong in ({"calls_per_hour": -1}, {"aht": 0}, {"patience": 0}, {"aht": inf}):
        with pytest.raises(ValueError, match="must"):
            Load(**{"calls_per_hour": 10, "aht": 180} | wrong)
    with pytest.raises(ValueError, match="agent"):
        service(HALF_HOUR, 0, within=20)
