"""One accepted socket on the event loop: what comes is handed on, what is sent leaves now or never.

asyncio's transports keep what a peer does not take yet. Here one command at most is under way, and
it always fits a socket's own buffer: a peer for whom it does not fit is not reading, and is lost.
So nothing is kept, and a caller costs half of what a transport and its buffers do.
"""

import asyncio
import socket
from collections.abc import Callable

MAX_READ = 960
"""Bytes taken at once: a request, or many replies. So little memory costs the least to ask for."""


class Wire:
    """Give it `received`, which gets bytes as they come, and none at the end."""

    __slots__ = ("_loop", "_socket", "received")

    received: Callable[[bytes], None]

    def __init__(self, loop: asyncio.AbstractEventLoop, accepted: socket.socket) -> None:
        accepted.setblocking(False)
        self._loop = loop
        self._socket = accepted

    def listen(self) -> None:
        """Hand on what has come and what comes from now on, unless it is closed already."""
        if (number := self._socket.fileno()) >= 0:
            # By number: of a socket that is new to it the event loop would write out the repr.
            self._loop.add_reader(number, self._readable)
            self._readable()

    def send(self, data: bytes) -> bool:
        """Whether all of it is on its way."""
        try:
            return self._socket.send(data) == len(data)
        except OSError:
            return False

    def close(self) -> None:
        """Close it at once, whatever is on its way. May be called twice."""
        if (number := self._socket.fileno()) >= 0:
            self._loop.remove_reader(number)
            self._socket.close()
            # It leads back here: a ring is memory until the collector comes.
            del self.received

    def _readable(self) -> None:
        try:
            data = self._socket.recv(MAX_READ)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        self.received(data)
