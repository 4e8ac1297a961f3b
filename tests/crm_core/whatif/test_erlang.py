"""The simulator against Erlang's formulas, in two steps of which each is exact or within 1 %.

First: call by call, to the microsecond, the simulator lets callers wait as the plain recursion of a
first-come-first-served queue does (the earliest agent to come free takes the next caller). Second:
that recursion, over millions of calls in seconds, agrees with the formulas. So the engine need not
work through millions of calls for chance to average out; `tellerline bench whatif` lets it.
"""

from dataclasses import dataclass
from datetime import timedelta
from heapq import heapreplace
from math import inf
from random import Random

import pytest

from crm_core.staffing.erlang import Load, service
from crm_core.whatif.exchange import AT_ONCE
from crm_core.whatif.figures import USUAL, Targets
from crm_core.whatif.steady import BEGIN, HOUSE, Steady, callers, staff
from crm_core.whatif.world import Setting, play

ERLANG_C = (Steady(calls_per_hour=200, aht=180), 14)
ERLANG_A = (Steady(calls_per_hour=2880, aht=60, patience=120), 50)
MIXING_C = (Steady(calls_per_hour=30, aht=120), 2, 2_500_000)
MIXING_A = (Steady(calls_per_hour=120, aht=170, patience=90), 5, 1_500_000)
TIGHT = (Steady(calls_per_hour=60, aht=170, patience=90), 3)


@dataclass
class Path:
    """Sums over callers of a first-come-first-served queue."""

    calls: int = 0
    waits: float = 0.0
    abandoned: int = 0
    in_time: int = 0

    def take(self, free: list[float], call: tuple[float, float, float], within: float) -> None:
        """One caller: his arrival, patience and talk; `free` is when each agent comes free."""
        arrival, patience, talk = call
        wait = max(free[0] - arrival, 0)
        self.calls += 1
        if wait <= patience:
            heapreplace(free, arrival + wait + talk)
            self.waits += wait
            self.in_time += wait <= within
        else:
            self.abandoned += 1
            self.waits += patience


@pytest.mark.parametrize(("world", "agents"), [ERLANG_C, ERLANG_A, TIGHT])
def test_callers_wait_as_in_the_plain_recursion(world: Steady, agents: int) -> None:
    people = callers(world, 2_000, Random(7))
    until = people[-1].call.arrived_at + timedelta(days=1)
    setting = Setting(
        roster=HOUSE.roster(staff(agents, until)),
        staff=staff(agents, until),
        manners=AT_ONCE,
        targets=Targets(within=20, short_abandon=0),
    )
    played = play(people, setting, Random(7)).whole()
    path, free = Path(), [0.0] * agents
    for one in people:
        arrival = (one.call.arrived_at - BEGIN) / timedelta(microseconds=1)
        patience, talk = (
            seconds if seconds == inf else timedelta(seconds=seconds) / timedelta(microseconds=1)
            for seconds in (one.patience, one.talk)
        )
        path.take(free, (arrival, patience, talk), 20e6)
    assert played.offered == path.calls
    assert (played.abandoned, played.in_time) == (path.abandoned, path.in_time)
    assert played.waited_all == pytest.approx(path.waits / 1e6, abs=1e-3)
    assert (played.left, played.turned_away) == (0, 0)


@pytest.mark.parametrize(("world", "agents", "calls"), [MIXING_C, MIXING_A])
def test_the_recursion_agrees_with_the_formulas_within_one_percent(
    world: Steady, agents: int, calls: int
) -> None:
    """These worlds forget soon, so that the standard errors are at most a third of the bound."""
    chance = Random(1)
    path, free, now = Path(), [0.0] * agents, 0.0
    draw = chance.expovariate
    rate, patience = world.calls_per_hour / 3600, world.patience
    for _ in range(calls):
        now += draw(rate)
        waits = draw(1 / patience) if patience else inf
        path.take(free, (now, waits, draw(1 / world.aht)), USUAL.within)
    load = Load(calls_per_hour=world.calls_per_hour, aht=world.aht, patience=patience)
    known = service(load, agents, within=USUAL.within)
    assert path.waits / path.calls == pytest.approx(known.asa, rel=0.01)
    assert path.in_time / path.calls == pytest.approx(known.service_level, rel=0.01)
    assert path.abandoned / path.calls == pytest.approx(known.abandon_rate, rel=0.01)
