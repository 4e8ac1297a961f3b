"""A figure over several replications: its mean, and how far chance may have moved it.

The interval is Student's t at 95 %. It tells what the drawn times do to the figure, not how another
day's calls would differ.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist, mean, stdev

CONFIDENCE = 0.95
_TABLE = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228)
"""Student's t for 95 % and 1 to 10 degrees of freedom."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """The mean and its interval; without replications to compare there is no interval."""

    mean: float
    low: float | None = None
    high: float | None = None


def estimate(values: Sequence[float]) -> Estimate:
    """Estimate from one value of each replication. Raises ValueError without any."""
    if not values:
        raise ValueError("there is nothing to estimate from")
    middle = mean(values)
    if len(values) == 1:
        return Estimate(mean=middle)
    half = student(len(values) - 1) * stdev(values) / sqrt(len(values))
    return Estimate(mean=middle, low=middle - half, high=middle + half)


def student(freedom: int) -> float:
    """Student's t at 95 %, two sides; beyond the table by Cornish and Fisher, within .001."""
    if freedom <= len(_TABLE):
        return _TABLE[freedom - 1]
    z = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)
    first = (z**3 + z) / (4 * freedom)
    second = (5 * z**5 + 16 * z**3 + 3 * z) / (96 * freedom**2)
    return z + first + second
