"""How many agents a steady load needs, by simulation: the engine itself, on Erlang's assumptions.

It begins at the number that a formula names and looks for the fewest that meet the target. All
numbers meet the very same callers, so that a comparison of two is not one of luck.
"""

from dataclasses import dataclass
from datetime import timedelta
from random import Random

from crm_core.whatif.drawing import Caller
from crm_core.whatif.figures import Figures, Targets
from crm_core.whatif.steady import HOUSE, Steady, callers, staff
from crm_core.whatif.world import Setting, play

CALLS = 20_000
"""Callers of one run. Waits come in clusters: a service level is still some points uncertain."""

FARTHEST = 20
"""So far from the formula's number the search goes; beyond it the target is not met."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """A share of offered calls (of 1) to be answered within so many whole seconds."""

    service_level: float
    within: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulated:
    """What so many agents make of the load; shares are of 1, the mean wait is in seconds."""

    agents: int
    calls: int
    service_level: float
    asa: float
    abandon_rate: float


def needed(
    world: Steady, goal: Goal, start: int, *, seed: int, calls: int = CALLS
) -> Simulated | None:
    """Return the fewest agents, near `start`, who meet the goal; None if none of them does."""
    people = callers(world, calls, Random(seed))
    tried = {start: simulated(people, start, goal, seed=seed)}
    step = -1 if _meets(tried[start], goal) else 1
    for agents in range(start + step, max(0, start + step * FARTHEST), step):
        tried[agents] = simulated(people, agents, goal, seed=seed)
        if _meets(tried[agents], goal) is (step > 0):
            break
    meeting = [agents for agents, one in tried.items() if _meets(one, goal)]
    return tried[min(meeting)] if meeting else None


def simulated(people: list[Caller], agents: int, goal: Goal, *, seed: int) -> Simulated:
    """Play these callers with so many agents through the engine."""
    crew = staff(agents, people[-1].call.arrived_at + timedelta(hours=4))
    targets = Targets(within=goal.within, short_abandon=0)
    setting = Setting(roster=HOUSE.roster(crew), staff=crew, targets=targets)
    return _told(agents, len(people), play(people, setting, Random(seed)).whole())


def _told(agents: int, calls: int, found: Figures) -> Simulated:
    ratios = found.ratios()
    return Simulated(
        agents=agents,
        calls=calls,
        service_level=ratios["service_level"] or 0.0,
        asa=ratios["mean_wait_all"] or 0.0,
        abandon_rate=ratios["abandon_rate"] or 0.0,
    )


def _meets(found: Simulated, goal: Goal) -> bool:
    return found.service_level >= goal.service_level
