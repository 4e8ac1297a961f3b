"""A whole product for benchmarks: the real process, the real Asterisk, real SIP phones.

It is put together from the tests' parts, which stand in the same source tree.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from config.pbx import process as pbx_process
from config.pbx.binary import cache_folder, find_or_install
from tests.parts.console import Agent
from tests.parts.product import Product, new_product
from tests.parts.softphone import Softphone

AGENT = "anna"
CLIENT = "+79455550123"
"""A client whose only manager is that agent."""


class StampedPhone(Softphone):
    """Notes when each INVITE reaches it, before anything else is done with it."""

    def __init__(self, server: tuple[str, int], user: str, secret: str = "") -> None:
        super().__init__(server, user, secret)
        self.invited_at: asyncio.Queue[float] = asyncio.Queue()

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        if data.startswith(b"INVITE "):
            self.invited_at.put_nowait(time.perf_counter())
        super().datagram_received(data, addr)


class StampedAgent(Agent):
    """Notes when the screen first shows a call with who calls, his managers and the reason."""

    def __init__(self, product: Product, username: str) -> None:
        super().__init__(product, username)
        self.popped_at: asyncio.Queue[float] = asyncio.Queue()
        self._popped = ""

    async def plug_in(self) -> None:
        account = await self.product.desk_account(self.username)
        host, _, port = account.server.partition(":")
        self.phone = StampedPhone((host, int(port)), account.user, account.password)
        await self.phone.__aenter__()
        await self.phone.register()

    async def _take(self, message: dict[str, Any]) -> None:
        now = time.perf_counter()
        await super()._take(message)
        call = self.state.get("call") or {}
        whole = call.get("candidates") and call.get("managers") and call.get("offer")
        if whole and call["call"] != self._popped:
            self._popped = call["call"]
            self.popped_at.put_nowait(now)


class NewchannelTap:
    """A bare AMI socket that notes when Asterisk tells of a new channel: the physical floor."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.told_at: asyncio.Queue[float] = asyncio.Queue()
        self._writer = writer
        self._task = asyncio.create_task(self._read(reader))

    @classmethod
    async def connect(cls, product: Product) -> NewchannelTap:
        pbx = product.pbx
        reader, writer = await asyncio.open_connection(pbx.bind, pbx.ports.ami)
        secret = pbx.secrets.application
        login = f"Action: Login\r\nUsername: tellerline\r\nSecret: {secret}\r\n\r\n"
        writer.write(login.encode())
        return cls(reader, writer)

    async def _read(self, reader: asyncio.StreamReader) -> None:
        while data := await reader.read(65536):
            if b"Event: Newchannel" in data and b"PJSIP/tellerline-trunk" in data:
                self.told_at.put_nowait(time.perf_counter())

    def close(self) -> None:
        self._task.cancel()
        self._writer.close()


class House:
    """The product with one agent at work, and a customer's telephone."""

    def __init__(self, product: Product, agent: StampedAgent, customer: Softphone) -> None:
        self.product = product
        self.agent = agent
        self.customer = customer

    @property
    def phone(self) -> StampedPhone:
        assert isinstance(self.agent.phone, StampedPhone)
        return self.agent.phone

    async def free(self) -> None:
        """Wait until the agent can be rung again, and forget what was noted."""
        await self.agent.until(
            lambda s: (
                s["me"]["activity"] == "idle"
                and s["me"]["phone_state"] == "ready"
                and s.get("call") is None
            )
        )
        for queue in (self.phone.invited_at, self.agent.popped_at):
            while not queue.empty():
                queue.get_nowait()

    def console(self, command: str) -> str:
        """Run a command of Asterisk's own console."""
        return pbx_process.console(self.product.binary, self.product.pbx, command)


@asynccontextmanager
async def open_house() -> AsyncIterator[House]:
    """Start everything; leave no process behind."""
    binary = find_or_install(cache_folder(), lambda _line: None)
    with tempfile.TemporaryDirectory(prefix="bench") as folder:
        product = new_product(Path(folder) / "state", binary)
        await asyncio.to_thread(product.start)
        try:
            agent = StampedAgent(product, AGENT)
            async with agent, product.customer(CLIENT) as customer:
                await agent.start_shift()
                yield House(product, agent, customer)
        finally:
            await asyncio.to_thread(product.stop)


def quantile(values: list[float], share: float) -> float:
    """The value below which this share lies, in milliseconds of values in seconds."""
    ordered = sorted(values)
    return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]
