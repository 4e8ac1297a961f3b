"""A scripted manager on loopback: a real peer on the wire that says exactly what a test wants.

It answers Login and Ping by itself (until told to freeze) and hands every other action to the
test. It keeps every byte it got, so that a test can count what was really sent.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

BANNER = b"Asterisk Call Manager/11.0.0\r\n"
PATIENCE = 10.0


@dataclass(slots=True)
class Received:
    """One action as it came: headers in order, and its raw bytes."""

    headers: list[tuple[str, str]]
    raw: bytes

    def __getitem__(self, key: str) -> str:
        return next(v for k, v in self.headers if k.lower() == key.lower())

    def all(self, key: str) -> list[str]:
        return [v for k, v in self.headers if k.lower() == key.lower()]


@dataclass(slots=True)
class Session:
    """One connection of the client."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    frozen: bool = False
    received: list[Received] = field(default_factory=list)
    actions: asyncio.Queue[Received] = field(default_factory=asyncio.Queue)
    closed: asyncio.Event = field(default_factory=asyncio.Event)

    def write(self, data: bytes) -> None:
        self.writer.write(data)

    def message(self, *headers: str) -> None:
        self.write("".join(f"{h}\r\n" for h in headers).encode() + b"\r\n")

    def reply(self, action: Received, status: str = "Success", *more: str) -> None:
        self.message(f"Response: {status}", f"ActionID: {action['ActionID']}", *more)

    async def next(self, name: str) -> Received:
        async with asyncio.timeout(PATIENCE):
            action = await self.actions.get()
        assert action["Action"] == name, action.headers
        return action

    def sent(self, name: str) -> list[Received]:
        return [a for a in self.received if a["Action"] == name]

    def reset(self) -> None:
        """Cut with RST, as a dying host or a firewall does."""
        sock = self.writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()

    def hang_up(self) -> None:
        self.writer.close()


class ScriptedPbx:
    """`async with ScriptedPbx() as pbx`; `login_reply` decides who is let in."""

    def __init__(self) -> None:
        self.port = 0
        self.banner = BANNER
        self.login_reply: tuple[str, ...] = ("Success", "Message: Authentication accepted")
        self.after_login = b""
        self.sessions: list[Session] = []
        self.connections: asyncio.Queue[Session] = asyncio.Queue()
        """Every connection as it comes."""
        self._let_in: asyncio.Queue[Session] = asyncio.Queue()
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        await self.listen()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop_listening()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def listen(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    def stop_listening(self) -> None:
        if self._server is not None:
            self._server.close()

    async def session(self) -> Session:
        """The next connection whose login has been answered."""
        async with asyncio.timeout(PATIENCE):
            return await self._let_in.get()

    @property
    def logins(self) -> int:
        return sum(len(s.sent("Login")) for s in self.sessions)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        session = Session(reader, writer)
        self.sessions.append(session)
        self.connections.put_nowait(session)
        writer.write(self.banner)
        try:
            await self._converse(session)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            session.closed.set()
            writer.close()

    async def _converse(self, session: Session) -> None:
        while True:
            raw = await session.reader.readuntil(b"\r\n\r\n")
            lines = raw.decode().split("\r\n")[:-2]
            pairs = [tuple(line.split(": ", 1)) for line in lines]
            action = Received([(p[0], p[1]) for p in pairs], raw)
            session.received.append(action)
            if session.frozen:
                continue
            if action["Action"] == "Login":
                session.reply(action, *self.login_reply)
                session.write(self.after_login)
                self._let_in.put_nowait(session)
            elif action["Action"] == "Ping":
                session.reply(action, "Success", "Ping: Pong")
            else:
                session.actions.put_nowait(action)
