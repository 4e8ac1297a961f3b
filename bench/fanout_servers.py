"""The servers of the `fanout` benchmark, a process each: `python -P fanout_servers.py NAME`.

Each prints its port when it listens, and for each line on its standard input sends one delta to
all its consoles. `ours` is the product's live server with hub and delivery; `sansio` and
`websockets` are FastAPI's connection manager as its documentation shows it, on two of uvicorn's
websocket implementations, the first its default; `floor` writes ready bytes to sockets. All deltas
say the same; `stamp` is when sending began, by the monotonic clock. Nobody pings, for the consoles
of the others wait unread while one is measured.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable, Coroutine
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Literal, cast
from zoneinfo import ZoneInfo

import uvicorn
from fastapi import FastAPI, WebSocket, WebSocketDisconnect
from prometheus_client import CollectorRegistry

from agent_ui.live.commands import Commands
from agent_ui.live.enrich import Enricher
from agent_ui.live.figures import Day
from agent_ui.live.hub import Hub
from agent_ui.live.picture import Picture
from agent_ui.live.presence import Presence
from agent_ui.live.seats import Audience, Delivery
from agent_ui.live.server import LiveServer
from agent_ui.options import LiveOptions
from config.logs import set_up_logs
from crm_core.clock import SystemClock
from crm_core.models import Role
from crm_core.staff.employees import Employee
from crm_core.staff.signin import SignedIn, SignIn
from routing.facts import Fact
from routing.ids import AgentId

ORIGIN = "http://bench.test"
HOST = "127.0.0.1"
COLLEAGUES = 4
AN_HOUR = 3_600.0

Send = Callable[[], Awaitable[None]]


def patch() -> dict[str, Any]:
    """What changed, some 600 bytes: four colleagues of a thousand took a call or ended one."""
    at = datetime.now(UTC).isoformat(timespec="milliseconds")
    return {
        "stamp": time.monotonic_ns(),
        "colleagues": {
            f"0190f3c2-7a11-7c3e-9d2e-00000000{number:04}": {
                "activity": "talking",
                "availability": "available",
                "since": at,
                "phone_state": "in_use",
            }
            for number in range(COLLEAGUES)
        },
        "queues": {"main": {"waiting": 3, "longest_wait_since": at}},
    }


async def on_each_line(send: Send, port: int) -> None:
    """Tell the port, then send once for each line that comes."""
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    while await reader.readline():
        await send()


# ── Ours ────────────────────────────────────────────────────────────────────────────────────


class _Gate:
    """Signs in whoever comes: each ticket is another agent's."""

    async def redeem_ticket(self, ticket: str) -> SignedIn:
        agent = Employee(
            id=AgentId(ticket),
            username=ticket,
            name=ticket,
            role=Role.AGENT,
            language="en",
            browser_endpoint="",
            desk_endpoint="",
            active=True,
        )
        now = datetime.now(UTC)
        return SignedIn(
            session_id=ticket,
            employee=agent,
            csrf="",
            expires_at=now + timedelta(hours=1),
            seen_at=now,
        )


class _Nowhere:
    """Takes facts and requests for records, and does nothing with them."""

    def submit(self, fact: Fact) -> None: ...

    def want(self, agent: AgentId, call: object) -> None: ...

    async def run(self) -> None: ...


async def ours() -> None:
    """Real server, hub and delivery."""
    options = LiveOptions(
        origins=frozenset({ORIGIN}),
        host=HOST,
        port=0,
        session_check_interval=AN_HOUR,
        ping_interval=AN_HOUR,
    )
    delivery = Delivery(max_unsent_bytes=options.max_unsent_bytes, registry=CollectorRegistry())
    clock, nowhere = SystemClock(), _Nowhere()
    hub = Hub(
        picture=Picture(display=lambda number: number, day=Day(ZoneInfo("UTC"), clock.now())),
        delivery=delivery,
        presence=Presence(nowhere, clock, grace=60),
        clock=clock,
        options=options,
    )
    server = LiveServer(
        hub=hub,
        delivery=delivery,
        commands=cast(Commands, nowhere),
        enricher=cast(Enricher, nowhere),
        sign_in=cast(SignIn, _Gate()),
        options=options,
    )
    consoles = Audience("shared")

    async def send() -> None:
        if not consoles.seats:
            consoles.seats.update(hub.seats())
        delivery.delta(consoles, patch(), hub.now())

    async with asyncio.TaskGroup() as tasks:
        serving = tasks.create_task(server.run())
        await server.listening.wait()
        await on_each_line(send, server.port)
        serving.cancel()


# ── FastAPI ─────────────────────────────────────────────────────────────────────────────────


async def fastapi(ws: Literal["websockets-sansio", "websockets"]) -> None:
    """The connection manager of FastAPI's documentation."""
    app, connections = FastAPI(), list[WebSocket]()

    @app.websocket("/live")
    async def live(websocket: WebSocket) -> None:
        await websocket.accept()
        connections.append(websocket)
        try:
            while True:
                await websocket.receive_text()
        except WebSocketDisconnect:
            connections.remove(websocket)

    async def send() -> None:
        text = _text(patch())
        for connection in connections:
            await connection.send_text(text)

    config = uvicorn.Config(
        app, host=HOST, port=0, log_level="error", ws=ws, ws_ping_interval=AN_HOUR
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.01)
    await on_each_line(send, server.servers[0].sockets[0].getsockname()[1])
    serving.cancel()


def _text(changed: dict[str, Any]) -> str:
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    message = {"type": "delta", "of": "shared", "seq": 1, "now": now, "patch": changed}
    return json.dumps(message, separators=(",", ":"))


# ── The floor ───────────────────────────────────────────────────────────────────────────────


class _Bare(asyncio.Protocol):
    """Knows of websockets no more than how to get one opened."""

    def __init__(self, consoles: list[asyncio.Transport]) -> None:
        self._consoles = consoles

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        if data.startswith(b"GET "):
            self.transport.write(b"HTTP/1.1 101 Switching Protocols\r\n\r\n")
            self._consoles.append(self.transport)


async def floor() -> None:
    """One frame, the same bytes to all."""
    consoles: list[asyncio.Transport] = []

    async def send() -> None:
        body = _text(patch()).encode()
        frame = b"\x81\x7e" + len(body).to_bytes(2) + body
        for transport in consoles:
            transport.write(frame)

    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Bare(consoles), HOST, 0, backlog=1024)
    await on_each_line(send, server.sockets[0].getsockname()[1])


SERVERS: dict[str, Callable[[], Coroutine[Any, Any, None]]] = {
    "ours": ours,
    "sansio": partial(fastapi, "websockets-sansio"),
    "websockets": partial(fastapi, "websockets"),
    "floor": floor,
}

if __name__ == "__main__":
    set_up_logs("error")
    asyncio.run(SERVERS[sys.argv[1]]())
