"""The figures of a centre over a time, from counts and sums, so that days add up to a whole.

Service level = answered within the limit / (answered + abandoned), abandons shorter than the
short-abandon limit left out. Abandon rate = abandoned / offered. Mean wait = ASA, the mean of those
who were answered; `mean_wait_all` is that of all who were let in. Occupancy = handling / (handling
+ idle while available). Waits run from the entry to the queue.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any, Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Targets:
    """The limits by which calls are counted, in seconds."""

    within: int = 20
    short_abandon: int = 5


USUAL = Targets()


@dataclass(slots=True, kw_only=True)
class Figures:
    """Counts of calls and sums of seconds. A ratio without a base is None."""

    offered: int = 0
    answered: int = 0
    abandoned: int = 0
    turned_away: int = 0
    callbacks: int = 0
    """Callers who left for a callback."""
    left: int = 0
    """Still waiting when the day's simulation ended."""
    in_time: int = 0
    short: int = 0
    """Abandons too short to count."""
    by_manager: int = 0
    """Answered by a manager of the client's own."""
    with_manager: int = 0
    """Offered, of clients who have one."""
    waited_answered: float = 0.0
    waited_all: float = 0.0
    handling: float = 0.0
    idle: float = 0.0

    def add(self, other: "Figures") -> Self:
        """Take another's counts and sums in."""
        for one in fields(self):
            setattr(self, one.name, getattr(self, one.name) + getattr(other, one.name))
        return self

    def count_answered(self, waited: float, targets: Targets) -> None:
        """A caller was answered after so many seconds."""
        self.answered += 1
        self.in_time += waited <= targets.within
        self.waited_answered += waited
        self.waited_all += waited

    def count_abandoned(self, waited: float, targets: Targets) -> None:
        """A caller hung up after so many seconds."""
        self.abandoned += 1
        self.short += waited < targets.short_abandon
        self.waited_all += waited

    def ratios(self) -> dict[str, float | None]:
        """What is made of the counts, by the formulas above."""
        return {
            "service_level": _ratio(self.in_time, self.answered + self.abandoned - self.short),
            "abandon_rate": _ratio(self.abandoned, self.offered),
            "mean_wait": _ratio(self.waited_answered, self.answered),
            "mean_wait_all": _ratio(self.waited_all, self.answered + self.abandoned),
            "occupancy": _ratio(self.handling, self.handling + self.idle),
            "manager_rate": _ratio(self.by_manager, self.with_manager),
        }

    def counts(self) -> dict[str, Any]:
        """The counts of calls."""
        return {name: getattr(self, name) for name in COUNTS}

    def values(self) -> dict[str, float | None]:
        """Counts and ratios, by name."""
        return self.counts() | self.ratios()


COUNTS = ("offered", "answered", "abandoned", "turned_away", "callbacks", "left")
RATIOS = (
    "service_level",
    "abandon_rate",
    "mean_wait",
    "mean_wait_all",
    "occupancy",
    "manager_rate",
)


def summed(parts: Iterable[Figures]) -> Figures:
    """All of them together."""
    whole = Figures()
    for part in parts:
        whole.add(part)
    return whole


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None
