"""The servers of the `agi` benchmark, a process each: `python -P agi_servers.py NAME SOUND`.

Each prints its port and serves two scripts. `flow` is ten commands, the same bytes from each
server: a variable, how long Asterisk may wait for us, four sounds, a sound and a wait for a key, a
sound, a variable. `hold` waits for keys until it is ended.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Awaitable, Callable

from panoramisk import fast_agi

from ivr.agi.channel import KEYS, LONGEST_PIECE, SILENT, SPARE, Channel
from ivr.agi.options import AgiOptions
from ivr.agi.server import AgiServer

HOST = "127.0.0.1"
KEY_SECONDS = 0.02
HOLD_MS = 2_000
COMMANDS = 10

Running = Callable[[str], Awaitable[None]]


def flow(sound: str) -> list[str]:
    """The ten commands of the flow."""
    tell = f'STREAM FILE "{sound}" "1" 0'
    return [
        'SET VARIABLE "STEP" "begun"',
        f"SET AUTOHANGUP {LONGEST_PIECE + SILENT + SPARE}",
        *[tell] * 4,
        f'STREAM FILE "{sound}" "{KEYS}" 0',
        f"WAIT FOR DIGIT {KEY_SECONDS * 1_000:.0f}",
        tell,
        'SET VARIABLE "STEP" "done"',
    ]


async def ours(sound: str) -> None:
    """Our server; a session speaks to its channel as a session of the product does."""

    async def serve(channel: Channel) -> None:
        if channel.flow == "hold":
            while True:
                await channel.ask((), seconds=60)
        await channel.set_variable("STEP", "begun")
        await channel.tell([sound] * 4, "1")
        await channel.ask([sound], seconds=KEY_SECONDS)
        await channel.tell([sound], "1")
        await channel.set_variable("STEP", "done")

    server = AgiServer(serve, AgiOptions(port=0), admit=lambda _request: True)
    server.listen()
    _tell_port(server.port)
    await server.run()


async def panoramisk(sound: str) -> None:
    """Stock panoramisk."""
    commands = flow(sound)

    async def run_flow(request: fast_agi.Request) -> None:
        for command in commands:
            await request.send_command(command)

    async def hold(request: fast_agi.Request) -> None:
        while True:
            await request.send_command(f"WAIT FOR DIGIT {HOLD_MS}")

    app = fast_agi.Application(loop=asyncio.get_running_loop())
    app.add_route("flow", run_flow)
    app.add_route("hold", hold)
    # It spins and fills the log where a caller hangs up; that is not what is measured here.
    logging.disable()
    await _serve(await asyncio.start_server(app.handler, HOST, 0))


async def floor(sound: str) -> None:
    """The least that sends a command for each line that comes: no request read, no reply either."""
    written = [f"{command}\n".encode() for command in flow(sound)]
    held = f"WAIT FOR DIGIT {HOLD_MS}\n".encode()

    class Bare(asyncio.Protocol):
        def __init__(self) -> None:
            self.transport: asyncio.Transport | None = None
            self.request = b""
            self.sent = 0

        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            assert isinstance(transport, asyncio.Transport)
            self.transport = transport

        def data_received(self, data: bytes) -> None:
            assert self.transport is not None
            if not self.sent:
                self.request += data
                if not self.request.endswith(b"\n\n"):
                    return
            if b"/hold\n" in self.request:
                self.sent = 1
                self.transport.write(held)
            elif self.sent == len(written):
                self.transport.close()
            else:
                self.transport.write(written[self.sent])
                self.sent += 1

    await _serve(await asyncio.get_running_loop().create_server(Bare, HOST, 0))


async def _serve(server: asyncio.Server) -> None:
    _tell_port(server.sockets[0].getsockname()[1])
    await server.serve_forever()


def _tell_port(port: int) -> None:
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()


SERVERS: dict[str, Running] = {"ours": ours, "panoramisk": panoramisk, "floor": floor}

if __name__ == "__main__":
    asyncio.run(SERVERS[sys.argv[1]](sys.argv[2]))  # type: ignore[arg-type]
