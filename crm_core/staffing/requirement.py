"""The smallest number of agents that meets a target, and how many must be planned for it. Pure.

More agents never make any figure worse for callers, so that the number is found by halving.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

from crm_core.staffing.erlang import Load, Service, service

MOST_AGENTS = 100_000
"""Beyond that nobody plans, and a search would never end."""


class NoNumberMeets(ValueError):
    """Not even `MOST_AGENTS` would meet the target."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What is asked: a share of offered calls answered within seconds, and more if wished.

    Shares are of 1. `shrinkage` is the share of planned agents who are away at any time, in
    breaks, training and sickness.
    """

    service_level: float = 0.8
    within: float = 20.0
    longest_asa: float | None = None
    most_abandoned: float | None = None
    highest_occupancy: float | None = None
    shrinkage: float = 0.0

    def __post_init__(self) -> None:
        if not (0 < self.service_level < 1 and self.within >= 0 and 0 <= self.shrinkage < 1):
            raise ValueError("shares must lie between 0 and 1, times must not be negative")
        limits = self.longest_asa, self.most_abandoned, self.highest_occupancy
        if any(limit is not None and limit <= 0 for limit in limits):
            raise ValueError("limits must be above 0")

    def met_by(self, found: Service) -> bool:
        """Whether callers and agents are served as asked."""
        pairs = (
            (found.asa, self.longest_asa),
            (found.abandon_rate, self.most_abandoned),
            (found.occupancy, self.highest_occupancy),
        )
        kept = all(limit is None or figure <= limit for figure, limit in pairs)
        return kept and found.service_level >= self.service_level


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """How many agents must be at their desks, how many planned, and what callers then get."""

    agents: int
    planned: int
    service: Service


def requirement(load: Load, target: Target) -> Requirement:
    """Return the fewest agents that meet the target. Raises NoNumberMeets.

    Without calls nobody is needed by the figures; one agent is told, for the line is open.
    """
    found = fewest(lambda agents: target.met_by(service(load, agents, within=target.within)))
    return Requirement(
        agents=found,
        planned=planned(found, target.shrinkage),
        service=service(load, found, within=target.within),
    )


def planned(agents: int, shrinkage: float) -> int:
    """How many must be planned, if the share `shrinkage` of them is away."""
    return ceil(round(agents / (1 - shrinkage), 9))


def fewest(meets: Callable[[int], bool]) -> int:
    """Return the smallest number from 1 on that `meets`, which no greater number fails.

    Doubles, then halves. Raises NoNumberMeets.
    """
    low, high = 0, 1
    while not meets(high):
        low, high = high, high * 2
        if low >= MOST_AGENTS:
            raise NoNumberMeets
    while high - low > 1:
        middle = (low + high) // 2
        if meets(middle):
            high = middle
        else:
            low = middle
    return high
