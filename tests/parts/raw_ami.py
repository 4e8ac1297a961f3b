"""A bare AMI connection for tests and recordings: sends lines, keeps every byte that came.

Deliberately not the product's client: what a test learns here does not rest on the code it tests.
"""

import asyncio
import itertools
from collections.abc import Callable, Mapping

AmiMessage = Mapping[str, str]


class RawAmi:
    """One logged-in connection: `received` holds the bytes, `messages` the same parsed."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.received = bytearray()
        self.messages: list[AmiMessage] = []
        self._reader = reader
        self._writer = writer
        self._ids = itertools.count(1)
        self._changed = asyncio.Condition()
        self._task: asyncio.Task[None] | None = None

    @classmethod
    async def login(cls, host: str, port: int, *, user: str, secret: str) -> "RawAmi":
        ami = cls(*await asyncio.open_connection(host, port))
        ami.received += await ami._reader.readline()
        ami._task = asyncio.create_task(ami._read())
        reply = await ami.action("Login", Username=user, Secret=secret)
        if reply.get("Response") != "Success":
            raise ConnectionRefusedError(dict(reply))
        return ami

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
        self._writer.close()

    def send(self, action: str, headers: Mapping[str, str]) -> str:
        """Write one action; returns its ActionID."""
        action_id = f"t{next(self._ids)}"
        lines = [f"Action: {action}", f"ActionID: {action_id}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self._writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        return action_id

    async def action(self, action: str, **headers: str) -> AmiMessage:
        """Send and wait for the reply (not for the list that may follow)."""
        action_id = self.send(action, headers)
        return await self.wait(lambda m: m.get("ActionID") == action_id and "Response" in m)

    async def list(self, action: str, **headers: str) -> list[AmiMessage]:
        """Send a list action; its items, without the closing message."""
        action_id = self.send(action, headers)
        await self.wait(
            lambda m: m.get("ActionID") == action_id and m.get("EventList") == "Complete"
        )
        mine = [m for m in self.messages if m.get("ActionID") == action_id and "Event" in m]
        return mine[:-1]

    async def event(
        self, name: str, *, since: int = 0, timeout: float = 15, **headers: str
    ) -> AmiMessage:
        """The first event `name` with these headers at or after index `since` of `messages`."""
        return await self.wait(
            lambda m: m.get("Event") == name and all(m.get(k) == v for k, v in headers.items()),
            since=since,
            timeout=timeout,
        )

    async def wait(
        self, wanted: Callable[[AmiMessage], bool], *, since: int = 0, timeout: float = 15
    ) -> AmiMessage:
        async with asyncio.timeout(timeout), self._changed:
            seen = since
            while True:
                for message in self.messages[seen:]:
                    if wanted(message):
                        return message
                seen = len(self.messages)
                await self._changed.wait()

    async def _read(self) -> None:
        pending = b""
        while chunk := await self._reader.read(65536):
            self.received += chunk
            *whole, pending = (pending + chunk).split(b"\r\n\r\n")
            async with self._changed:
                self.messages += [_parse(block) for block in whole]
                self._changed.notify_all()


def _parse(block: bytes) -> AmiMessage:
    message: dict[str, str] = {}
    for line in block.decode(errors="replace").split("\r\n"):
        name, _, value = line.partition(":")
        message.setdefault(name, value.strip())
    return message
