"""One connection of Asterisk's: first its request, then a command and its reply, in turn. No I/O.

The rules, all of them bounded:

- A line ends with LF. Nothing is kept but the rest of a line or of a request, and one reply.
  Whatever breaks a rule ends the connection at once; Asterisk goes on with the caller.
- One command at a time. A reply that nobody asked for could be taken for the next command's, so it
  ends the connection; so does a second one in the same breath.
- HANGUP is a note, never a reply: what was asked is still answered, and so would be what comes
  later. From then on whoever speaks is told by `HungUp`.

A session speaks by talks (`ivr.agi.commands`), several commands each. A talk is woken by the very
bytes of a reply, so its next command leaves before the event loop turns.
"""

from __future__ import annotations

import asyncio
from math import inf
from typing import Any, Protocol, TypeVar, cast

from asterisk.agi import AGIError

from ivr.agi.commands import Commands, Talk
from ivr.agi.errors import Broken, ChannelLost, HungUp, Refusal
from ivr.agi.replies import MAX_LINE, Aside, Reply, Unreadable, read_alone, read_line, read_usage
from ivr.agi.request import END, Request, RequestRefused, check_begun, read_request

PATIENCE = 30.0
"""Seconds for a reply: a sound comes in pieces of a few seconds."""

MAX_ASIDES = 200
"""Lines that are no answers, between two answers: usage has some 20."""

_NOT_READ = (AGIError, OverflowError)
"""What pyst2 raises for a result that it does not understand."""

T = TypeVar("T")


class Outlet(Protocol):
    """The way to Asterisk."""

    def send(self, data: bytes) -> bool:
        """Whether all of it is on its way."""
        ...

    def close(self) -> None: ...


class Owner(Protocol):
    """Whoever accepts connections."""

    loop: asyncio.AbstractEventLoop
    agi: Commands
    now: float
    """The event loop's clock, at the last look."""

    def requested(self, connection: Connection) -> None:
        """Its request is whole; unless it is cut now, it is a session."""
        ...

    def closed(self, connection: Connection) -> None:
        """It has ended. Told once."""
        ...


_REQUEST, _SESSION, _OVER = range(3)


class Connection:
    """Hand it what comes by `received`. One at a time may talk."""

    __slots__ = (
        "_asides",
        "_asked",
        "_outcome",
        "_outlet",
        "_owner",
        "_patience",
        "_phase",
        "_reply",
        "_rest",
        "_talk",
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

    def __init__(self, owner: Owner, outlet: Outlet) -> None:
        self.agi = owner.agi
        self.deadline = inf
        """By when the next thing must come, by the owner's clock."""
        self.ends_at = inf
        self.hung_up = False
        self.why: Refusal | Broken | None = None
        """Why it was cut; None while it lives, and when it ended well."""
        self._owner = owner
        self._outlet = outlet
        self._phase = _REQUEST
        self._rest = b""
        self._asides = 0
        self._usage = False
        self._asked = False
        self._reply: Reply | None = None
        self._talk: Talk[Any] | None = None
        self._patience = PATIENCE
        self._waiter: asyncio.Future[None] | None = None
        self._outcome: tuple[object, BaseException | None] | None = None

    @property
    def now(self) -> float:
        """The owner's clock."""
        return self._owner.now

    # ── The end ─────────────────────────────────────────────────────────────────────────────

    def cut(self, why: Refusal | Broken) -> None:
        """End it at once; whoever waits for a reply gets ChannelLost."""
        if self._phase != _OVER:
            self.why = why
            self.finish()
            if self._talk is not None and isinstance(why, Broken):
                self._leave(None, ChannelLost(why))

    def finish(self) -> None:
        """The session is over: let Asterisk go on with the caller."""
        if self._phase != _OVER:
            self._phase = _OVER
            self._rest, self._reply = b"", None
            self._asked, self.deadline = False, inf
            self._outlet.close()
            self._owner.closed(self)

    # ── What comes in ───────────────────────────────────────────────────────────────────────

    def received(self, data: bytes) -> None:
        """Take bytes as they come, cut anywhere; none: the peer has closed."""
        if self._asked and not self._rest and not self._usage and (reply := read_alone(data)):
            self._answered(reply)
            return
        if not data:
            self.cut(Refusal.GONE if self._phase == _REQUEST else Broken.CLOSED)
            return
        if self._rest:
            data = self._rest + data
        try:
            if self._phase == _REQUEST:
                data = self._read_request(data)
            if self._phase == _SESSION:
                self._read_lines(data)
        except RequestRefused as error:
            self.cut(error.why)
        except Unreadable:
            self.cut(Broken.UNREADABLE)
        if self._reply is not None:
            reply, self._reply = self._reply, None
            self._answered(reply)

    def _answered(self, reply: Reply) -> None:
        self._asked, self.deadline = False, inf
        self._go_on(reply)

    def _read_request(self, data: bytes) -> bytes:
        """Begin the session if the request is whole; what follows it."""
        check_begun(data)
        head, found, rest = data.partition(END)
        if not found:
            self._rest = data
            return b""
        self.request = read_request(head + b"\n")
        self._phase, self._rest, self.deadline = _SESSION, b"", inf
        self._owner.requested(self)
        return rest

    def _read_lines(self, data: bytes) -> None:
        lines = data.split(b"\n")
        self._rest = lines.pop()
        for line in lines:
            if len(line) > MAX_LINE:
                self.cut(Broken.TOO_LONG)
            said = read_usage(line) if self._usage else read_line(line)
            if isinstance(said, Aside):
                self._note(said)
            elif self._asked and self._reply is None:
                self._reply = said
            else:
                self.cut(Broken.UNASKED)
            if self._phase == _OVER:
                return
        if len(self._rest) > MAX_LINE:
            self.cut(Broken.TOO_LONG)

    def _note(self, aside: Aside) -> None:
        self._usage = aside is Aside.USAGE
        self.hung_up = self.hung_up or aside is Aside.HANGUP
        self._asides += 1
        if self._asides > MAX_ASIDES or (not self._asked and aside is not Aside.HANGUP):
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
            self._waiter = self._owner.loop.create_future()
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
        if self.hung_up:
            self._leave(None, HungUp())
            return
        try:
            command = cast(Talk[Any], self._talk).send(cast(Reply, reply))
        except StopIteration as end:
            self._leave(end.value, None)
        except Exception as error:  # noqa: BLE001 - handed to whoever waits
            self._leave(None, error)
        else:
            self._send(command)

    def _send(self, command: bytes) -> None:
        if self._phase == _SESSION:
            self._asked, self._asides = True, 0
            self.deadline = self._owner.now + self._patience
            if not self._outlet.send(command):
                self.cut(Broken.CLOSED)
        else:
            self._leave(None, ChannelLost(cast(Broken, self.why or Broken.CLOSED)))

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
