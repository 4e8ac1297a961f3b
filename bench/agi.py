"""Callers of a real Asterisk served by FastAGI: our server, stock panoramisk, and a bare protocol.

Each server is a process of its own; the callers are Local channels of a private Asterisk. Every
server sends the same ten commands a call (see `agi_servers`); the next call begins when one ends.
Servers take turns. Then each holds 300 callers at once, and the growth of its memory is shared
among them.

Goals: at least 1.3 times the peer's commands by CPU time, at most .65 of its memory.
"""

from __future__ import annotations

import asyncio
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.agi_servers import COMMANDS, HOST, SERVERS
from bench.rows import Row, row
from config.pbx import process as pbx_process
from config.pbx.binary import cache_folder, find_or_install
from tests.parts.agi_callers import Callers, callers
from tests.parts.asterisk import new_node

AT_ONCE = 30
"""Callers at a time; more keep Asterisk busy with itself."""
HELD = 300
A_TURN = 90
"""Calls in a row, before the next server has its turn."""
FRAME = 160
"""Samples of the sound that is told: 20 ms, so that a call is commands rather than silence."""


@dataclass(slots=True)
class Server:
    """One server's process, and what its turns came to."""

    process: subprocess.Popen[bytes]
    port: int
    cpu: list[float] = field(default_factory=list)
    """CPU-seconds of each turn."""
    took: list[float] = field(default_factory=list)
    """Seconds of each turn."""

    def cpu_seconds(self) -> float:
        """CPU time of the server, which has one thread; Linux tells it in nanoseconds."""
        return int(Path(f"/proc/{self.process.pid}/schedstat").read_text().split()[0]) / 1e9

    def memory(self) -> int:
        """Bytes of the server's own resident memory."""
        lines = Path(f"/proc/{self.process.pid}/smaps_rollup").read_text().splitlines()
        found = dict(line.split(":", 1) for line in lines[1:])
        return 1024 * sum(int(found[f"Private_{kind}"].split()[0]) for kind in ("Clean", "Dirty"))

    def sockets(self) -> int:
        """How many files it has open: a little more than it has callers."""
        return len(list(Path(f"/proc/{self.process.pid}/fd").iterdir()))


def run(quick: bool) -> list[Row]:
    """Measure; `quick` ends within 40 seconds."""
    return asyncio.run(measure(turns=3 if quick else 15, rounds=1 if quick else 3))


async def measure(*, turns: int, rounds: int) -> list[Row]:
    """So many turns of each server, and so many times 300 callers held."""
    with tempfile.TemporaryDirectory(prefix="agi") as folder:
        async with _asterisk(Path(folder)) as (link, sound):
            with ExitStack() as stack:
                servers = {n: stack.enter_context(_server(n, sound)) for n in SERVERS}
                for name, server in servers.items():
                    _lay(link, f"{name}-flow", server, "flow")
                for turn in range(turns + 1):
                    for name, server in servers.items():
                        await _turn(link, name, server, counts=turn > 0)
            memory: dict[str, list[float]] = {name: [] for name in SERVERS}
            for _ in range(rounds):
                for name in SERVERS:
                    memory[name].append(await _held(link, name, sound))
    thrift = {n: COMMANDS * A_TURN / statistics.median(s.cpu) for n, s in servers.items()}
    speed = {n: A_TURN / statistics.median(s.took) for n, s in servers.items()}
    sizes = {n: statistics.median(found) / 1024 for n, found in memory.items()}
    return [
        _row("agi, of the server's CPU", "commands/CPU-s", thrift),
        _row("agi, ten commands a call", "calls/s", speed),
        _row(f"agi, a session of {HELD}", "kB", sizes),
    ]


def _row(what: str, unit: str, figures: dict[str, float]) -> Row:
    ours, peer = figures["ours"], figures["panoramisk"]
    return row(what, unit=unit, ours=ours, peer=peer, floor=figures["floor"])


# ── The servers ─────────────────────────────────────────────────────────────────────────────


@contextmanager
def _server(name: str, sound: Path) -> Iterator[Server]:
    script = Path(__file__).with_name("agi_servers.py")
    command = [sys.executable, "-P", str(script), name, str(sound)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        try:
            assert process.stdout is not None
            yield Server(process, int(process.stdout.readline()))
        finally:
            process.kill()


async def _turn(callers: Callers, name: str, server: Server, *, counts: bool) -> None:
    """Have one turn of calls served; the first does not count."""
    cpu, began = server.cpu_seconds(), time.perf_counter()
    async with asyncio.timeout(120):
        await callers.calls(f"{name}-flow", A_TURN, at_once=AT_ONCE)
    if counts:
        server.cpu.append(server.cpu_seconds() - cpu)
        server.took.append(time.perf_counter() - began)


async def _held(callers: Callers, name: str, sound: Path) -> float:
    """Bytes that a session takes of a fresh server that holds many."""
    with _server(name, sound) as server:
        _lay(callers, f"{name}-first", server, "flow")
        await callers.calls(f"{name}-first", 5, at_once=1)
        before = server.memory()
        _lay(callers, f"{name}-hold", server, "hold")
        ends = [callers.call(f"{name}-hold")[1] for _ in range(HELD)]
        async with asyncio.timeout(60):
            while server.sockets() < HELD:  # noqa: ASYNC110 - another process tells nothing
                await asyncio.sleep(0.2)
        # each has sent its request by then, and waits for a key
        await asyncio.sleep(1)
        after = server.memory()
    async with asyncio.timeout(60):
        await asyncio.gather(*ends)
    return (after - before) / HELD


def _lay(callers: Callers, number: str, server: Server, script: str) -> None:
    callers.lay(number, "Answer", f"AGI(agi://{HOST}:{server.port}/{script})", "Hangup")


@asynccontextmanager
async def _asterisk(folder: Path) -> AsyncIterator[tuple[Callers, Path]]:
    """Callers of a private Asterisk, and a sound of one frame."""
    binary = find_or_install(cache_folder(), lambda _line: None)
    options = new_node(folder / "pbx", binary)
    sound = folder / "frame"
    sound.with_suffix(".sln").write_bytes(bytes(2 * FRAME))
    running = await asyncio.to_thread(pbx_process.start, binary, options)
    try:
        async with callers(running) as link:
            yield link, sound
    finally:
        await asyncio.to_thread(pbx_process.stop, options)
