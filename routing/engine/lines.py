"""Two ordered pools: callers who wait, and agents who are free.

Both are heaps with lazy removal: an entry is stale once its key is no longer the member's
current one. Adding, removing and finding the first cost O(log n), whatever the number of
agents or calls; only members that the seeker must skip are looked at besides.
"""

import heapq
from collections.abc import Callable
from datetime import datetime
from typing import Generic, TypeVar

M = TypeVar("M", bound=str)
Key = tuple[int, datetime, str]


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
