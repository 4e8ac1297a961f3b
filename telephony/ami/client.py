"""The guarded AMI client: one Asterisk node, kept connected until told to stop.

Owns reconnecting (with back-off) and the single way in and out: `send`, `send_list`, `events`.
It keeps no action for later: what was not sent raises NotSent, what was sent without an answer
raises OutcomeUnknown, and nothing is ever sent a second time. It takes no decision about calls.

Usage, inside the owner's TaskGroup:

    client = AmiClient(options, clock=utc_now)
    group.create_task(client.run())
    async for item in client.events():      # AmiEvent, LinkUp, LinkDown, in order
        ...

After each LinkUp the owner takes a snapshot: events between a LinkDown and the next LinkUp are
lost. FullyBooted is never waited for: Asterisk sends it only to users with the `system` class.
"""

from __future__ import annotations

import asyncio
import itertools
import secrets
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from typing import Any

import structlog

from telephony.ami.actions import Action, check_request_id, wire_headers
from telephony.ami.backoff import Backoff
from telephony.ami.counters import AmiCounters
from telephony.ami.errors import NotSent, OutcomeUnknown, Refused
from telephony.ami.link import Link, Shared
from telephony.ami.messages import AmiEvent, LinkLoss, Response
from telephony.ami.options import AmiOptions
from telephony.ami.stream import EventStream, Item
from telephony.ami.waits import Wait

_log = structlog.get_logger(__name__)


class LinkStatus(StrEnum):
    """For readiness probes and alarms."""

    STARTING = "starting"
    UP = "up"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    """Reachable, but the login is refused: a person must mend the password or the rights."""
    STOPPED = "stopped"


