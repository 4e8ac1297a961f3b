"""A whole product for benchmarks: the real process, the real Asterisk, real SIP phones.

It is put together from the tests' parts, which stand in the same source tree. All clocks are this
process's; a call begins when its INVITE is handed to the system. However a run ends, by a signal
too, no process stays behind.
"""

from __future__ import annotations

import asyncio
import json
import signal
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from config.pbx import process as pbx_process
from config.pbx.binary import cache_folder, find_or_install
from tests.parts.console import Agent
from tests.parts.product import Product, new_product
from tests.parts.sip_message import SipMessage
from tests.parts.softphone import Softphone

AGENT = "anna"
CLIENT = "+79455550123"
"""A client whose only manager is that agent."""

AFTERMATH = 0.12
"""Seconds after a call in which SQL writes its card: the next one would be measured with it."""

PEER_CALLER = "benchcaller"
PEER_CONTEXT = "bench-in"
"""A caller whose calls the product does not see, for what Asterisk does without it."""


class StampedPhone(Softphone):
    """Notes when an INVITE of its own leaves, and when each INVITE to it comes."""

    def __init__(self, server: tuple[str, int], user: str, secret: str = "") -> None:
        super().__init__(server, user, secret)
        self.called_at = 0.0
        self.invited_at: asyncio.Queue[float] = asyncio.Queue()

    def send(self, message: SipMessage) -> None:
        if message.start.startswith("INVITE "):
            self.called_at = time.perf_counter()
        super().send(message)

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


class RawLink(asyncio.Protocol):
    """A bare AMI socket: the least that anybody who follows or leads Asterisk must do."""

    def __init__(self, on_event: Callable[[RawLink, bytes], None]) -> None:
        self._on_event = on_event
        self._transport: asyncio.Transport | None = None
        self._rest = b""

    @classmethod
    async def login(
        cls,
        product: Product,
        on_event: Callable[[RawLink, bytes], None],
        *,
        provision: bool = False,
    ) -> RawLink:
        pbx = product.pbx
        loop = asyncio.get_running_loop()
        _, link = await loop.create_connection(lambda: cls(on_event), pbx.bind, pbx.ports.ami)
        user = "tellerline-provision" if provision else "tellerline"
        secret = pbx.secrets.provisioning if provision else pbx.secrets.application
        link.send("Login", Username=user, Secret=secret)
        return link

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        *whole, self._rest = (self._rest + data).split(b"\r\n\r\n")
        for message in whole:
            self._on_event(self, message)

    def send(self, action: str, **headers: str) -> None:
        assert self._transport is not None
        lines = [f"Action: {action}", *(f"{name}: {value}" for name, value in headers.items())]
        self._transport.write(("\r\n".join(lines) + "\r\n\r\n").encode())

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()


class House:
    """The product with one agent at work, a customer's telephone and one for the peers."""

    def __init__(
        self, product: Product, agent: StampedAgent, customer: StampedPhone, other: StampedPhone
    ) -> None:
        self.product = product
        self.agent = agent
        self.customer = customer
        self.other = other

    @property
    def phone(self) -> StampedPhone:
        assert isinstance(self.agent.phone, StampedPhone)
        return self.agent.phone

    async def free(self) -> None:
        """Wait until the agent can be rung again and the last call is written down; forget what
        was noted."""
        await self.agent.until(
            lambda s: (
                s["me"]["activity"] == "idle"
                and s["me"]["phone_state"] == "ready"
                and s.get("call") is None
            )
        )
        await asyncio.sleep(AFTERMATH)
        for queue in (self.phone.invited_at, self.agent.popped_at):
            while not queue.empty():
                queue.get_nowait()

    async def admit_peers(self, ways: dict[str, tuple[str, ...]]) -> None:
        """Numbers that the other caller may dial, each with its dialplan applications."""
        for number, applications in ways.items():
            for step, application in enumerate(applications, start=1):
                line = f"{number},{step},{application}"
                self.console(f"dialplan add extension {line} into {PEER_CONTEXT}")
        answered: asyncio.Queue[bytes] = asyncio.Queue()
        link = await RawLink.login(
            self.product, lambda _, message: answered.put_nowait(message), provision=True
        )
        endpoint = {"context": PEER_CONTEXT, "disallow": "all", "allow": "alaw", "transport": "udp"}
        account = {"Family": "ps_endpoint/endpoint", "Key": PEER_CALLER}
        link.send("DBPut", **account, Val=json.dumps(endpoint))
        async with asyncio.timeout(5):
            while b"Updated database" not in await answered.get():
                pass
        link.close()

    def console(self, command: str) -> str:
        """Run a command of Asterisk's own console."""
        return pbx_process.console(self.product.binary, self.product.pbx, command)


@asynccontextmanager
async def open_house() -> AsyncIterator[House]:
    """Start everything; leave no process behind."""
    binary = find_or_install(cache_folder(), lambda _line: None)
    with tempfile.TemporaryDirectory(prefix="bench") as folder:
        product = new_product(Path(folder) / "state", binary)
        async with _running(product):
            server = (product.pbx.bind, product.pbx.ports.sip)
            customer, other = StampedPhone(server, CLIENT), StampedPhone(server, PEER_CALLER)
            agent = StampedAgent(product, AGENT)
            async with agent, customer, other:
                await agent.start_shift()
                yield House(product, agent, customer, other)


@asynccontextmanager
async def _running(product: Product) -> AsyncIterator[None]:
    """The product's processes, from before the start until after the end."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    assert task is not None
    loop.add_signal_handler(signal.SIGTERM, task.cancel)
    starting = asyncio.ensure_future(asyncio.to_thread(product.start))
    try:
        await asyncio.shield(starting)
        yield
    finally:
        # What is half started cannot be stopped: let the start succeed or fail first.
        await asyncio.wait([starting])
        await asyncio.to_thread(product.stop)
        loop.remove_signal_handler(signal.SIGTERM)


def quantile(values: list[float], share: float) -> float:
    """The value below which this share lies, in milliseconds of values in seconds."""
    ordered = sorted(values)
    return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]
