"""One change told to 1,000 consoles: our delivery beside FastAPI's send loop and bare sockets.

Each server is a process of its own; all consoles are sockets of this process, which reads frames
and does nothing with them. A broadcast begins when the server composes the delta and ends when
the last console has it; then the next server has its turn. FastAPI runs twice: on uvicorn's default
implementation of websockets (`sansio`) and on the one it was measured with when the goals were set
(`websockets`). Goals: at least 1.8 times the peer's broadcasts, p99 of the way of one delta to one
console at most .6 of the peer's.
"""

from __future__ import annotations

import re
import resource
import select
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.fanout_servers import HOST, ORIGIN, SERVERS
from bench.house import quantile
from bench.rows import Row, row

CONSOLES = 1_000
WARM_UP = 5
A_TURN = 5
"""Broadcasts in a row, before the next server has its turn."""

PEERS = ("sansio", "websockets")
"""FastAPI on these implementations of uvicorn's."""

_NO_NEWS = "ignore:The `websockets` implementation is deprecated"
"""What uvicorn says of the second."""

_STAMP = re.compile(rb'"stamp":(\d+)')


def run(quick: bool) -> list[Row]:
    """Measure 60 turns of each server, or 12 in a quick run."""
    return measure(CONSOLES, 12 if quick else 60)


def measure(consoles: int, turns: int) -> list[Row]:
    """So many turns of five broadcasts each, to so many consoles of each server."""
    _may_open(len(SERVERS) * consoles + 200)
    with ExitStack() as stack:
        started = {name: stack.enter_context(_server(name)) for name in SERVERS}
        crowds = {
            name: stack.enter_context(_crowd(server, consoles)) for name, server in started.items()
        }
        for crowd in crowds.values():
            for _ in range(WARM_UP):
                crowd.broadcast()
            crowd.forget()
        for _ in range(turns):
            for crowd in crowds.values():
                for _ in range(A_TURN):
                    crowd.broadcast()
        spent = {name: crowd.cpu_seconds() - crowd.before for name, crowd in crowds.items()}
    rates = {name: 1 / statistics.median(crowd.took) for name, crowd in crowds.items()}
    thrift = {name: turns * A_TURN / seconds for name, seconds in spent.items()}
    p99 = {name: quantile(crowd.late, 0.99) for name, crowd in crowds.items()}
    what = f"fanout, {consoles:,} consoles"
    return [
        *_against_peers(f"{what}, broadcasts", "broadcasts/s", rates),
        *_against_peers(f"{what}, of the server's CPU", "broadcasts/CPU-s", thrift),
        *_against_peers(f"{what}, one delta's way, p99", "ms", p99),
    ]


def _against_peers(what: str, unit: str, figures: dict[str, float]) -> list[Row]:
    ours, floor = figures["ours"], figures["floor"]
    return [
        row(f"{what}, against {peer}", unit=unit, ours=ours, peer=figures[peer], floor=floor)
        for peer in PEERS
    ]


# ── The consoles ────────────────────────────────────────────────────────────────────────────


@dataclass(slots=True)
class Console:
    """One websocket, by hand: what it has read of the next frame."""

    sock: socket.socket
    rest: bytes = b""

    def frames(self) -> Iterator[bytes]:
        """Whole frames that have come."""
        data = self.rest + self.sock.recv(1 << 16)
        while len(data) >= (end := _end(data)):
            yield data[:end]
            data = data[end:]
        self.rest = data


def _end(data: bytes) -> int:
    """The length of the frame that begins here; more than there is of one that cannot be told."""
    if len(data) < 10:
        return len(data) + 1
    if (size := data[1]) < 126:
        return 2 + size
    if size == 126:
        return 4 + int.from_bytes(data[2:4])
    return 10 + int.from_bytes(data[2:10])


@dataclass(slots=True)
class Crowd:
    """All consoles of one server, and the times of its broadcasts in seconds."""

    server: subprocess.Popen[bytes]
    consoles: dict[int, Console]
    poll: select.epoll
    took: list[float] = field(default_factory=list)
    late: list[float] = field(default_factory=list)
    before: float = 0.0
    """CPU-seconds of the server that do not count."""

    def broadcast(self) -> None:
        """Have one delta sent and wait until every console has it. Raises TimeoutError."""
        assert self.server.stdin is not None
        self.server.stdin.write(b"\n")
        self.server.stdin.flush()
        came, last = self._all_come()
        found = _STAMP.search(last)
        assert found is not None
        ways = [(at - int(found[1])) / 1e9 for at in came.values()]
        self.late += ways
        self.took.append(max(ways))

    def _all_come(self) -> tuple[dict[int, int], bytes]:
        """When each console had the delta, in nanoseconds, and the last one's frame."""
        came, last = dict[int, int](), b""
        deadline = time.monotonic() + 10
        while len(came) < len(self.consoles):
            if time.monotonic() > deadline:
                raise TimeoutError(f"{len(self.consoles) - len(came)} consoles got no delta")
            for number, _ in self.poll.poll(1):
                for frame in self.consoles[number].frames():
                    if b'"stamp":' in frame:
                        came[number], last = time.monotonic_ns(), frame
        return came, last

    def forget(self) -> None:
        """Forget what was measured."""
        self.took.clear()
        self.late.clear()
        self.before = self.cpu_seconds()

    def cpu_seconds(self) -> float:
        """CPU time of the server, which has one thread; Linux tells it in nanoseconds."""
        return int(Path(f"/proc/{self.server.pid}/schedstat").read_text().split()[0]) / 1e9


@contextmanager
def _server(name: str) -> Iterator[subprocess.Popen[bytes]]:
    script = Path(__file__).with_name("fanout_servers.py")
    command = [sys.executable, "-W", _NO_NEWS, "-P", str(script), name]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe) as server:
        try:
            yield server
        finally:
            server.kill()


@contextmanager
def _crowd(server: subprocess.Popen[bytes], size: int) -> Iterator[Crowd]:
    """A server's consoles, all open."""
    assert server.stdout is not None
    port = int(server.stdout.readline())
    with ExitStack() as stack:
        consoles = [_open(port, number) for number in range(size)]
        poll = stack.enter_context(select.epoll())
        for console in consoles:
            stack.callback(console.sock.close)
            poll.register(console.sock, select.EPOLLIN)
        yield Crowd(server, {one.sock.fileno(): one for one in consoles}, poll)


def _open(port: int, number: int) -> Console:
    sock = socket.create_connection((HOST, port), timeout=10)
    sock.send(
        f"GET /live?ticket=agent{number} HTTP/1.1\r\nHost: {HOST}:{port}\r\nOrigin: {ORIGIN}\r\n"
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
    )
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += sock.recv(1 << 16)
    if b" 101 " not in answer:
        raise ConnectionError(answer.decode())
    return Console(sock, answer.partition(b"\r\n\r\n")[2])


def _may_open(files: int) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < files:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(files, hard), hard))
