"""The bounded, ordered queue."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from telephony.ami.messages import AmiEvent, LinkDown, LinkLoss
from telephony.ami.stream import EventStream

AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
DOWN = LinkDown(node="n", session=1, reason=LinkLoss.OVERFLOW, detail="", at=AT)


def events(*numbers: int) -> list[AmiEvent]:
    return [AmiEvent("E", {"N": str(n)}, AT) for n in numbers]


async def test_the_bound_cuts_off_the_newest_and_says_so() -> None:
    stream = EventStream(bound=3)
    assert stream.offer(events(1, 2))
    assert not stream.offer(events(3, 4, 5))
    assert not stream.offer(events(6))
    stream.announce(DOWN)
    stream.close()
    assert [item async for item in stream.items()] == [*events(1, 2, 3), DOWN]


async def test_a_waiting_consumer_wakes_and_drained_tells_when_it_is_empty() -> None:
    stream = EventStream(bound=10)
    await asyncio.wait_for(stream.drained(), 1)
    consumer = stream.items()
    first = asyncio.ensure_future(anext(consumer))
    await asyncio.sleep(0)
    stream.offer(events(1, 2))
    assert await first == events(1)[0]
    drained = asyncio.create_task(stream.drained())
    assert await anext(consumer) == events(2)[0]
    await asyncio.sleep(0)
    assert not drained.done()
    last = asyncio.ensure_future(anext(consumer))
    await asyncio.wait_for(drained, 1)
    stream.close()
    with pytest.raises(StopAsyncIteration):
        await last


async def test_only_one_consumer_at_a_time() -> None:
    stream = EventStream(bound=10)
    stream.offer(events(1))
    first = stream.items()
    await anext(first)
    with pytest.raises(RuntimeError):
        await anext(stream.items())
