"""A FastAGI server in a test's hand: it says to a caller's channel what the test tells it to.

Deliberately not the product's own: what a test learns of Asterisk here rests on no code of ours.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

PATIENCE = 10.0


@dataclass
class Keypad:
    """One caller's channel, as Asterisk opened it to us: `asked` is what it told of him first."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    asked: dict[str, str] = field(default_factory=dict)
    answers: list[str] = field(default_factory=list)

    @property
    def call(self) -> str:
        return self.asked["agi_uniqueid"]

    async def begin(self) -> None:
        while line := (await self._line()):
            name, _, value = line.partition(": ")
            self.asked[name] = value

    def say(self, command: str) -> None:
        """Send a command and wait for nothing."""
        self.writer.write(f"{command}\n".encode())

    async def do(self, command: str) -> str:
        """Send a command; its answer."""
        self.say(command)
        return await self.answer()

    async def answer(self) -> str:
        """The next line; empty when Asterisk has let go."""
        self.answers.append(await self._line())
        return self.answers[-1]

    def let_go(self) -> None:
        self.writer.close()

    def die(self) -> None:
        """Like a killed process: the kernel closes the socket, whatever lies unread."""
        self.writer.transport.abort()

    async def _line(self) -> str:
        async with asyncio.timeout(PATIENCE):
            return (await self.reader.readline()).decode().rstrip("\n")


@dataclass
class AgiServer:
    """Listens at `port`; `keypad` is the next caller who came."""

    port: int = 0
    _came: asyncio.Queue[Keypad] = field(default_factory=asyncio.Queue)
    _all: list[Keypad] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    async def keypad(self) -> Keypad:
        async with asyncio.timeout(PATIENCE):
            return await self._came.get()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        keypad = Keypad(reader, writer)
        self._all.append(keypad)
        await keypad.begin()
        self._came.put_nowait(keypad)

    def let_all_go(self) -> None:
        for keypad in self._all:
            keypad.let_go()


@asynccontextmanager
async def agi_server() -> AsyncIterator[AgiServer]:
    """A server that runs until the test is over."""
    ours = AgiServer()
    server = await asyncio.start_server(ours.serve, "127.0.0.1", 0)
    ours.port = server.sockets[0].getsockname()[1]
    try:
        yield ours
    finally:
        server.close()
        ours.let_all_go()
        with suppress(TimeoutError):
            async with asyncio.timeout(1):
                await server.wait_closed()
