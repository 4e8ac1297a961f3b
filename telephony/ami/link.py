"""One session with one Asterisk: connect, log in, send, watch, end. Never reconnects.

Built on panoramisk through its own hooks: `protocol_factory` puts our decoder in the place of its
parser, `forgetable_actions` says that every action may be forgotten, so that nothing is ever kept
for sending again, and its pinger is our watchdog's clock. A new link is made for each session,
so no state survives from one to the next.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Container
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from panoramisk.ami_protocol import AMIProtocol
from panoramisk.manager import Manager

from telephony.ami.actions import SESSION_ACTIONS, Action, wire_headers
from telephony.ami.counters import AmiCounters
from telephony.ami.errors import NotSent, OutcomeUnknown
from telephony.ami.messages import AmiEvent, LinkDown, LinkLoss, LinkUp, Response
from telephony.ami.options import AmiOptions
from telephony.ami.stream import EventStream
from telephony.ami.waits import ListWait, Wait
from telephony.ami.wire import Decoder

MISSED_PINGS = 2
"""Whole intervals without a byte, after a ping went out, that make a peer dead."""

_PANORAMISK_LOG = logging.getLogger("telephony.ami.panoramisk")
# panoramisk logs whole messages and actions, secrets and numbers included.
_PANORAMISK_LOG.disabled = True


class _Every(Container[object]):
    def __contains__(self, item: object) -> bool:
        return True


class GuardedProtocol(AMIProtocol):  # type: ignore[misc]  # panoramisk has no types
    """panoramisk's protocol with the receiving side handed to the link."""

    def __init__(self, link: Link) -> None:
        self.link = link

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.log = _PANORAMISK_LOG

    def data_received(self, data: bytes) -> None:
        self.link.received(data)

    def connection_lost(self, exc: BaseException | None) -> None:
        self.link.lost(LinkLoss.CUT, type(exc).__name__ if exc else "closed by the peer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What outlives a session: settings, the stream, the counters, the clock, the id source."""

    options: AmiOptions
    stream: EventStream
    counters: AmiCounters
    clock: Callable[[], datetime]
    own_ids: str
    next_id: Callable[[], str]


class Link(Manager):  # type: ignore[misc]  # panoramisk has no types
    """Open it once; `ended` is set when it is over, `reason` says why."""

    def __init__(self, shared: Shared, *, session: int) -> None:
        options = shared.options
        super().__init__(
            host=options.host,
            port=options.port,
            ssl=options.tls or False,
            loop=asyncio.get_running_loop(),
            log=_PANORAMISK_LOG,
            protocol_factory=partial(GuardedProtocol, self),
            forgetable_actions=_Every(),
        )
        self.ping_delay = self.ping_interval = options.ping_interval
        self.shared = shared
        self.session = session
        self.decoder = Decoder(
            wanted=options.wanted_events,
            max_message=options.max_message,
            own_ids=shared.own_ids,
        )
        self.ended = asyncio.Event()
        self.reason: LinkLoss | None = None
        self.responses: dict[str, Wait] = {}
        self.abandoned_lists: set[str] = set()
        self._heard = True
        self._missed = 0

    # -- opening -------------------------------------------------------------------------------

    async def open(self) -> None:
        """Connect and log in. OSError or TimeoutError: unreachable; Refused: not let in."""
        options = self.shared.options
        async with asyncio.timeout(options.connect_timeout):
            await self.connect()
        login = Action(
            "Login",
            (
                ("Username", options.username),
                ("Secret", options.secret),
                ("Events", options.event_mask),
            ),
        )
        headers = wire_headers(login, self.shared.next_id(), allowed=SESSION_ACTIONS)
        wait = Wait(headers, on_reply=self._logged_in)
        self._write(wait)
        await self._finish(wait, options.login_timeout)

    def connection_made(self, connecting: asyncio.Task[Any]) -> None:
        """panoramisk's callback; its own would try again by itself after a failure."""
        if connecting.cancelled() or connecting.exception() is not None:
            return
        super().connection_made(connecting)
        if self.reason is not None:
            self._cut()

    def _logged_in(self, _reply: Response) -> None:
        # Called in the middle of a batch, so that LinkUp stands before the session's events.
        self.authenticated = True
        shared = self.shared
        shared.stream.announce(
            LinkUp(
                node=shared.options.node,
                session=self.session,
                version=self.decoder.version,
                at=shared.clock(),
            )
        )

    # -- sending -------------------------------------------------------------------------------

    def begin(self, headers: dict[str, str | list[str]]) -> Wait:
        """Write checked headers now; `finish` waits for the reply. Raises NotSent."""
        wait = Wait(headers, on_reply=_nothing)
        self._write(wait)
        return wait

    async def finish(self, wait: Wait, seconds: float) -> Response:
        """Wait for the reply to what `begin` wrote."""
        result: Response = await self._finish(wait, seconds)
        return result

    async def request_list(
        self, headers: dict[str, str | list[str]], seconds: float
    ) -> list[AmiEvent]:
        """Send checked headers, wait for the whole list."""
        wait = ListWait(headers, on_reply=_nothing, limit=self.shared.options.max_list)
        self.decoder.open_lists += 1
        try:
            self._write(wait)
            result: list[AmiEvent] = await self._finish(wait, seconds)
            return result
        except OutcomeUnknown:
            self.abandoned_lists.add(wait.id)
            raise
        finally:
            self.decoder.open_lists -= 1

    def _write(self, wait: Wait) -> None:
        if self.reason is not None or self.protocol is None:
            raise NotSent("the link is down")
        transport = self.protocol.transport
        if transport.get_write_buffer_size() > self.shared.options.max_unsent:
            raise NotSent("the link is congested")
        self.protocol.send(wait)

    async def _finish(self, wait: Wait, seconds: float) -> Any:
        try:
            async with asyncio.timeout(seconds):
                return await wait.future
        except TimeoutError:
            raise OutcomeUnknown(f"no reply within {seconds:g} s") from None
        finally:
            if self.protocol is not None:
                self.protocol.responses.pop(wait.id, None)

    # -- receiving -----------------------------------------------------------------------------

    def received(self, data: bytes) -> None:
        """One read: decode, complete waits, queue events in order."""
        self._heard = True
        if self.reason is not None:
            return
        shared = self.shared
        shared.counters.bytes_received += len(data)
        messages = self.decoder.feed(data, shared.clock())
        if self.responses or self.abandoned_lists:
            messages = [m for m in messages if not self._answers(m)]
        events = [m for m in messages if type(m) is AmiEvent]
        shared.counters.stray_replies += len(messages) - len(events)
        if events and not shared.stream.offer(events):
            self.lost(LinkLoss.OVERFLOW, f"{len(shared.stream)} events wait for the consumer")
        elif self.decoder.violation:
            self.lost(LinkLoss.VIOLATION, self.decoder.violation)
        shared.counters.events_delivered += len(events)
        shared.counters.queue_peak = max(shared.counters.queue_peak, len(shared.stream))

    def _answers(self, message: AmiEvent | Response) -> bool:
        """Whether the message belongs to an action of ours; completes it if it can."""
        action_id = message.fields.get("ActionID", "")
        wait: Wait | None = self.responses.get(action_id)
        if wait is None:
            return self._belongs_to_abandoned(action_id, message)
        if isinstance(message, AmiEvent) and not isinstance(wait, ListWait):
            return False
        if wait.add_message(message):
            del self.responses[action_id]
        return True

    def _belongs_to_abandoned(self, action_id: str, message: AmiEvent | Response) -> bool:
        if action_id not in self.abandoned_lists:
            return False
        if message.fields.get("EventList", "").lower() == "complete":
            self.abandoned_lists.discard(action_id)
        return True

    # -- watching and ending -------------------------------------------------------------------

    def ping(self) -> None:
        """panoramisk's timer. Counts intervals, not seconds: a stall of our own process must
        not look like a dead peer, and after it unread bytes are heard before the next tick."""
        # Before the login is answered its own time-out watches (a bad one takes Asterisk 1 s).
        idle = self.authenticated and not self._heard
        self._missed = self._missed + 1 if idle else 0
        self._heard = False
        if self._missed >= MISSED_PINGS:
            self.lost(LinkLoss.SILENT, f"nothing heard for {self._missed} pings")
            return
        self.pinger = self.loop.call_later(self.ping_interval, self.ping)
        self.absorb_counts()
        if self.authenticated:
            headers = wire_headers(Action("Ping"), self.shared.next_id(), allowed=SESSION_ACTIONS)
            wait = Wait(headers, on_reply=_nothing)
            wait.future.add_done_callback(_retrieve)
            self.protocol.send(wait)

    def lost(self, reason: LinkLoss, detail: str) -> None:
        """End the session, once: fail every wait, announce, cut. The first reason counts."""
        if self.reason is not None:
            return
        self.reason = reason
        self.absorb_counts()
        for wait in list(self.responses.values()):
            wait.fail(OutcomeUnknown(f"link lost before the reply: {reason}"))
        self.responses.clear()
        if self.authenticated:
            self.authenticated = False
            self._announce_down(reason, detail)
        self._cut()
        self.ended.set()

    def _announce_down(self, reason: LinkLoss, detail: str) -> None:
        shared = self.shared
        shared.counters.links_lost[reason] += 1
        shared.stream.announce(
            LinkDown(
                node=shared.options.node,
                session=self.session,
                reason=reason,
                detail=detail,
                at=shared.clock(),
            )
        )

    def _cut(self) -> None:
        self.close()
        if self.protocol is not None:
            # close() alone would wait for ever to flush towards a frozen peer.
            self.protocol.transport.abort()

    def absorb_counts(self) -> None:
        """Carry what the decoder has counted since the last time over to the client's totals."""
        counters, decoder = self.shared.counters, self.decoder
        counters.events_skipped += decoder.take_skipped()
        counters.malformed_messages += decoder.malformed
        counters.undecodable_messages += decoder.undecodable
        decoder.malformed = decoder.undecodable = 0


def _nothing(_reply: Response) -> None:
    """For waits whose result is taken from the future."""


def _retrieve(future: asyncio.Future[object]) -> None:
    """Nobody awaits a ping: look at its error, so that asyncio does not complain."""
    if not future.cancelled():
        future.exception()
