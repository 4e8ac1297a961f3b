"""The recorded streams of the AMI bench, and the process that plays them over TCP.

Owns how a recording becomes a long stream: the same events over and over, each time as other
calls (ids, channels and times differ), so that no cache on the way profits from repetition.

    python bench/ami_stream.py --events N FILE...       (plays about N events, prints its port)
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import re
from collections.abc import Iterable
from pathlib import Path

HERE = Path(__file__).parent
READ_ALL = HERE / "data/scenarios_read_all.ami.gz"
"""SIP calls through the product's dialplan as a user with `read=all` sees them."""
SCENARIOS = HERE.parent / "tests/telephony/recordings"
"""The like as the product's own user sees them (`read=call,agent,user` and an event filter)."""

BANNER = b"Asterisk Call Manager/11.0.0\r\n"
LAST = b"Event: TheEnd\r\nPrivilege: user,all\r\n\r\n"
_END = b"\r\n\r\n"
_EPOCH = re.compile(rb"\b(1[0-9]{9})(?=\.[0-9])")
_CHANNEL = re.compile(rb"(?<=-)([0-9a-f]{8})(?=[;\r])")


def product_recordings() -> list[Path]:
    return sorted(SCENARIOS.glob("*.ami"))


def events_of(paths: Iterable[Path]) -> bytes:
    """The recordings' events one after the other: no banners, no replies, no list items."""
    kept: list[bytes] = []
    for path in paths:
        data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        messages = data.partition(b"\r\n")[2].split(_END)
        kept += [m for m in messages if m.startswith(b"Event: ") and b"\r\nPrivilege: " in m]
    return _END.join(kept) + _END


def repeated(events: bytes, times: int) -> bytes:
    """The same events `times` over, each time as other calls on the same channels' names."""
    return b"".join(_as_other_calls(events, nth) for nth in range(times))


def _as_other_calls(events: bytes, nth: int) -> bytes:
    def later(match: re.Match[bytes]) -> bytes:
        return b"%d" % (int(match[1]) + 10_000 * nth)

    def other(match: re.Match[bytes]) -> bytes:
        return b"%08x" % ((int(match[1], 16) + 4096 * nth) & 0xFFFFFFFF)

    return _CHANNEL.sub(other, _EPOCH.sub(later, events))


async def serve(stream: bytes) -> None:
    """Play the stream to every connection that logs in; answer everything else with Success."""

    async def play(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(BANNER)
        playing: asyncio.Task[None] | None = None
        try:
            while request := await reader.readuntil(_END):
                found = re.search(rb"ActionID: ([^\r]*)", request)
                action_id = found[1] if found else b""
                writer.write(b"Response: Success\r\nActionID: " + action_id + _END)
                if b"Action: Login\r\n" in request:
                    playing = asyncio.create_task(_pour(writer, stream))
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            if playing is not None:
                playing.cancel()
            writer.close()

    server = await asyncio.start_server(play, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)  # noqa: T201 - read by the bench
    await server.serve_forever()


async def _pour(writer: asyncio.StreamWriter, stream: bytes) -> None:
    step = 65_536
    for start in range(0, len(stream), step):
        writer.write(stream[start : start + step])
        await writer.drain()
    writer.write(LAST)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--events", type=int, required=True)
    parser.add_argument("files", type=Path, nargs="+")
    options = parser.parse_args()
    events = events_of(options.files)
    asyncio.run(serve(repeated(events, repetitions(events, options.events))))


def repetitions(events: bytes, wanted: int) -> int:
    """How often to repeat the recording for about this many events."""
    return max(1, wanted // events.count(_END))


if __name__ == "__main__":
    main()
