"""Channels of the real Asterisk: they are told, asked, recorded, and hang up in the middle."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from config.pbx.process import RunningPbx
from ivr.agi.channel import Channel
from ivr.agi.errors import HungUp
from tests.ivr.agi.driving import Caller, request, serving
from tests.parts.agi_callers import Callers, callers

pytestmark = pytest.mark.asterisk

MANY = 300
A_FRAME = bytes(320)
"""20 ms of silence."""


@pytest.fixture
async def line(asterisk: RunningPbx) -> AsyncIterator[Callers]:
    async with callers(asterisk) as link:
        yield link


@asynccontextmanager
async def led_by(line: Callers, serve: Callable[[Channel], Awaitable[None]]) -> AsyncIterator[str]:
    """A number whose callers are led so; afterwards they are hung up."""
    async with serving(serve) as server:
        yield line.lay("led", "Answer", f"AGI(agi://127.0.0.1:{server.port}/x/main?a=b)", "Hangup")


def sound(folder: Path, name: str, frames: int = 1) -> str:
    folder.joinpath(f"{name}.sln").write_bytes(A_FRAME * frames)
    return str(folder / name)


async def test_caller_is_told_asked_and_recorded(line: Callers, tmp_path: Path) -> None:
    short, long = sound(tmp_path, "short"), sound(tmp_path, "long", 100)
    found: list[object] = []

    async def session(channel: Channel) -> None:
        found.append((channel.flow, channel.caller_number, channel.dialled))
        found.append(await channel.variable("CALLERID(name)"))
        found.append(await channel.tell([short, str(tmp_path / "missing"), short], "1"))
        found.append(await channel.ask([short], seconds=0.1))
        line.press(channel.unique_id, "4711#")
        found.append(await channel.ask([long, long], most=9, ends="#", seconds=4, secret=True))
        line.press(channel.unique_id, "5")
        found.append(await channel.tell([long, long, long], "5"))
        await channel.set_variable("ODD", 'a"b\\c $ {d} \u044f')
        found.append(await channel.variable("ODD"))
        line.press(channel.unique_id, "1234#")
        found.append(await channel.record(str(tmp_path / "said"), 5))

    async with led_by(line, session) as number, asyncio.timeout(60):
        await line.call(number, name="hangup")[1]
    assert found == [
        ("main", "+79990000001", None),
        "hangup",
        "",
        None,
        "4711",
        "5",
        'a"b\\c $ {d} \u044f',
        False,
    ]
    assert (tmp_path / "said-0.wav").exists()


@pytest.mark.parametrize("in_the_middle_of", ["tell", "ask", "record", "silence"])
async def test_who_hangs_up_in_the_middle_has_gone(
    line: Callers, tmp_path: Path, in_the_middle_of: str
) -> None:
    long = sound(tmp_path, "long", 300)
    ends: list[type[BaseException]] = []

    async def session(channel: Channel) -> None:
        line.send("Hangup", Channel=channel.unique_id, Cause="16")
        try:
            while True:
                match in_the_middle_of:
                    case "tell":
                        await channel.tell([long], "1")
                    case "ask":
                        await channel.ask([], seconds=10)
                    case "record":
                        await channel.record(str(tmp_path / "said"), 30)
                    case _:
                        await asyncio.sleep(0.05)
                        await channel.set_variable("A", "b")
        except HungUp as error:
            ends.append(type(error))
            assert channel.hung_up

    async with led_by(line, session) as number, asyncio.timeout(30):
        await line.call(number)[1]
    assert ends == [HungUp]


async def test_three_hundred_at_once_are_each_served(line: Callers, tmp_path: Path) -> None:
    """All are in their sessions before the first may go on, among scanners."""
    short = sound(tmp_path, "short")
    here: set[str] = set()
    all_here = asyncio.Event()
    done: list[str] = []

    async def session(channel: Channel) -> None:
        here.add(channel.unique_id)
        if len(here) == MANY:
            all_here.set()
        while not all_here.is_set():
            await channel.ask([], seconds=1)
        await channel.tell([short, short], "1")
        await channel.set_variable("ID", channel.unique_id)
        if await channel.variable("ID") == channel.unique_id:
            done.append(channel.unique_id)

    async with serving(session) as server, asyncio.timeout(90):
        number = line.lay("many", "Answer", f"AGI(agi://127.0.0.1:{server.port}/main)", "Hangup")
        ends = []
        for n in range(MANY):
            ends.append(line.call(number)[1])
            if n % 10 == 0:
                await Caller.comes(server, request()[: n // 2 + 1])
        await asyncio.gather(*ends)
        assert server.counters.broken.total() == 0
        assert server.counters.failed == 0
    assert len(here) == MANY
    assert set(done) == here
