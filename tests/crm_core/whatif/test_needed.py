"""The agents that a load needs by simulation, beside the formulas on their own assumptions."""

import pytest

from crm_core.staffing.erlang import Load, service
from crm_core.whatif.needed import Goal, needed
from crm_core.whatif.steady import Steady

BUSY = Steady(calls_per_hour=200, aht=180)


def test_from_wherever_it_starts_it_finds_the_same_number_near_the_formulas() -> None:
    goal = Goal(service_level=0.8, within=20)
    found = [needed(BUSY, goal, start, seed=1, calls=1500) for start in (12, 15)]
    assert found[0] is not None
    assert found[0] == found[1]
    assert abs(found[0].agents - 14) <= 2
    assert found[0].service_level >= goal.service_level
    known = service(Load(calls_per_hour=200, aht=180), found[0].agents, within=20)
    assert found[0].service_level == pytest.approx(known.service_level, abs=0.12)


def test_callers_without_patience_need_fewer() -> None:
    hasty = Steady(calls_per_hour=200, aht=180, patience=60)
    found = needed(hasty, Goal(service_level=0.8, within=20), 14, seed=1, calls=1500)
    assert found is not None
    assert found.agents < 13
    assert found.abandon_rate > 0


def test_a_goal_that_nobody_near_meets_is_told() -> None:
    flood = Steady(calls_per_hour=36_000, aht=600)
    assert needed(flood, Goal(service_level=0.99, within=1), 1, seed=1, calls=1000) is None
