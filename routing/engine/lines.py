"""Ordered pools: callers who wait, and agents who are free.

Lines are heaps with lazy removal: an entry is stale once its key is no longer the member's
current one. Adding, removing and finding the first cost O(log n), whatever the number of
agents or calls; only members that the seeker must skip are looked at besides.

Callers' claims grow at rates of their own, so two of them may change places while nothing
happens. Those of one rate never do: `Waiting` keeps a line for each rate and compares the heads.
"""

import heapq
from bisect import bisect_left, insort
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar

from routing.ids import CallId

M = TypeVar("M", bound=str)
Key = tuple[Any, ...]


class Line(Generic[M]):
    """Members in the order of their keys."""

    __slots__ = ("_heap", "_keys")

    def __init__(self) -> None:
        self._heap: list[tuple[Key, M]] = []
        self._keys: dict[M, Key] = {}

    def __len__(self) -> int:
        return len(self._keys)

    def __contains__(self, member: M) -> bool:
        return member in self._keys

    def add(self, member: M, key: Key) -> None:
        """Put the member at its key's place; a member already there moves."""
        if self._keys.get(member) == key:
            return
        self._keys[member] = key
        heapq.heappush(self._heap, (key, member))

    def remove(self, member: M) -> None:
        """Take the member out; nothing happens if he is not in."""
        self._keys.pop(member, None)

    def first(self, fits: Callable[[M], bool]) -> M | None:
        """Return the first member that fits, leaving the order as it was."""
        skipped: list[tuple[Key, M]] = []
        found: M | None = None
        while self._heap:
            key, member = self._heap[0]
            if self._keys.get(member) != key:
                heapq.heappop(self._heap)
                continue
            if fits(member):
                found = member
                break
            skipped.append(heapq.heappop(self._heap))
        for entry in skipped:
            heapq.heappush(self._heap, entry)
        return found

    def key(self, member: M) -> Key | None:
        """Return the member's key, or None."""
        return self._keys.get(member)


class Claim:
    """What a waiting call can claim: `credit` seconds and `rate` percent of its wait.

    It waits since `start`, whole microseconds; `front` stands before all. At a moment the claim is
    rate x (moment - start) + 100 x credit; among calls of one rate the order never changes.
    """

    __slots__ = ("call", "key", "rate")

    def __init__(self, call: CallId, *, start: int, credit: int, rate: int, front: bool) -> None:
        self.call = call
        self.rate = rate
        self.key: Key = (
            0 if front else 1,
            rate * start - 100_000_000 * credit,
            start,
            call,
        )

    def at(self, moment: int) -> Key:
        """Return what orders claims of all rates at this moment; the least goes first."""
        front, order, start, call = self.key
        return front, order - self.rate * moment, start, call


class Waiting:
    """Calls that wait for the same thing, by claim."""

    __slots__ = ("_claims", "_lines")

    def __init__(self) -> None:
        self._lines: dict[int, Line[CallId]] = {}
        self._claims: dict[CallId, Claim] = {}

    def __len__(self) -> int:
        return len(self._claims)

    def add(self, claim: Claim) -> None:
        """Let the call wait with this claim; one that it had before is void."""
        had = self._claims.get(claim.call)
        if had is not None and had.rate != claim.rate:
            self._lines[had.rate].remove(claim.call)
        self._claims[claim.call] = claim
        line = self._lines.get(claim.rate)
        if line is None:
            line = self._lines[claim.rate] = Line()
        line.add(claim.call, claim.key)

    def remove(self, call: CallId) -> None:
        """The call waits no more; nothing happens if it did not."""
        claim = self._claims.pop(call, None)
        if claim is not None:
            self._lines[claim.rate].remove(call)

    def first(self, fits: Callable[[CallId], bool], moment: int) -> Claim | None:
        """Return the greatest claim of a call that fits at this moment (microseconds)."""
        best: Claim | None = None
        for line in self._lines.values():
            call = line.first(fits) if line else None
            if call is None:
                continue
            claim = self._claims[call]
            if best is None or claim.at(moment) < best.at(moment):
                best = claim
        return best


class Turnout:
    """Those who wait in one queue, by when they came: how many, who first, and each one's place."""

    __slots__ = ("_order", "_starts")

    def __init__(self) -> None:
        self._order: list[tuple[int, CallId]] = []
        self._starts: dict[CallId, int] = {}

    def __len__(self) -> int:
        return len(self._order)

    def add(self, call: CallId, start: int) -> None:
        """The call waits since `start` (microseconds); said again it changes nothing."""
        if call not in self._starts:
            self._starts[call] = start
            insort(self._order, (start, call))

    def remove(self, call: CallId) -> None:
        """The call waits here no more."""
        start = self._starts.pop(call, None)
        if start is not None:
            del self._order[bisect_left(self._order, (start, call))]

    def place(self, call: CallId) -> int:
        """Return the call's place, from 1. Raises KeyError if it does not wait here."""
        return bisect_left(self._order, (self._starts[call], call)) + 1

    def oldest(self) -> int | None:
        """Return since when the first of them waits."""
        return self._order[0][0] if self._order else None


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def microseconds(at: datetime) -> int:
    """Return the whole microseconds since 1970."""
    return (at - _EPOCH) // _MICROSECOND
