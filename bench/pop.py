"""From the caller's INVITE to the pop on the agent's screen, beside a bare look at the same call.

Both clocks run in this process on the same call: a websocket client of the whole product notes the
first message with who calls, his managers and the reason; a raw AMI socket notes `Newchannel`,
the earliest that anybody can know of the call. Goal: at most 1.5 times that in the median.
"""

from __future__ import annotations

import asyncio
import time

from bench.house import House, RawLink, open_house, quantile
from bench.rows import Row, row

WARM_UP = 3
PATIENCE = 10.0


def run(quick: bool) -> list[Row]:
    """Measure 100 calls, or 25 in a quick run."""
    return asyncio.run(_run(25 if quick else 100))


async def _run(calls: int) -> list[Row]:
    async with open_house() as house:
        return await measure(house, calls)


async def measure(house: House, calls: int) -> list[Row]:
    """Place so many calls after a few to warm up."""
    pops: list[float] = []
    channels: list[float] = []
    told_at: asyncio.Queue[float] = asyncio.Queue()

    def note(_: RawLink, message: bytes) -> None:
        if message.startswith(b"Event: Newchannel") and b"PJSIP/tellerline-trunk" in message:
            told_at.put_nowait(time.perf_counter())

    tap = await RawLink.login(house.product, note)
    for number in range(WARM_UP + calls):
        pop, channel = await _one(house, told_at)
        if number >= WARM_UP:
            pops.append(pop)
            channels.append(channel)
    tap.close()
    return [
        row(
            f"pop {name}",
            ours=quantile(pops, share),
            peer=quantile(channels, share),
            floor=quantile(channels, share),
            unit="ms",
        )
        for name, share in (("p50", 0.5), ("p95", 0.95))
    ]


async def _one(house: House, told_at: asyncio.Queue[float]) -> tuple[float, float]:
    await house.free()
    while not told_at.empty():
        told_at.get_nowait()
    call = await house.customer.call("4000")
    began = house.customer.called_at
    async with asyncio.timeout(PATIENCE):
        channel = await told_at.get() - began
        pop = await house.agent.popped_at.get() - began
        await house.phone.invited_at.get()
        await call.up.wait()
    call.hang_up()
    return pop, channel
