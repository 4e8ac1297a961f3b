"""Chance that repeats: the same seed draws the same bank, on any machine and Python.

Each block of the generator has a stream of its own, named after it, so that a draw more in one
block shifts nothing in another. Only the bits of the Mersenne Twister are used, seeded by a whole
number: both are fixed by its definition, while `choice`, `shuffle` and `gauss` may change with
Python. No floats: shapes are tables of quantiles in whole numbers.
"""

import hashlib
import random
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")

MILLION = 1_000_000
_BITS = 40


class Chance:
    """The stream of draws of one block."""

    def __init__(self, seed: int, block: str) -> None:
        digest = hashlib.sha256(f"{seed}/{block}".encode()).digest()
        self._bits = random.Random(int.from_bytes(digest, "big")).getrandbits

    def below(self, n: int) -> int:
        """A whole number from 0 to n - 1, each as likely as the other."""
        return self._bits(_BITS) * n >> _BITS

    def between(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both possible."""
        return low + (self._bits(_BITS) * (high - low + 1) >> _BITS)

    def of(self, items: Sequence[T]) -> T:
        """One of the items."""
        return items[self._bits(_BITS) * len(items) >> _BITS]

    def early(self, items: Sequence[T]) -> T:
        """One of the items, the first ones much more often, as with names."""
        n = len(items)
        return items[min(self.below(n), self.below(n))]

    def hits(self, per_mille: int) -> bool:
        """Whether something happens that does so in so many of a thousand cases."""
        return self.below(1000) < per_mille

    def shuffled(self, items: Sequence[T]) -> list[T]:
        """All items in a drawn order (Fisher-Yates)."""
        mixed = list(items)
        for last in range(len(mixed) - 1, 0, -1):
            other = self.below(last + 1)
            mixed[last], mixed[other] = mixed[other], mixed[last]
        return mixed

    def dealt(self, n: int, shares: Mapping[T, int]) -> list[T]:
        """`n` answers in a drawn order that keep the shares exactly, to the nearest whole."""
        counts = apportioned(n, tuple(shares.values()))
        hand = [answer for answer, count in zip(shares, counts, strict=True) for _ in range(count)]
        return self.shuffled(hand)

    def picked(self, items: Sequence[T], count: int) -> list[T]:
        """`count` different ones of the items, or all if there are fewer, in a drawn order."""
        if count * 4 > len(items):
            return self.shuffled(items)[:count]
        places: dict[int, None] = {}
        while len(places) < count:
            places[self.below(len(items))] = None
        return [items[place] for place in places]


def apportioned(n: int, weights: Sequence[int]) -> list[int]:
    """`n` split by weights into whole numbers: the largest remainders are rounded up."""
    total = sum(weights)
    counts = [n * weight // total for weight in weights]
    by_rest = sorted(range(len(weights)), key=lambda i: (-(n * weights[i] % total), i))
    for i in by_rest[: n - sum(counts)]:
        counts[i] += 1
    return counts


@dataclass(frozen=True, slots=True)
class Curve:
    """A shape told by its quantiles: at so many millionths of the cases, this value or less.

    Between the knots the value rises evenly. The first knot stands at 0, the last at 1,000,000.
    """

    at: tuple[int, ...]
    values: tuple[int, ...]

    def __post_init__(self) -> None:
        ends = (self.at[0], self.at[-1]) == (0, MILLION)
        if not ends or len(self.at) != len(self.values) or list(self.at) != sorted(set(self.at)):
            raise ValueError("the knots of a curve rise from 0 to 1,000,000")

    def value(self, millionths: int) -> int:
        """The quantile at `millionths`, from 0 to 1,000,000."""
        right = min(bisect_right(self.at, millionths), len(self.at) - 1)
        begin, end = self.at[right - 1], self.at[right]
        low, high = self.values[right - 1], self.values[right]
        return low + (high - low) * (millionths - begin) // (end - begin)

    def draw(self, chance: Chance) -> int:
        """A value of this shape."""
        return self.value(chance.below(MILLION + 1))

    def spread(self, n: int) -> list[int]:
        """`n` values that together have this shape as exactly as `n` can, the lowest first."""
        return [self.value((2 * i + 1) * MILLION // (2 * n)) for i in range(n)]
