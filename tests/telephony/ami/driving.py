"""Runs a client for a test and waits for what it reports, never for a fixed time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

from telephony.ami import AmiClient, AmiEvent, AmiOptions, LinkDown, LinkUp

PATIENCE = 20.0
Found = TypeVar("Found", AmiEvent, LinkUp, LinkDown)
Item = AmiEvent | LinkUp | LinkDown


def utc_now() -> datetime:
    return datetime.now(UTC)


def quick(port: int, **changes: Any) -> AmiOptions:
    """Options with short times, so that tests end soon."""
    settings: dict[str, Any] = {
        "node": "pbx1",
        "username": "tester",
        "secret": "a-secret-of-the-tests",
        "port": port,
        "ping_interval": 0.2,
        "retry_first": 0.02,
        "retry_cap": 0.1,
        "refused_first": 0.05,
        "refused_cap": 0.2,
    }
    return AmiOptions(**{**settings, **changes})


@dataclass(slots=True)
class Driven:
    """A running client and everything it has reported so far."""

    client: AmiClient
    running: asyncio.Task[None]
    items: list[Item] = field(default_factory=list)
    reading: asyncio.Event = field(default_factory=asyncio.Event)
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def consume(self) -> None:
        async for item in self.client.events():
            await self.reading.wait()
            async with self.changed:
                self.items.append(item)
                self.changed.notify_all()

    async def until(self, kind: type[Found], nth: int = 1, **fields: str) -> Found:
        """The nth item of this kind (an event with these headers), waiting for it."""

        def wanted(item: Item) -> bool:
            if not isinstance(item, kind):
                return False
            return not isinstance(item, AmiEvent) or fields.items() <= item.fields.items()

        async with asyncio.timeout(PATIENCE), self.changed:
            while True:
                found = [item for item in self.items if wanted(item)]
                if len(found) >= nth:
                    item = found[nth - 1]
                    assert isinstance(item, kind)
                    return item
                await self.changed.wait()

    def events(self, name: str) -> list[AmiEvent]:
        return [i for i in self.items if isinstance(i, AmiEvent) and i.name == name]


@asynccontextmanager
async def driven(
    options: AmiOptions, *, clock: Callable[[], datetime] = utc_now, reading: bool = True
) -> AsyncIterator[Driven]:
    """Run a client and its consumer; with `reading=False` the consumer holds still at first."""
    client = AmiClient(options, clock=clock)
    async with asyncio.TaskGroup() as group:
        run = Driven(client, group.create_task(client.run()))
        if reading:
            run.reading.set()
        group.create_task(run.consume())
        try:
            yield run
        finally:
            run.reading.set()
            await client.close()