class AmiClient:
    """Make it inside a running event loop; `run` it once."""

    def __init__(
        self,
        options: AmiOptions,
        *,
        clock: Callable[[], datetime],
        counters: AmiCounters | None = None,
    ) -> None:
        self.options = options
        self.counters = counters or AmiCounters()
        self.status = LinkStatus.STARTING
        self._stream = EventStream(bound=options.queue_bound)
        # Unguessable, so that text smuggled into an event cannot answer an action.
        self._token = secrets.token_hex(8)
        self._numbers = itertools.count(1)
        self._clock = clock
        self._link: Link | None = None
        self._worker: asyncio.Task[None] | None = None
        self._closing = False
        self._finished = asyncio.Event()
        self._unreachable = Backoff(first=options.retry_first, cap=options.retry_cap)
        self._refused = Backoff(first=options.refused_first, cap=options.refused_cap)

    @property
    def is_up(self) -> bool:
        """Logged in and not known to be dead."""
        return self._link is not None and bool(self._link.authenticated)

    async def run(self) -> None:
        """Stay connected until cancelled or closed."""
        if self._worker is not None:
            raise RuntimeError("an AMI client runs once")
        try:
            async with asyncio.TaskGroup() as group:
                self._worker = group.create_task(self._keep_connected())
                if self._closing:
                    self._worker.cancel()
        finally:
            self.status = LinkStatus.STOPPED
            self._stream.close()
            self._finished.set()

    async def close(self) -> None:
        """Stop for good, also in the middle of an outage; returns when nothing is left running."""
        self._closing = True
        if self._worker is not None:
            self._worker.cancel()
            await self._finished.wait()
        self._stream.close()

    def events(self) -> AsyncIterator[Item]:
        """The one ordered stream; ends after `close` or the end of `run`."""
        return self._stream.items()

    async def send(self, act: Action, *, timeout: float | None = None) -> Response:
        """Send once and wait for the reply.

        Originate is answered as soon as it is queued; what became of it is an OriginateResponse
        event whose `request_id` is the action's. Raises InvalidAction, NotSent, Refused,
        OutcomeUnknown.
        """
        return await self.post(act, timeout=timeout)

    def post(self, act: Action, *, timeout: float | None = None) -> Coroutine[Any, Any, Response]:
        """Write the action at once; what is returned waits for the reply and must be awaited.

        Raises InvalidAction and NotSent here, Refused and OutcomeUnknown there.
        """
        headers = self._headers(act)
        try:
            link = self._up()
            wait = link.begin(headers)
        except NotSent:
            self.counters.actions_not_sent[act.name] += 1
            raise
        return self._replied(act, link, wait, timeout or self.options.action_timeout)

    async def _replied(self, act: Action, link: Link, wait: Wait, seconds: float) -> Response:
        with self._counted(act.name):
            return await link.finish(wait, seconds)

    async def send_list(self, act: Action, *, timeout: float | None = None) -> list[AmiEvent]:
        """Send a listing action once and wait for all of its items (without the closing event).

        Events that happened before the snapshot may still wait in `events()`: compare
        `received_at` and `timestamp`. Raises as `send`.
        """
        with self._counted(act.name):
            headers = self._headers(act)
            seconds = timeout or self.options.list_timeout
            return await self._up().request_list(headers, seconds)

    # -- sending -------------------------------------------------------------------------------

    def _up(self) -> Link:
        if self._link is None or not self._link.authenticated:
            raise NotSent("the link is down")
        return self._link

    def _headers(self, act: Action) -> dict[str, str | list[str]]:
        action_id = self._next_id()
        if act.request_id is not None:
            check_request_id(act.request_id)
            action_id = f"{action_id}/{act.request_id}"
        return wire_headers(act, action_id, allowed=self.options.allowed_actions)

    def _next_id(self) -> str:
        return f"{self._token}-{next(self._numbers)}"

    @contextmanager
    def _counted(self, name: str) -> Iterator[None]:
        counters = self.counters
        try:
            yield
        except NotSent:
            counters.actions_not_sent[name] += 1
            raise
        except Refused:
            counters.actions_refused[name] += 1
            raise
        except OutcomeUnknown:
            counters.outcomes_unknown[name] += 1
            raise
        counters.actions_sent[name] += 1

    # -- staying connected ---------------------------------------------------------------------

    async def _keep_connected(self) -> None:
        shared = Shared(
            options=self.options,
            stream=self._stream,
            counters=self.counters,
            clock=self._clock,
            own_ids=self._token,
            next_id=self._next_id,
        )
        while True:
            link = Link(shared, session=self.counters.logins + 1)
            try:
                delay = await self._session(link)
            finally:
                self._link = None
                link.lost(LinkLoss.STOPPED, "told to stop")
            await asyncio.sleep(delay)

    async def _session(self, link: Link) -> float:
        """Open the link and hold it until it ends; the seconds to wait before the next one."""
        self._link = link
        try:
            await link.open()
        except Refused as error:
            self.counters.logins_refused += 1
            self._turn(LinkStatus.REFUSED, error.message)
            return self._refused.next_delay()
        except (OSError, TimeoutError, NotSent, OutcomeUnknown) as error:
            self.counters.connects_failed += 1
            self._turn(LinkStatus.UNREACHABLE, link.reason or type(error).__name__)
            return self._unreachable.next_delay()
        self.counters.logins += 1
        self._refused.reset()
        self._turn(LinkStatus.UP, "")
        return await self._hold(link)

    async def _hold(self, link: Link) -> float:
        clock = asyncio.get_running_loop().time
        since = clock()
        await link.ended.wait()
        if clock() - since >= self.options.stable_after:
            self._unreachable.reset()
        self._turn(LinkStatus.UNREACHABLE, link.reason or "")
        if link.reason is LinkLoss.OVERFLOW:
            # A consumer that is still behind would only overflow again.
            await self._stream.drained()
        return self._unreachable.next_delay()

    def _turn(self, status: LinkStatus, detail: str) -> None:
        """Note the state; one log line for each change, not for each try."""
        if status is self.status:
            return
        self.status = status
        level = _log.info if status is LinkStatus.UP else _log.error
        level("ami link", node=self.options.node, status=status, detail=str(detail))
