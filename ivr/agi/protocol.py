"""One connection of Asterisk's: first its request, then a command and its reply, in turn.

The rules, all of them bounded:

- A line ends with LF. Nothing is kept but the rest of a line, the lines of a request not yet
  whole, and one reply. Whatever breaks a rule ends the connection at once; Asterisk goes on with
  the caller.
- One command at a time. A reply that nobody asked for could be taken for the next command's, so it
  ends the connection; so does a second one in the same breath.
- HANGUP is a note, never a reply: what was asked is still answered, and so would be what comes
  later. From then on whoever speaks is told by `HungUp`.

A session speaks by talks (`ivr.agi.commands`), several commands each. A talk is woken by the very
bytes of a reply, so its next command leaves before the event loop turns.
"""

from __future__ import annotations

import asyncio
from enum import Enum, auto
from math import inf
from typing import Any, Protocol, TypeVar, cast

from asterisk.agi import AGIError

from ivr.agi.commands import Commands, Talk
from ivr.agi.errors import Broken, ChannelLost, HungUp, Refusal
from ivr.agi.replies import MAX_LINE, Aside, Reply, Unreadable, ends_usage, read_line
from ivr.agi.request import Request, RequestRefused, check_line, read_request

MAX_READ = 16_384
"""Bytes taken at once; all connections share one buffer."""

PATIENCE = 30.0
"""Seconds for a reply: a sound comes in pieces of a few seconds."""

MAX_ASIDES = 200
"""Lines that are no answers between two answers: usage has some 20."""

_NOT_READ = (AGIError, OverflowError)
"""What pyst2 raises for a result that it does not understand."""

T = TypeVar("T")


class Owner(Protocol):
    """Whoever accepts connections. Each is told of once, in this order."""

    buffer: memoryview
    agi: Commands
    now: float
    """The event loop's clock, at the last look."""

    def opened(self, connection: Connection, peer: str) -> None: ...

    def requested(self, connection: Connection) -> None:
        """Its request is whole; unless it is cut now, it is a session."""
        ...

    def closed(self, connection: Connection) -> None: ...


class _Phase(Enum):
    REQUEST = auto()
    SESSION = auto()
    OVER = auto()


