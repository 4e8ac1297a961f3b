"""Asterisk played by a test: to one connection without a socket, and to a server by real ones."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from ivr.agi.channel import Channel
from ivr.agi.commands import Commands
from ivr.agi.options import AgiOptions
from ivr.agi.protocol import Connection
from ivr.agi.server import AgiServer, Serve

T = TypeVar("T")

DONE = "200 result=0"
PUT_OFF = "SET AUTOHANGUP 14"
LISTEN = "WAIT FOR DIGIT 2000"


def request(**changed: str) -> bytes:
    """A request as Asterisk sends it, some of its headers changed."""
    headers = {
        "network": "yes",
        "network_script": "main",
        "request": "agi://127.0.0.1:4573/main",
        "channel": "PJSIP/trunk-00000001",
        "language": "ru",
        "uniqueid": "pbx1-1700000000.1",
        "callerid": "+79990000001",
        "calleridname": "hangup",
        "dnid": "4100",
        "context": "tellerline-ivr",
        "accountcode": "",
    } | changed
    return "".join(f"agi_{name}: {value}\n" for name, value in headers.items()).encode() + b"\n"


def pressed(key: str) -> str:
    """The reply when a key was pressed."""
    return f"200 result={ord(key)}"


@dataclass
class Pbx:
    """Asterisk at the other end of one connection, whose owner it is, too."""

    agi: Commands = field(default_factory=Commands)
    now: float = 1_000.0
    sent: list[str] = field(default_factory=list)
    sessions: int = 0
    ends: int = 0
    open: bool = True
    takes: bool = True
    """Whether what is sent gets away."""

    def __post_init__(self) -> None:
        self.connection = Connection(self, self)
        self.channel = Channel(self.connection)

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        return asyncio.get_running_loop()

    def send(self, data: bytes) -> bool:
        assert data.endswith(b"\n") and data.count(b"\n") == 1, "one command, one line"
        self.sent.append(data.decode().rstrip("\n"))
        return self.takes

    def close(self) -> None:
        self.open = False

    def requested(self, connection: Connection) -> None:
        self.sessions += 1

    def closed(self, connection: Connection) -> None:
        self.ends += 1

    def asks(self, **changed: str) -> Pbx:
        """Send a request."""
        self.connection.received(request(**changed))
        return self

    def says(self, *lines: str) -> None:
        """Send lines, in one breath."""
        self.connection.received("".join(f"{line}\n" for line in lines).encode())


async def answered(
    pbx: Pbx, doing: Coroutine[object, object, T], *replies: str, always: str = DONE
) -> T:
    """Let a channel do something; its commands are answered in turn, then always the same. That
    Asterisk is put off is no matter of theirs."""
    left = iter(replies)
    seen = len(pbx.sent)
    task = asyncio.ensure_future(doing)
    while True:
        await asyncio.sleep(0)
        if task.done():
            return task.result()
        while len(pbx.sent) > seen and not task.done():
            command = pbx.sent[seen]
            seen += 1
            if command.startswith("SET AUTOHANGUP"):
                pbx.sent.pop(seen := seen - 1)
                pbx.says(DONE)
            else:
                pbx.says(next(left, always))


@asynccontextmanager
async def serving(
    serve: Serve,
    *,
    admit: Callable[[object], bool] = lambda _request: True,
    options: AgiOptions | None = None,
) -> AsyncIterator[AgiServer]:
    """A server on a free port, until the end of the block."""
    server = AgiServer(serve, options or AgiOptions(port=0), admit=admit)
    server.listen()
    running = asyncio.create_task(server.run())
    try:
        yield server
    finally:
        running.cancel()
        await asyncio.wait([running])
        assert running.cancelled(), running


@dataclass
class Caller:
    """One whom a real socket brings to a server."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    @classmethod
    async def comes(cls, server: AgiServer, said: bytes = b"") -> Caller:
        caller = cls(*await asyncio.open_connection("127.0.0.1", server.port))
        if said:
            caller.writer.write(said)
        return caller

    async def hears(self) -> str:
        """The next command; empty when the server has let go."""
        async with asyncio.timeout(10):
            try:
                return (await self.reader.readline()).decode().rstrip("\n")
            except ConnectionResetError:
                return ""

    def says(self, line: str) -> None:
        self.writer.write(f"{line}\n".encode())

    async def answers_all(self, line: str = DONE) -> list[str]:
        """Answer every command until the server lets go; what they were."""
        heard = []
        while command := await self.hears():
            heard.append(command)
            self.says(line)
        self.writer.close()
        return heard
