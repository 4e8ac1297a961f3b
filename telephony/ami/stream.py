"""The ordered, bounded queue between the link and its one consumer.

Owns order and bound. Events may be refused (the link is then cut on purpose); the link's own ups
and downs are always taken, since the consumer must learn of them. It decodes and decides nothing.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterable, Sequence

from telephony.ami.messages import AmiEvent, LinkDown, LinkUp

Item = AmiEvent | LinkUp | LinkDown


class EventStream:
    """Filled from protocol callbacks, drained by one `async for`; one event loop only."""

    def __init__(self, *, bound: int) -> None:
        self._items: deque[Item] = deque()
        self._bound = bound
        self._closed = False
        self._taken = False
        self._filled = asyncio.Event()
        self._emptied = asyncio.Event()
        self._emptied.set()

    def __len__(self) -> int:
        return len(self._items)

    def offer(self, events: Sequence[AmiEvent]) -> bool:
        """Append in order; False when the bound cut some off."""
        room = self._bound - len(self._items)
        fits = len(events) <= room
        self._append(events if fits else events[: max(room, 0)])
        return fits

    def announce(self, item: LinkUp | LinkDown) -> None:
        """Append whatever the bound."""
        self._append((item,))

    def close(self) -> None:
        """What is queued is still delivered, then the iteration ends."""
        self._closed = True
        self._filled.set()

    async def drained(self) -> None:
        """Wait until the consumer has taken everything."""
        await self._emptied.wait()

    async def items(self) -> AsyncIterator[Item]:
        """The one consumer's iteration; a second one at the same time is a programming error."""
        if self._taken:
            raise RuntimeError("the event stream has one consumer")
        self._taken = True
        try:
            while True:
                while self._items:
                    yield self._items.popleft()
                self._emptied.set()
                if self._closed:
                    return
                self._filled.clear()
                await self._filled.wait()
        finally:
            self._taken = False

    def _append(self, items: Iterable[Item]) -> None:
        self._items.extend(items)
        if self._items:
            self._emptied.clear()
            self._filled.set()
