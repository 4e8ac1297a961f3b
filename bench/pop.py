"""From the caller's INVITE to the pop on the agent's screen, beside a bare look at the same call.

Both clocks run in this process on the same call: a websocket client of the whole product notes the
first message with who calls, his managers and the reason; a raw AMI socket notes `Newchannel`,
the earliest that anybody can know of the call. Goal: at most 1.5 times that in the median.
"""

from __future__ import annotations

import asyncio
import time

from bench.house import House, NewchannelTap, open_house, quantile
from bench.rows import Row, row

WARM_UP = 3
PATIENCE = 10.0


def run(quick: bool) -> list[Row]:
    """Measure 100 calls, or 25 in a quick run."""
    return asyncio.run(_measure(25 if quick else 100))


async def _measure(calls: int) -> list[Row]:
    pops: list[float] = []
    channels: list[float] = []
    async with open_house() as house:
        tap = await NewchannelTap.connect(house.product)
        for number in range(WARM_UP + calls):
            pop, channel = await _one(house, tap)
            if number >= WARM_UP:
                pops.append(pop)
                channels.append(channel)
        tap.close()
    return [
        row(
            f"pop, INVITE to screen, {name}",
            ours=quantile(pops, share),
            peer=quantile(channels, share),
            floor=quantile(channels, share),
            unit="ms",
        )
        for name, share in (("p50", 0.5), ("p95", 0.95))
    ]


async def _one(house: House, tap: NewchannelTap) -> tuple[float, float]:
    await house.free()
    while not tap.told_at.empty():
        tap.told_at.get_nowait()
    began = time.perf_counter()
    call = await house.customer.call("4000")
    async with asyncio.timeout(PATIENCE):
        channel = await tap.told_at.get() - began
        pop = await house.agent.popped_at.get() - began
        await house.phone.invited_at.get()
        await call.up.wait()
    call.hang_up()
    return pop, channel
