"""The wire between a node under test and the real Asterisk, in the test's hand."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Self


class Wire:
    """Listens on `port` and forwards both ways until told otherwise.

    `sent` is everything that was forwarded to Asterisk, so that a test can count actions.
    """

    def __init__(self, target: int) -> None:
        self.port = 0
        self.sent = b""
        self._target = target
        self._deaf_from = b""
        self._deaf = False
        self._stop_at = b""
        self._stopped = asyncio.Event()
        self._passing = asyncio.Event()
        self._passing.set()
        self._talking = asyncio.Event()
        self._talking.set()
        self._turning_away = False
        self._writers: set[asyncio.StreamWriter] = set()
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
        await self.close()

    def count(self, action: str) -> int:
        """How many actions of this name Asterisk was given."""
        return self.sent.count(f"Action: {action}\r\n".encode())

    def lose_replies_from(self, action: str) -> None:
        """From the next such action on Asterisk does what it is told, but nobody hears of it."""
        self._deaf_from = f"Action: {action}\r\n".encode()

    def stop_at(self, action: str) -> None:
        """Keep the next such action, and what follows it, from Asterisk until `go_on`."""
        self._stop_at = f"Action: {action}\r\n".encode()
        self._stopped.clear()

    async def stopped(self) -> None:
        """Wait until there is such an action."""
        await asyncio.wait_for(self._stopped.wait(), 10)

    def hold_events(self) -> None:
        """Keep from the client what Asterisk says, until `go_on`."""
        self._talking.clear()

    def go_on(self) -> None:
        self._stop_at = b""
        self._passing.set()
        self._talking.set()

    def turn_away(self) -> None:
        """Cut, and from now on let clients in but bring them nowhere."""
        self._turning_away = True
        self.cut()

    def cut(self) -> None:
        """Reset the connection; a new one is forwarded as at first."""
        self._deaf_from, self._deaf = b"", False
        self.go_on()
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()

    def forward_again(self) -> None:
        self._turning_away = False

    async def close(self) -> None:
        """Cut, and refuse whoever comes."""
        assert self._server is not None
        self._server.close()
        self.cut()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._writers.add(writer)
        if self._turning_away:
            writer.close()
            return
        up_reader, up_writer = await asyncio.open_connection("127.0.0.1", self._target)
        try:
            with contextlib.suppress(ConnectionError, asyncio.CancelledError):
                async with asyncio.TaskGroup() as group:
                    group.create_task(_pass_on(reader, up_writer, self._to_asterisk))
                    group.create_task(_pass_on(up_reader, writer, self._to_client))
        finally:
            up_writer.close()
            writer.close()

    async def _to_asterisk(self, data: bytes) -> bytes:
        if self._stop_at and self._stop_at in data:
            self._passing.clear()
            self._stopped.set()
        await self._passing.wait()
        self._deaf = self._deaf or bool(self._deaf_from and self._deaf_from in data)
        self.sent += data
        return data

    async def _to_client(self, data: bytes) -> bytes:
        await self._talking.wait()
        return b"" if self._deaf else data


async def _pass_on(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    treat: Callable[[bytes], Awaitable[bytes]],
) -> None:
    while data := await reader.read(65_536):
        writer.write(await treat(data))
    writer.close()
