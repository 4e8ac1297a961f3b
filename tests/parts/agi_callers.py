"""Callers whom a real Asterisk brings to a FastAGI server: Local channels, many at once.

The far side answers and is silent; a caller is known by the id of the channel that is served.
"""

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from config.pbx import process
from config.pbx.options import PbxOptions
from config.pbx.process import RunningPbx

CONTEXT = "agi-callers"
_IDS = itertools.count(1)


class Callers(asyncio.Protocol):
    """An AMI connection that places calls and learns when they end; it keeps nothing else."""

    def __init__(self, running: RunningPbx) -> None:
        self._running = running
        self._transport: asyncio.Transport | None = None
        self._rest = b""
        self._ends: dict[bytes, asyncio.Future[None]] = {}

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        *whole, self._rest = (self._rest + data).split(b"\r\n\r\n")
        for message in whole:
            if message.startswith(b"Event: Hangup\r\n"):
                end = self._ends.pop(_value(message, b"Uniqueid"), None)
                if end is not None and not end.done():
                    end.set_result(None)
            elif b"\r\nResponse: Failure\r\n" in message:
                # An Asterisk that has just started sometimes cannot make one of many channels.
                call, number = _value(message, b"ActionID"), _value(message, b"Exten")
                if call in self._ends:
                    self._originate(call.decode(), number.decode(), "")

    def console(self, command: str) -> str:
        """Run a command of Asterisk's own console."""
        return process.console(self._running.binary, self._running.options, command)

    def lay(self, number: str, *applications: str) -> str:
        """Make a number that leads through these applications; returns it."""
        for step, application in enumerate(applications, start=1):
            line = f"{number},{step},{application}"
            self.console(f"dialplan add extension {line} into {CONTEXT} replace")
        return number

    def call(self, number: str, *, name: str = "") -> tuple[str, asyncio.Future[None]]:
        """Have somebody call; the id of his channel, and when it is gone."""
        call = f"agi-{next(_IDS)}"
        ended = asyncio.get_running_loop().create_future()
        self._ends[call.encode()] = ended
        self._originate(call, number, name)
        return call, ended

    def _originate(self, call: str, number: str, name: str) -> None:
        self.send(
            "Originate",
            ActionID=call,
            Channel=f"Local/caller@{CONTEXT}/n",
            Context=CONTEXT,
            Exten=number,
            Priority="1",
            CallerID=f'"{name}" <+79990000001>',
            ChannelId=call,
            Async="true",
        )

    def press(self, call: str, keys: str) -> None:
        """Have a caller press keys, one after another; soon."""
        asyncio.get_running_loop().create_task(self._press(call, keys))

    async def _press(self, call: str, keys: str) -> None:
        for key in keys:
            await asyncio.sleep(0.25)
            self.send("PlayDTMF", Channel=f"{call};2", Digit=key, Duration="100")

    async def calls(self, number: str, count: int, *, at_once: int) -> None:
        """Have so many call, some at once; returns when all are gone."""
        left = iter(range(count))

        async def one_after_another() -> None:
            for _ in left:
                await self.call(number)[1]

        async with asyncio.TaskGroup() as group:
            for _ in range(at_once):
                group.create_task(one_after_another())

    def send(self, action: str, **headers: str) -> None:
        """Send an action; its reply is not looked at."""
        assert self._transport is not None
        lines = [f"Action: {action}", *(f"{name}: {value}" for name, value in headers.items())]
        self._transport.write(("\r\n".join(lines) + "\r\n\r\n").encode())

    def close(self) -> None:
        assert self._transport is not None
        self._transport.close()


def _value(message: bytes, name: bytes) -> bytes:
    """A header's value; empty if there is none."""
    return message.partition(b"\r\n" + name + b": ")[2].partition(b"\r\n")[0]


@asynccontextmanager
async def callers(running: RunningPbx) -> AsyncIterator[Callers]:
    """Log in; whoever still calls at the end is hung up."""
    options: PbxOptions = running.options
    loop = asyncio.get_running_loop()
    _, link = await loop.create_connection(
        lambda: Callers(running), options.bind, options.ports.ami
    )
    link.send("Login", Username="tellerline", Secret=options.secrets.application)
    link.lay("caller", "Answer", "Wait(120)")
    try:
        yield link
    finally:
        link.console(f"dialplan remove context {CONTEXT}")
        link.close()
