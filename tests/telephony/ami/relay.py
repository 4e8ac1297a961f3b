"""A relay between the client and the real Asterisk that can swallow a reply or cut the link."""

from __future__ import annotations

import asyncio
import contextlib
from types import TracebackType
from typing import Self


class Relay:
    """Listens on `port`, forwards both ways; `swallow_reply_to_originate` arms it."""

    def __init__(self, target: int) -> None:
        self.port = 0
        self.swallowed = asyncio.Event()
        """Asterisk has answered the Originate; the client will never see it."""
        self._target = target
        self._armed = b""
        self._withheld = b""
        self._deaf = False
        self._clients: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def swallow_reply_to_originate(self) -> None:
        """From the next Originate on, nothing reaches the client until `cut`."""
        self._armed = b"Action: Originate\r\n"
        self.swallowed.clear()

    def cut(self) -> None:
        """Reset every client connection and forward again for new ones."""
        self._armed, self._withheld, self._deaf = b"", b"", False
        for writer in self._clients:
            writer.transport.abort()
        self._clients.clear()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._clients.add(writer)
        up_reader, up_writer = await asyncio.open_connection("127.0.0.1", self._target)
        with contextlib.suppress(ConnectionError):
            async with asyncio.TaskGroup() as group:
                group.create_task(self._to_asterisk(reader, up_writer))
                group.create_task(self._to_client(up_reader, writer))
        up_writer.close()
        writer.close()

    async def _to_asterisk(self, reader: asyncio.StreamReader, up: asyncio.StreamWriter) -> None:
        while data := await reader.read(65_536):
            self._deaf = self._deaf or bool(self._armed and self._armed in data)
            up.write(data)
        up.close()

    async def _to_client(self, up: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await up.read(65_536):
            if not self._deaf:
                writer.write(data)
                continue
            self._withheld += data
            if b"Originate successfully queued" in self._withheld:
                self.swallowed.set()
        writer.close()