class Connection(asyncio.BufferedProtocol):
    """Give it to the event loop; the owner is told what becomes of it."""

    __slots__ = (
        "_asides",
        "_asked",
        "_lines",
        "_outcome",
        "_owner",
        "_patience",
        "_phase",
        "_reply",
        "_rest",
        "_talk",
        "_transport",
        "_usage",
        "_waiter",
        "agi",
        "deadline",
        "ends_at",
        "hung_up",
        "request",
        "why",
    )

    request: Request

    def __init__(self, owner: Owner) -> None:
        self.deadline = inf
        """By when the next thing must come, by the event loop's clock."""
        self.ends_at = inf
        self.hung_up = False
        self.why: Refusal | Broken | None = None
        """Why it was cut; None while it lives, and when it ended well."""
        self.agi = owner.agi
        self._owner = owner
        self._phase = _Phase.REQUEST
        self._transport: asyncio.Transport | None = None
        self._rest = b""
        self._lines: list[bytes] | None = []
        self._asides = 0
        self._usage = False
        self._asked = False
        self._reply: Reply | None = None
        self._talk: Talk[Any] | None = None
        self._patience = PATIENCE
        self._waiter: asyncio.Future[None] | None = None
        self._outcome: tuple[object, BaseException | None] | None = None

    # ── The connection ──────────────────────────────────────────────────────────────────────

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        peer = transport.get_extra_info("peername")
        self._owner.opened(self, str(peer[0]) if peer else "")

    def get_buffer(self, sizehint: int) -> memoryview:
        return self._owner.buffer

    def buffer_updated(self, nbytes: int) -> None:
        self.received(bytes(self._owner.buffer[:nbytes]))

    def connection_lost(self, exc: Exception | None) -> None:
        self.cut(Refusal.GONE if self._phase is _Phase.REQUEST else Broken.CLOSED)
        self._owner.closed(self)

    def cut(self, why: Refusal | Broken) -> None:
        """End it at once; whoever waits for a reply gets ChannelLost."""
        if self._phase is not _Phase.OVER:
            self.why = why
            self._end()
            if self._talk is not None and isinstance(why, Broken):
                self._leave(None, ChannelLost(why))

    def finish(self) -> None:
        """The session is over: let Asterisk go on with the caller."""
        if self._phase is not _Phase.OVER:
            self._end()

    def _end(self) -> None:
        self._phase = _Phase.OVER
        self._rest, self._lines = b"", None
        self.deadline = inf
        if self._transport is not None:
            # Not close(): it would wait for a peer that does not read.
            self._transport.abort()

    # ── What comes in ───────────────────────────────────────────────────────────────────────

    def received(self, data: bytes) -> None:
        """Take bytes as they come, cut anywhere."""
        if self._rest:
            data = self._rest + data
        lines = data.split(b"\n")
        self._rest = lines.pop()
        try:
            for line in lines:
                self._take(line)
            if len(self._rest) > MAX_LINE:
                self._too_long()
        except RequestRefused as error:
            self.cut(error.why)
        except Unreadable:
            self.cut(Broken.UNREADABLE)
        if self._phase is _Phase.OVER:
            self._rest = b""
        elif self._reply is not None:
            reply, self._reply = self._reply, None
            self._asked, self.deadline = False, inf
            self._go_on(reply)

    def _take(self, line: bytes) -> None:
        if self._phase is _Phase.SESSION:
            if len(line) > MAX_LINE:
                self._too_long()
            else:
                self._hear(line)
        elif self._lines is not None:
            if line:
                check_line(line, len(self._lines))
                self._lines.append(line)
            else:
                self._begin(self._lines)

    def _too_long(self) -> None:
        requested = self._phase is not _Phase.REQUEST
        self.cut(Broken.TOO_LONG if requested else Refusal.TOO_LONG)

    def _begin(self, lines: list[bytes]) -> None:
        self.request = read_request(lines)
        self._lines = None
        self._phase = _Phase.SESSION
        self.deadline = inf
        self._owner.requested(self)

    def _hear(self, line: bytes) -> None:
        """A line after the request."""
        if self._usage:
            self._usage = not ends_usage(line)
            said = Aside.USAGE if self._usage else Reply(520)
        else:
            said = read_line(line)
        if isinstance(said, Reply):
            if self._asked and self._reply is None:
                self._reply = said
            else:
                self.cut(Broken.UNASKED)
            return
        self._usage = said is Aside.USAGE
        self.hung_up = self.hung_up or said is Aside.HANGUP
        self._asides += 1
        if self._asides > MAX_ASIDES or (not self._asked and said is not Aside.HANGUP):
            self.cut(Broken.UNASKED)

    # ── What goes out ───────────────────────────────────────────────────────────────────────

    async def talk(self, said: Talk[T], *, patience: float = PATIENCE) -> T:
        """Send the commands of a talk and hand it their replies; returns what it returns.
        `patience` in seconds: a command that is not answered in that time ends it all.

        Raises what it raises, HungUp and ChannelLost. Whoever is cancelled meanwhile has lost the
        channel: a reply to nobody is on its way.
        """
        if self._talk is not None or self._waiter is not None:
            raise RuntimeError("two talk to one caller at once")
        self._talk, self._patience = said, patience
        self._go_on(None)
        if self._outcome is None:
            self._waiter = asyncio.get_running_loop().create_future()
            try:
                await self._waiter
            except asyncio.CancelledError:
                self.cut(Broken.ABANDONED)
                raise
            finally:
                self._waiter = None
        return cast(T, self._result())

    def _go_on(self, reply: Reply | None) -> None:
        """Hand the talk its reply and send its next command. What comes of it is left in
        `_outcome`: in the result of a future any repr would show it."""
        talk = self._talk
        assert talk is not None
        if self.hung_up:
            self._leave(None, HungUp())
            return
        try:
            command = talk.send(reply)  # type: ignore[arg-type]  # None begins a generator
        except StopIteration as end:
            self._leave(end.value, None)
        except Exception as error:  # noqa: BLE001 - handed to whoever waits
            self._leave(None, error)
        else:
            self._send(command)

    def _send(self, command: bytes) -> None:
        if self._phase is not _Phase.SESSION or self._transport is None:
            why = self.why if isinstance(self.why, Broken) else Broken.CLOSED
            self._leave(None, ChannelLost(why))
            return
        self._asked, self._asides = True, 0
        self.deadline = self._owner.now + self._patience
        self._transport.write(command)

    def _leave(self, value: object, error: BaseException | None) -> None:
        """The talk is over."""
        self._outcome, self._talk = (value, error), None
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def _result(self) -> object:
        assert self._outcome is not None
        (value, error), self._outcome = self._outcome, None
        if error is None:
            return value
        if isinstance(error, (HungUp, ChannelLost)) or not isinstance(error, _NOT_READ):
            raise error
        self.cut(Broken.NOT_TAKEN)
        # Not the error itself: pyst2 writes into it what it could not read.
        raise ChannelLost(Broken.NOT_TAKEN) from None
