"""The fewest agents that meet a target: enough, and one fewer is not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_core.staffing.erlang import Load, service
from crm_core.staffing.requirement import NoNumberMeets, Target, fewest, planned, requirement

HALF_HOUR = Load(calls_per_hour=200, aht=180)


def test_eighty_percent_within_twenty_seconds() -> None:
    found = requirement(HALF_HOUR, Target())
    assert (found.agents, found.planned) == (14, 14)
    assert found.service.service_level == pytest.approx(0.88835, abs=1e-5)


def test_who_loses_patience_needs_fewer_agents() -> None:
    assert requirement(Load(calls_per_hour=200, aht=180, patience=120), Target()).agents == 12


@pytest.mark.parametrize(
    ("target", "agents"),
    [
        (Target(longest_asa=3), 16),
        (Target(highest_occupancy=0.6), 17),
        (Target(service_level=0.95), 16),
    ],
)
def test_more_may_be_asked(target: Target, agents: int) -> None:
    assert requirement(HALF_HOUR, target).agents == agents


def test_few_may_hang_up() -> None:
    load = Load(calls_per_hour=200, aht=180, patience=120)
    found = requirement(load, Target(most_abandoned=0.01))
    assert found.service.abandon_rate <= 0.01
    assert service(load, found.agents - 1, within=20).abandon_rate > 0.01


def test_who_is_away_must_be_planned_too() -> None:
    assert requirement(HALF_HOUR, Target(shrinkage=0.3)).planned == 20
    assert planned(7, 0.3) == 10


@settings(deadline=None, max_examples=50)
@given(
    st.builds(
        Load,
        calls_per_hour=st.floats(1, 5_000),
        aht=st.floats(20, 900),
        patience=st.none() | st.floats(20, 900),
    ),
    st.builds(Target, service_level=st.floats(0.3, 0.99), within=st.floats(0, 120)),
)
def test_one_agent_fewer_would_not_do(load: Load, target: Target) -> None:
    found = requirement(load, target)
    assert target.met_by(found.service)
    if found.agents > 1:
        assert not target.met_by(service(load, found.agents - 1, within=target.within))


@given(st.integers(1, 100_000))
def test_the_fewest_is_found(least: int) -> None:
    assert fewest(lambda n: n >= least) == least


def test_what_nobody_can_meet_is_refused() -> None:
    with pytest.raises(NoNumberMeets):
        fewest(lambda _n: False)


def test_a_target_that_makes_no_sense_is_refused() -> None:
    for wrong in ({"service_level": 1.0}, {"shrinkage": 1.0}, {"longest_asa": 0.0}):
        with pytest.raises(ValueError, match="must"):
            Target(**wrong)
