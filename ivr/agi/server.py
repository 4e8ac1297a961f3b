"""The FastAGI server: lets calls in, gives each a session, and ends all of them in time.

Deny by default: a session begins for an allowed peer, with a whole request, that `admit` accepts.
Whoever is refused is cut, and so is whoever breaks the rules or outlasts his time: the connection's
end is Asterisk's signal to go on with the caller, to a queue if we have told it nothing else.

There is nothing to hold back: a peer is read by lines and sent one command at a time.
"""

import asyncio
import errno
import ipaddress
import socket
import traceback
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from functools import lru_cache

import structlog

from ivr.agi.channel import Channel
from ivr.agi.commands import Commands
from ivr.agi.counters import AgiCounters
from ivr.agi.errors import Broken, ChannelLost, HungUp, Refusal
from ivr.agi.options import AgiOptions
from ivr.agi.protocol import Connection
from ivr.agi.request import Request
from ivr.agi.wire import Wire

TICK = 0.25
"""Seconds between two looks at who is late."""

BACKLOG = 128
"""Connections that may wait to be accepted."""

WHOLE = 0.004
"""Seconds in which a request comes: Asterisk sends its lines one by one, and each would wake us."""

_NO_MORE = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)

Serve = Callable[[Channel], Awaitable[None]]
"""One session. May end by HungUp or ChannelLost."""
Admit = Callable[[Request], bool]

_log = structlog.get_logger(__name__)


