"""Seats: one live connection each; audiences: seats that are told the same.

Owns numbering and delivery. Deltas are numbered by audience, so a frame is made once for all its
seats and the same bytes go straight to the sockets, which is most of what a broadcast costs. This
holds because nobody else sends on these connections, whole or in fragments, and no extension is
agreed on. Nothing here waits: a client that does not read is cut as soon as its buffer passes the
limit, so it can never hold up the others.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge
from websockets.asyncio.server import ServerConnection
from websockets.protocol import OPEN, Protocol

from agent_ui.live.patch import Document, encoded
from crm_core.staff.employees import Employee

log = structlog.get_logger(__name__)


@dataclass(slots=True, eq=False)
class Seat:
    """A browser tab that watches."""

    connection: ServerConnection
    employee: Employee
    session_id: str
    since: float
    """When it came, by the event loop's clock."""
    snapshot_bytes: int = 0
    """The size of the last snapshot, which may lie unsent beside the deltas."""
    used: bool = False
    """A command came since the session was last looked at."""
    dropped: bool = False
    transport: asyncio.Transport = field(init=False)
    protocol: Protocol = field(init=False)
    """The connection's own two, at hand, for every delta asks every seat for them."""

    def __post_init__(self) -> None:
        self.transport = self.connection.transport
        self.protocol = self.connection.protocol


@dataclass(slots=True, eq=False)
class Audience:
    """Seats that get the same deltas of one part of their state."""

    part: Literal["own", "shared"]
    seats: set[Seat] = field(default_factory=set)
    seq: int = 0
    """The number of the last delta; a seat that comes later goes on from there."""


class Delivery:
    """Sends to seats without ever waiting for one."""

    def __init__(self, *, max_unsent_bytes: int, registry: CollectorRegistry) -> None:
        self._limit = max_unsent_bytes
        self._sent = Counter("tellerline_live_messages", "Messages sent", registry=registry)
        self._slow = Counter("tellerline_live_slow", "Slow clients cut", registry=registry)
        self.open = Gauge("tellerline_live_seats", "Open live connections", registry=registry)

    def hello(
        self, seat: Seat, state_json: str, now: str, *, audiences: Iterable[Audience]
    ) -> None:
        """The whole state; the deltas of his audiences go on from their numbers."""
        seq = encoded({one.part: one.seq for one in audiences})
        head = f'{{"type":"hello","seq":{seq},"now":"{now}","state":'
        body = (head + state_json + "}").encode()
        self._send([seat], body)
        seat.snapshot_bytes = len(body)

    def delta(self, audience: Audience, patch: Document, now: str) -> None:
        """One change of their part of the state, the next in number."""
        audience.seq += 1
        head = {"type": "delta", "of": audience.part, "seq": audience.seq, "now": now}
        self._send(audience.seats, encoded(head | {"patch": patch}).encode())

    def message(self, seats: Iterable[Seat], message: Document) -> None:
        """Something outside the numbers: a result, a pong, a notice."""
        self._send(seats, encoded(message).encode())

    def _send(self, seats: Iterable[Seat], body: bytes) -> None:
        """The same frame to each: to the system at once, else to the connection's buffer."""
        frame = _frame(body)
        sent = 0
        for seat in seats:
            if seat.dropped or seat.protocol.state is not OPEN:
                continue
            transport = seat.transport
            if transport.get_write_buffer_size() > self._limit + seat.snapshot_bytes:
                self._cut(seat)
                continue
            transport.write(frame)
            sent += 1
        self._sent.inc(sent)

    def _cut(self, seat: Seat) -> None:
        """End the connection of a client that does not read."""
        seat.dropped = True
        self._slow.inc()
        log.warning("live.slow_client_cut", agent=seat.employee.id, session=seat.session_id)
        seat.transport.abort()


def _frame(body: bytes) -> bytes:
    """A whole text message as a server sends it, RFC 6455 section 5.2: one frame, not masked."""
    size = len(body)
    if size < 126:
        return bytes((0x81, size)) + body
    if size < 1 << 16:
        return b"\x81\x7e" + size.to_bytes(2) + body
    return b"\x81\x7f" + size.to_bytes(8) + body
