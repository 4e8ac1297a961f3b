"""How long to wait before the next try: doubles from `first` up to `cap`. Pure; reads no clock."""

from __future__ import annotations


class Backoff:
    """`next_delay` answers in seconds; `reset` after a success."""

    def __init__(self, *, first: float, cap: float) -> None:
        self._first = min(first, cap)
        self._cap = cap
        self._delay = self._first

    def next_delay(self) -> float:
        delay, self._delay = self._delay, min(self._delay * 2, self._cap)
        return delay

    def reset(self) -> None:
        self._delay = self._first
