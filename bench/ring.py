"""From the caller's INVITE to the agent's INVITE, beside Asterisk left to itself.

The same caller, the same phone and the same Asterisk in turn, round by round: through the whole
product (look-up, decision, journal, screen), through a bare `Dial()`, and through `Queue()`. Goal:
at most 1.6 times the bare Dial in the median.
"""

from __future__ import annotations

import asyncio
import time

from bench.house import House, open_house, quantile
from bench.rows import Row, row

WARM_UP = 3
PATIENCE = 10.0
DIAL, QUEUE = "9001", "9002"


def run(quick: bool) -> list[Row]:
    """Measure 80 rounds, or 15 in a quick run."""
    return asyncio.run(_measure(15 if quick else 80))


async def _measure(rounds: int) -> list[Row]:
    times: dict[str, list[float]] = {"4000": [], DIAL: [], QUEUE: []}
    async with open_house() as house:
        _lay_bare_ways(house)
        for number in range(WARM_UP + rounds):
            for dialled, found in times.items():
                took = await _one(house, dialled)
                if number >= WARM_UP:
                    found.append(took)
    return [
        row(
            f"ring, INVITE to INVITE, against {name}, {share_name}",
            ours=quantile(times["4000"], share),
            peer=quantile(times[peer], share),
            floor=quantile(times[DIAL], share),
            unit="ms",
        )
        for name, peer in (("Dial()", DIAL), ("Queue()", QUEUE))
        for share_name, share in (("p50", 0.5), ("p95", 0.95))
    ]


def _lay_bare_ways(house: House) -> None:
    """Two more numbers in the callers' context: straight to the phone, and by its queue."""
    ways = {
        DIAL: f"Dial(PJSIP/{house.phone.user},20)",
        QUEUE: "Queue(tellerline-fallback,,,,20)",
    }
    for number, application in ways.items():
        house.console(f"dialplan add extension {number},1,{application} into tellerline-in")


async def _one(house: House, dialled: str) -> float:
    await house.free()
    began = time.perf_counter()
    call = await house.customer.call(dialled)
    async with asyncio.timeout(PATIENCE):
        rang = await house.phone.invited_at.get()
        ringing = await house.phone.rings()
        call.hang_up()
        await ringing.ended.wait()
    return rang - began
