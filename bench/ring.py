"""From the caller's INVITE to the agent's INVITE, beside Asterisk left to itself.

The same phone rings on the same Asterisk in turn, round by round: through the whole product
(look-up, decision, journal, screen), through a bare `Dial()` and through `Queue()`. The floor is
what anybody outside of Asterisk must spend: a bare socket that reads the announcement and answers
it with a Redirect to a bare `Dial()`, without a thought. Goal: at most 1.6 times the bare Dial in
the median.
"""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from bench.house import PEER_CONTEXT, House, RawLink, StampedPhone, open_house, quantile
from bench.rows import Row, row
from tests.parts.sipp import Caller, calling

WARM_UP = 3
PATIENCE = 10.0
DIAL, QUEUE, REDIRECT = "9001", "9002", "9003"
LOAD = Caller(number="+79160000000", dialled="4001", talk=3, calls=100_000, rate=10)
PEERS = {"Dial()": DIAL, "Queue()": QUEUE}


def run(quick: bool) -> list[Row]:
    """Measure 80 rounds, or 15 in a quick run."""
    return asyncio.run(_run(15 if quick else 80))


async def _run(rounds: int) -> list[Row]:
    async with open_house() as house:
        alone = await measure(house, rounds)
        with (
            tempfile.TemporaryDirectory(prefix="bench") as folder,
            calling(house.product.pbx, LOAD, Path(folder)),
        ):
            return alone + await _measure(house, rounds, "ring beside 10 calls/s")


async def measure(house: House, rounds: int) -> list[Row]:
    """Ring so often in each way, in turn, after a few rounds to warm up."""
    await house.admit_peers(
        {
            DIAL: (f"Dial(PJSIP/{house.phone.user},20)",),
            QUEUE: ("Queue(tellerline-fallback,,,,20)",),
            REDIRECT: ("UserEvent(BenchArrived)", "Answer()", "MusicOnHold(tellerline,10)"),
        }
    )
    return await _measure(house, rounds, "ring")


async def _measure(house: House, rounds: int, what: str) -> list[Row]:
    link = await RawLink.login(house.product, _redirect)
    ways = {"ours": (house.customer, "4000")}
    ways |= {number: (house.other, number) for number in (DIAL, QUEUE, REDIRECT)}
    times: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(WARM_UP + rounds):
        for name, (caller, dialled) in ways.items():
            took = await _one(house, caller, dialled)
            if number >= WARM_UP:
                times[name].append(took)
    link.close()
    return [
        row(
            f"{what} against {peer} {name}",
            ours=quantile(times["ours"], share),
            peer=quantile(times[number], share),
            floor=quantile(times[REDIRECT], share),
            unit="ms",
        )
        for peer, number in PEERS.items()
        for name, share in (("p50", 0.5), ("p95", 0.95))
    ]


def _redirect(link: RawLink, message: bytes) -> None:
    if b"UserEvent: BenchArrived" in message:
        channel = message.partition(b"Channel: ")[2].partition(b"\r\n")[0].decode()
        link.send("Redirect", Channel=channel, Context=PEER_CONTEXT, Exten=DIAL, Priority="1")


async def _one(house: House, caller: StampedPhone, dialled: str) -> float:
    await house.free()
    call = await caller.call(dialled)
    async with asyncio.timeout(PATIENCE):
        rang = await house.phone.invited_at.get()
        ringing = await house.phone.rings()
        call.hang_up()
        await ringing.ended.wait()
    return rang - caller.called_at
