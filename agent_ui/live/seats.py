"""Seats: one live connection each, with its place in the sequence of deltas.

Owns numbering and delivery. A body is encoded once; seats at the same number get the very same
bytes by `broadcast()`. Nothing here waits: a client that does not read is cut as soon as its
buffer passes the limit, so it can never hold up the others.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge
from websockets.asyncio.server import ServerConnection, broadcast

from agent_ui.live.patch import Document, encoded
from crm_core.staff.employees import Employee

log = structlog.get_logger(__name__)


@dataclass(slots=True, eq=False)
class Seat:
    """A browser tab that watches. `seq` numbers the last state or delta it was sent."""

    connection: ServerConnection
    employee: Employee
    session_id: str
    since: float
    """When it came, by the event loop's clock."""
    seq: int = 0
    snapshot_bytes: int = 0
    """The size of the last snapshot, which may lie unsent beside the deltas."""
    used: bool = False
    """A command came since the session was last looked at."""
    dropped: bool = False


class Delivery:
    """Sends to seats without ever waiting for one."""

    def __init__(self, *, max_unsent_bytes: int, registry: CollectorRegistry) -> None:
        self._limit = max_unsent_bytes
        self._sent = Counter("tellerline_live_messages", "Messages sent", registry=registry)
        self._slow = Counter("tellerline_live_slow", "Slow clients cut", registry=registry)
        self.open = Gauge("tellerline_live_seats", "Open live connections", registry=registry)

    def hello(self, seat: Seat, state_json: str, now: str) -> None:
        """The whole state; the sequence goes on from the seat's number."""
        head = f'{{"type":"hello","seq":{seat.seq},"now":"{now}","state":'
        text = head + state_json + "}"
        self._send([seat], text)
        seat.snapshot_bytes = len(text.encode())

    def delta(self, seats: Iterable[Seat], patch: Document, now: str) -> None:
        """One change, the next number to each seat."""
        tail = f',"now":"{now}","patch":{encoded(patch)}}}'
        groups: dict[int, list[Seat]] = defaultdict(list)
        for seat in seats:
            seat.seq += 1
            groups[seat.seq].append(seat)
        for seq, group in groups.items():
            self._send(group, f'{{"type":"delta","seq":{seq}{tail}')

    def message(self, seats: Iterable[Seat], message: Document) -> None:
        """Something outside the sequence: a result, a pong, a notice."""
        self._send(list(seats), encoded(message))

    def _send(self, seats: list[Seat], text: str) -> None:
        quick = [seat for seat in seats if not self._too_slow(seat)]
        broadcast([seat.connection for seat in quick], text)
        self._sent.inc(len(quick))

    def _too_slow(self, seat: Seat) -> bool:
        if seat.dropped:
            return True
        unsent = seat.connection.transport.get_write_buffer_size()
        if unsent <= self._limit + seat.snapshot_bytes:
            return False
        seat.dropped = True
        self._slow.inc()
        log.warning("live.slow_client_cut", agent=seat.employee.id, session=seat.session_id)
        seat.connection.transport.abort()
        return True
