"""How long callers wait before they hang up, learned from those who did and those who did not.

The Kaplan-Meier estimate: an answered call tells only that its caller's patience was longer than
his wait. Beyond the longest wait known, people leave at the mean rate of all.
"""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from math import inf, log
from random import Random

_LEAST = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """A survival curve: after `times[i]` seconds the share `still[i]` would still wait.

    `rate` is how many leave a second, per caller who waits.
    """

    times: tuple[float, ...]
    still: tuple[float, ...]
    rate: float

    def draw(self, chance: Random, *, beyond: float = 0.0) -> float:
        """Draw the patience of a caller who is known to wait longer than `beyond` seconds."""
        known = self.surviving(beyond)
        point = known * chance.random()
        place = _first_below(self.still, point)
        if place is not None and self.times[place] > beyond:
            return self.times[place]
        if self.rate == 0:
            return inf
        last = min(known, self.still[-1]) if self.still else 1.0
        share = point / last if last > 0 else chance.random()
        reached = max(beyond, self.times[-1] if self.times else 0.0)
        return reached - log(max(share, _LEAST)) / self.rate

    def surviving(self, seconds: float) -> float:
        """The share that waits longer than this."""
        place = bisect_right(self.times, seconds)
        return self.still[place - 1] if place else 1.0


def fit(waits: Iterable[tuple[float, bool]]) -> Patience:
    """Estimate from pairs of seconds waited and whether the caller hung up then."""
    ordered = sorted((seconds, not left) for seconds, left in waits)
    at_risk, share = len(ordered), 1.0
    times: list[float] = []
    still: list[float] = []
    for seconds, answered in ordered:
        if not answered:
            share *= 1 - 1 / at_risk
            if times and times[-1] == seconds:
                still[-1] = share
            else:
                times.append(seconds)
                still.append(share)
        at_risk -= 1
    exposure = sum(seconds for seconds, _ in ordered)
    left = sum(1 for _, answered in ordered if not answered)
    return Patience(
        times=tuple(times), still=tuple(still), rate=left / exposure if exposure else 0.0
    )


def _first_below(still: tuple[float, ...], point: float) -> int | None:
    """The first place at which no more than `point` still wait; `still` falls."""
    low, high = 0, len(still)
    while low < high:
        middle = (low + high) // 2
        if still[middle] <= point:
            high = middle
        else:
            low = middle + 1
    return low if low < len(still) else None
