"""Deadlines of the engine: what is due when. A deadline that no longer holds is dropped when due.

Whether it still holds is asked of the state itself (the record keeps its own deadline), so
timers carry no truth and can be rebuilt from the records at any time.
"""

import heapq
from datetime import datetime, timedelta
from enum import StrEnum

FORGET_AFTER = timedelta(seconds=60)
"""How long a call that is over stays known, for news that comes late."""

GONE_AFTER = timedelta(minutes=10)
"""The same, of a call that was sent away and whose end was never told."""


class Due(StrEnum):
    """What a deadline is for."""

    IDENTIFY = "identify"
    OFFER = "offer"
    ROUND = "round"
    RECOVERY = "recovery"
    WRAP_UP = "wrap_up"
    FORGET = "forget"
    CONSOLE = "console"
    STEP = "step"
    LEAVE = "leave"
    TELL = "tell"
    CALLBACK = "callback"
    MONITOR = "monitor"
    SERVE = "serve"


class Timers:
    """A heap of deadlines, each with the id of the record it concerns."""

    __slots__ = ("_heap",)

    def __init__(self) -> None:
        self._heap: list[tuple[datetime, Due, str]] = []

    def set(self, at: datetime, due: Due, subject: str) -> None:
        """Ask to be told at this time. The same deadline may be set twice."""
        heapq.heappush(self._heap, (at, due, subject))

    def next(self) -> datetime | None:
        """Return the earliest deadline."""
        return self._heap[0][0] if self._heap else None

    def pop_due(self, now: datetime) -> tuple[datetime, Due, str] | None:
        """Take out the earliest deadline that has come, if any."""
        if self._heap and self._heap[0][0] <= now:
            return heapq.heappop(self._heap)
        return None
