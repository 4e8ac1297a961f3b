"""AMI events per second of CPU time through our client, beside stock panoramisk and a bare socket.

A process of its own plays a stream recorded from a real Asterisk over loopback TCP; each
contender takes the whole of it, in turn, in this process, and only this process's CPU time counts.

- floor: the bytes received and counted by a bare socket.
- peer: stock panoramisk 1.4 with one callback for every event.
- ours: the guarded client with its stream consumed and translated to facts. "all fields" delivers
  every event with all of its fields to be asked for; "all fields as dicts" makes a dict of each.

Goals: at least 3 times the peer with all fields, at least 5 with the product's interest filter.
"""

from __future__ import annotations

import asyncio
import gc
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from panoramisk import Manager, Message
from structlog.testing import capture_logs

from bench.ami_stream import (
    LAST,
    READ_ALL,
    events_of,
    product_recordings,
    repetitions,
)
from bench.rows import Row, row
from routing.ids import AgentId, NodeId
from telephony.ami import AmiClient, AmiEvent, AmiOptions
from telephony.endpoints import AgentPhones, EndpointBook
from telephony.translate import WANTED_EVENTS, Translator

UNIT = "events/CPU-s"
LAST_NAME = "TheEnd"
Contender = Callable[[int], Awaitable[int]]
"""Takes the port, consumes the stream, returns how many events it saw."""


def run(quick: bool) -> list[Row]:
    """Measure both streams; `quick` ends within 40 seconds."""
    events, rounds = (36_000, 5) if quick else (120_000, 7)
    wanted = WANTED_EVENTS | {LAST_NAME}
    peers = {"floor": floor, "peer": panoramisk}
    whole = measure(
        [READ_ALL],
        events,
        rounds,
        {
            **peers,
            "dicts": ours(None, read=AmiEvent.as_dict),
            "all": ours(None, read=None),
            "filtered": ours(wanted, read=None),
        },
    )
    narrow = measure(
        product_recordings(), events, rounds, {**peers, "filtered": ours(wanted, read=None)}
    )
    return [
        _row("ami, all fields as dicts", whole, "dicts"),
        _row("ami, all fields", whole, "all"),
        _row("ami, interest filter", whole, "filtered"),
        _row("ami, interest filter, PBX filters too", narrow, "filtered"),
    ]


def _row(name: str, rates: dict[str, float], which: str) -> Row:
    return row(name, ours=rates[which], peer=rates["peer"], floor=rates["floor"], unit=UNIT)


def measure(
    recording: list[Path], events: int, rounds: int, contenders: dict[str, Contender]
) -> dict[str, float]:
    """Events per CPU-second of each contender: the median over interleaved rounds."""
    base = events_of(recording)
    sent = base.count(b"\r\n\r\n") * repetitions(base, events)
    rates: dict[str, list[float]] = {name: [] for name in contenders}
    with player(recording, events) as port:
        for _ in range(rounds):
            for name, contender in contenders.items():
                rates[name].append(sent / _cpu_seconds(contender, port, sent))
    return {name: statistics.median(found) for name, found in rates.items()}


def _cpu_seconds(contender: Contender, port: int, sent: int) -> float:
    gc.collect()
    started = time.process_time()
    with capture_logs():
        seen = asyncio.run(_within(contender(port)))
    spent = time.process_time() - started
    if seen != sent:
        raise AssertionError(f"{seen} of {sent} events arrived")
    return spent


async def _within(taking: Awaitable[int]) -> int:
    async with asyncio.timeout(120):
        return await taking


@contextmanager
def player(recording: Iterable[Path], events: int) -> Iterator[int]:
    """The playing process; yields its port."""
    script = Path(__file__).with_name("ami_stream.py")
    command = [sys.executable, "-P", str(script), "--events", str(events), *map(str, recording)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.kill()


async def floor(port: int) -> int:
    """Receive and count the bytes' messages: what the socket alone costs."""
    done = asyncio.get_running_loop().create_future()

    class Counting(asyncio.Protocol):
        def __init__(self) -> None:
            self.size = 0
            self.edge = b""

        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            assert isinstance(transport, asyncio.Transport)
            transport.write(b"Action: Login\r\nActionID: 1\r\n\r\n")

        def data_received(self, data: bytes) -> None:
            self.size += (self.edge + data).count(b"\r\n\r\n")
            self.edge = data[-3:]
            if data.endswith(LAST) and not done.done():
                done.set_result(self.size)

    transport, _ = await asyncio.get_running_loop().create_connection(Counting, "127.0.0.1", port)
    messages = int(await done)
    transport.close()
    return messages - 2  # the login's reply and the closing event


async def panoramisk(port: int) -> int:
    """Stock panoramisk, one callback for every event."""
    done = asyncio.get_running_loop().create_future()
    seen = 0

    def on_event(_manager: Manager, message: Message) -> None:
        nonlocal seen
        if message.event == LAST_NAME:
            done.set_result(seen)
        seen += 1

    manager = Manager(
        loop=asyncio.get_running_loop(),
        host="127.0.0.1",
        port=port,
        username="bench",
        secret="bench",  # noqa: S106 - a player asks for none
    )
    manager.register_event("*", on_event)
    await manager.connect()
    count = int(await done)
    manager.close()
    return count


def ours(wanted: frozenset[str] | None, *, read: Callable[[AmiEvent], object] | None) -> Contender:
    """Our client with this interest filter, each event read and translated to facts."""

    async def take(port: int) -> int:
        options = AmiOptions(
            node="pbx1",
            username="bench",
            secret="bench",  # noqa: S106
            port=port,
            wanted_events=wanted,
        )
        client = AmiClient(options, clock=lambda: datetime.now(UTC))
        translator = Translator(NodeId("pbx1"), _agents(), lambda number: number)
        seen = 0
        async with asyncio.TaskGroup() as group:
            group.create_task(client.run())
            async for item in client.events():
                if not isinstance(item, AmiEvent):
                    continue
                if item.name == LAST_NAME:
                    break
                seen += 1
                if read is not None:
                    read(item)
                translator.facts(item)
            await client.close()
        return seen + client.counters.events_skipped.total()

    return take


def _agents() -> EndpointBook:
    """The agents of the recordings."""
    names = ("d00000000000a", "d00000000000b")
    return EndpointBook(
        AgentPhones(agent=AgentId(name), name=name, browser=f"a{name[1:]}", desk=name)
        for name in names
    )