class AgiServer:
    """Make it inside a running event loop and `run` it once; `listen` first if the port matters."""

    def __init__(
        self,
        serve: Serve,
        options: AgiOptions,
        *,
        admit: Admit,
        counters: AgiCounters | None = None,
    ) -> None:
        self.counters = counters or AgiCounters()
        self.agi = Commands()
        self.loop = asyncio.get_running_loop()
        self.now = self.loop.time()
        self._serve = serve
        self._options = options
        self._admit = admit
        self._may_come = _allowing(options.allowed_peers)
        self._unserved: dict[Connection, str] = {}
        """The peer of each, the oldest first."""
        self._crowd: Counter[str] = Counter()
        self._sessions: dict[Connection, asyncio.Task[None]] = {}
        """Owned here: each leaves by itself, the last are waited for in `_stop`."""
        self._listener: socket.socket | None = None
        self._serving = False

    @property
    def port(self) -> int:
        """The port it listens on."""
        assert self._listener is not None
        return int(self._listener.getsockname()[1])

    def listen(self) -> None:
        """Take the port; calls wait there until `run`. Raises OSError."""
        host = self._options.host
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._listener = socket.create_server(
            (host, self._options.port), family=family, backlog=BACKLOG
        )
        self._listener.setblocking(False)

    async def run(self) -> None:
        """Serve until cancelled; then cut every session and give it time to write down its end."""
        if self._listener is None:
            self.listen()
        assert self._listener is not None
        self.loop.add_reader(self._listener, self._accept, self._listener)
        self._serving = True
        try:
            while True:
                await asyncio.sleep(TICK)
                self._look()
        finally:
            self._serving = False
            self.loop.remove_reader(self._listener)
            self._listener.close()
            await self._stop()

    async def _stop(self) -> None:
        for waiting in list(self._unserved):
            waiting.cut(Refusal.STOPPING)
        tasks = list(self._sessions.values())
        for connection in list(self._sessions):
            connection.cut(Broken.STOPPING)
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=self._options.stop_timeout)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _look(self) -> None:
        """Cut whoever is late."""
        self.now = now = self.loop.time()
        for connection in [one for one in self._unserved if one.deadline < now]:
            connection.cut(Refusal.SLOW)
        for connection in list(self._sessions):
            if connection.deadline < now:
                connection.cut(Broken.SILENT)
            elif connection.ends_at < now:
                connection.cut(Broken.ENDLESS)

    # ── Connections ─────────────────────────────────────────────────────────────────────────

    def _accept(self, listener: socket.socket) -> None:
        """Take one that waits: those taken before are read before the next is."""
        try:
            accepted, address = listener.accept()
        except OSError as error:
            if error.errno in _NO_MORE:
                # Out of files: the port would be readable for ever.
                self.loop.remove_reader(listener)
                self.loop.call_later(1, self._accept_again, listener)
            return
        self._open(Wire(self.loop, accepted), str(address[0]))

    def _accept_again(self, listener: socket.socket) -> None:
        if self._serving:
            self.loop.add_reader(listener, self._accept, listener)

    def _open(self, wire: Wire, peer: str) -> None:
        """One has come: refuse it, or wait for its request."""
        connection = Connection(self, wire)
        wire.received = connection.received
        self.counters.connections += 1
        if not self._may_come(peer):
            connection.cut(Refusal.PEER)
            return
        self._make_room(peer)
        if self.counters.connections > self._options.connections:
            connection.cut(Refusal.FULL)
            return
        self._unserved[connection] = peer
        self._crowd[peer] += 1
        connection.deadline = self.loop.time() + self._options.request_timeout
        self.loop.call_later(WHOLE, wire.listen)

    def _make_room(self, peer: str) -> None:
        """Let the oldest without a request go: of this peer if they are too many, or of all."""
        if self._crowd[peer] >= self._options.unserved_of_peer:
            oldest = next(one for one, whose in self._unserved.items() if whose == peer)
            oldest.cut(Refusal.CROWDED)
        elif self.counters.connections > self._options.connections and self._unserved:
            next(iter(self._unserved)).cut(Refusal.CROWDED)

    def requested(self, connection: Connection) -> None:
        """A request is whole: begin its session, or refuse it."""
        self._forget(connection)
        if not self._serving:
            connection.cut(Refusal.STOPPING)
        elif len(self._sessions) >= self._options.sessions:
            connection.cut(Refusal.FULL)
        elif not self._may_enter(connection.request):
            connection.cut(Refusal.NOT_ADMITTED)
        else:
            connection.ends_at = self.now + self._options.longest_session
            self._sessions[connection] = self.loop.create_task(self._session(connection))
            self.counters.served += 1
            self.counters.sessions = len(self._sessions)

    def _may_enter(self, request: Request) -> bool:
        """Ask `admit`; where it fails, nobody may."""
        try:
            return self._admit(request)
        except Exception as error:  # noqa: BLE001 - supervised: counted, its place logged
            self._note_failure("agi.not_asked", request, error)
            return False

    def closed(self, connection: Connection) -> None:
        """One has gone, however it ended."""
        self._forget(connection)
        self.counters.connections -= 1
        if isinstance(connection.why, Refusal):
            self.counters.refused[connection.why] += 1
        elif connection.why is not None:
            self.counters.broken[connection.why] += 1

    def _forget(self, connection: Connection) -> None:
        peer = self._unserved.pop(connection, None)
        if peer is not None:
            self._crowd[peer] -= 1
            if not self._crowd[peer]:
                del self._crowd[peer]

    # ── Sessions ────────────────────────────────────────────────────────────────────────────

    async def _session(self, connection: Connection) -> None:
        """One session, supervised: whatever it dies of, the others go on."""
        try:
            await self._serve(Channel(connection))
        except (HungUp, ChannelLost):
            pass
        except Exception as error:  # noqa: BLE001 - supervised: counted, its place logged
            self._note_failure("agi.session_failed", connection.request, error)
        finally:
            connection.finish()
            del self._sessions[connection]
            self.counters.sessions = len(self._sessions)

    def _note_failure(self, event: str, request: Request, error: Exception) -> None:
        """Count an error of our own, and log where it arose. Digits may stand in its text."""
        self.counters.failed += 1
        frames = traceback.extract_tb(error.__traceback__)[-12:]
        where = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
        kind = type(error).__name__
        _log.error(event, call=request.unique_id, error=kind, where=where)


def _allowing(peers: Sequence[str]) -> Callable[[str], bool]:
    """Whether an address is one of these, or lies in one of these networks."""
    networks = [ipaddress.ip_network(peer) for peer in peers]

    @lru_cache(maxsize=256)
    def allowed(peer: str) -> bool:
        address = ipaddress.ip_address(peer.partition("%")[0])
        address = getattr(address, "ipv4_mapped", None) or address
        return any(address in network for network in networks)

    return allowed
