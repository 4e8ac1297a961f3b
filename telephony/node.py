"""One Asterisk node: its events in, our commands out, its state compared, our heartbeat given.

After each login nothing is offered on the node until its snapshot has become facts. A node whose
port refuses connections is dead and its calls with it; one that is merely silent may live on.
"""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog

from routing.commands import CallCommand
from routing.facts import (
    NodeConnected,
    NodeDisconnected,
    NodeLost,
    NodeSynced,
)
from routing.ids import CallId, FactId, NodeId
from routing.notices import CallView
from routing.ports import Clock
from telephony.ami import (
    AmiClient,
    AmiError,
    AmiEvent,
    LinkDown,
    LinkUp,
    action,
)
from telephony.dispatch import Dispatcher, Submit
from telephony.endpoints import EndpointBook
from telephony.extensions import Extensions
from telephony.news.seen import Classify, Normalise, unclassified
from telephony.node_time import NodeTime
from telephony.orders import Ways
from telephony.resync import Snapshot, differences, phones, tell
from telephony.translate import Translator

_log = structlog.get_logger(__name__)

HEARTBEAT = "TELLERLINE_HEARTBEAT"
KEYPADS = "TELLERLINE_AGI"
"""Where the dialplan finds who serves callers by their keypads, host:port; empty: nobody does."""
DEVICE_CHANGED = "DeviceStateChange"
EPOCH = "EPOCH"
"""What `Getvar` tells the node's time by, in seconds."""

Believed = Callable[[NodeId], Iterable[CallView]]


def nobody() -> str:
    """For a node whose callers serve themselves nowhere."""
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeOptions:
    """Times in seconds."""

    heartbeat: float = 1.0
    compare_every: float = 30.0
    compare_again: float = 1.0
    lost_after: float = 3.0
    """How long a port must refuse us until its calls count as lost."""
    resync_retry: float = 1.0


@dataclass(slots=True)
class NodeCounters:
    """What happened on this node since the start."""

    resyncs: int = 0
    repairs: int = 0
    comparisons: int = 0


class AsteriskNode:
    """Owns one AMI link. `run` lives in its owner's task group."""

    def __init__(
        self,
        node: NodeId,
        client: AmiClient,
        book: EndpointBook,
        normalise: Normalise,
        *,
        submit: Submit,
        believed: Believed,
        alive: Callable[[], bool],
        clock: Clock,
        options: NodeOptions | None = None,
        ways: Ways | None = None,
        classify: Classify = unclassified,
        keypads: Callable[[], str] = nobody,
    ) -> None:
        self.node = node
        self.client = client
        self.counters = NodeCounters()
        self.extensions = Extensions()
        self._book = book
        self._translator = Translator(node, book, normalise, classify)
        self._submit = submit
        self._believed = believed
        self._alive = alive
        self._clock = clock
        self._keypads = keypads
        self._options = options or NodeOptions()
        self._time = NodeTime()
        self._dispatcher = Dispatcher(
            node,
            client,
            book,
            lambda: self._translator.picture,
            ways=ways or Ways(),
            submit=submit,
            clock=clock,
        )
        self._synced = asyncio.Event()
        self._one_at_a_time = asyncio.Lock()
        """Either an event is taken or the picture is drawn anew: what happens after a snapshot
        was made must not be forgotten with the old picture."""
        self._when_synced: list[Callable[[], None]] = []

    @property
    def outcomes(self) -> dict[str, int]:
        """Return how many commands of each kind came out how."""
        return self._dispatcher.outcomes

    @property
    def is_synced(self) -> bool:
        """Tell whether offers may be made on this node."""
        return self._synced.is_set()

    def on_synced(self, wake: Callable[[], None]) -> None:
        """Call `wake` after each resynchronisation."""
        self._when_synced.append(wake)

    async def run(self) -> None:
        """Serve the node until cancelled."""
        async with asyncio.TaskGroup() as group:
            self._dispatcher.group = group
            group.create_task(self.client.run())
            group.create_task(self._consume())
            group.create_task(self._beat())
            group.create_task(self._compare())
            group.create_task(self._watch_for_loss())

    def carry_out(self, command: CallCommand) -> None:
        """Send a command's actions, in order with those before it; its outcome becomes a fact."""
        self._dispatcher.carry_out(command)

    async def digits(self, call: CallId, digits: str) -> None:
        """Play DTMF to the customer. The digits are neither logged nor kept."""
        await self._dispatcher.digits(call, digits)

    # ── Events ──────────────────────────────────────────────────────────────────────────────

    async def _consume(self) -> None:
        async for item in self.client.events():
            async with self._one_at_a_time:
                match item:
                    case AmiEvent():
                        self._take(item)
                    case LinkUp():
                        await self._resync_until_done(item)
                    case LinkDown():
                        self._link_down(item)

    def _take(self, event: AmiEvent) -> None:
        stamped = event.timestamp
        if stamped is not None:
            self._time.stamped(stamped, event.received_at)
        if event.name == DEVICE_CHANGED:
            self.extensions.changed(event)
        for fact in self._translator.facts(event):
            self._submit(fact)
        self._dispatcher.let_in()

    def _link_down(self, item: LinkDown) -> None:
        self._synced.clear()
        self._dispatcher.link_down()
        self.extensions.link_down(item.at)
        self._translator.picture.placing.clear()  # the next snapshot tells what came of it
        self._submit(
            NodeDisconnected(
                id=FactId(f"down:{self.node}:{item.at.timestamp()}"),
                at=item.at,
                node=self.node,
                reason=str(item.reason),
            )
        )

    # ── Resynchronisation ───────────────────────────────────────────────────────────────────

    async def _resync_until_done(self, item: LinkUp) -> None:
        self._submit(
            NodeConnected(
                id=FactId(f"up:{self.node}:{item.at.timestamp()}"), at=item.at, node=self.node
            )
        )
        while self.client.is_up:
            try:
                await self._resync()
                return
            except AmiError as error:
                _log.warning("resync failed", node=self.node, why=type(error).__name__)
                await asyncio.sleep(self._options.resync_retry)

    async def _resync(self, repairs: int = 0) -> None:
        await self.client.send(action("Setvar", Variable=KEYPADS, Value=self._keypads()))
        snapshot = await self._snapshot()
        self.extensions.drawn(snapshot.at, snapshot.devices)
        facts = tell(snapshot, self._translator, self._book, self._believed(self.node))
        self._dispatcher.let_in()
        for fact in facts:
            self._submit(fact)
        await self._give_heartbeat()
        self.counters.resyncs += 1
        self.counters.repairs += repairs
        self._submit(
            NodeSynced(
                id=FactId(f"synced:{self.node}:{snapshot.at.timestamp()}"),
                at=self._clock.now(),
                node=self.node,
                repairs=repairs,
            )
        )
        self._synced.set()
        for wake in self._when_synced:
            wake()

    async def _snapshot(self) -> Snapshot:
        asked_at = await self._ask_time()
        beat = await self.client.send(action("Getvar", Variable=HEARTBEAT))
        channels = await self.client.send_list(action("CoreShowChannels"))
        devices = await self.client.send_list(action("DeviceStateList"))
        # A node that has just started has not heard our heartbeat yet.
        fresh = beat.fields.get("Value", "0") in ("", "0")
        booted_at = asked_at if fresh else datetime.min.replace(tzinfo=UTC)
        return Snapshot(at=asked_at, booted_at=booted_at, channels=channels, devices=devices)

    async def tell_phones(self) -> None:
        """Tell how the phones in use stand, as facts. Raises AmiError."""
        asked_at = await self._ask_time()
        devices = await self.client.send_list(action("DeviceStateList"))
        self.extensions.drawn(asked_at, devices)
        for fact in phones(asked_at, devices, self._book):
            self._submit(fact)

    async def _ask_time(self) -> datetime:
        """Ask for the time by the node's clock. A snapshot bears the time at which it was asked
        for: whatever the node stamps later is newer, even if it arrives first."""
        sent_at = self._clock.now()
        reply = await self.client.send(action("Getvar", Variable=EPOCH))
        told, replied_at = reply.fields.get("Value", ""), self._clock.now()
        if told.isdecimal():
            self._time.asked(int(told), sent_at=sent_at, replied_at=replied_at)
        return self._time.now(replied_at)

    async def _compare(self) -> None:
        while True:
            await asyncio.sleep(self._options.compare_every)
            if not self.is_synced:
                continue
            try:
                lasting = await self._lasting_differences()
                self.counters.comparisons += 1
                if lasting:
                    _log.warning("picture repaired", node=self.node, differences=len(lasting))
                    await self._repair(len(lasting))
            except AmiError as error:
                _log.warning("comparison failed", node=self.node, why=type(error).__name__)

    async def _repair(self, differing: int) -> None:
        async with self._one_at_a_time:
            if self.is_synced:
                await self._resync(repairs=differing)

    async def _lasting_differences(self) -> frozenset[str]:
        """Events may be under way: only what still differs a moment later is a loss."""
        first = differences(await self._snapshot(), self._translator.picture, self._book)
        if not first:
            return first
        await asyncio.sleep(self._options.compare_again)
        return first & differences(await self._snapshot(), self._translator.picture, self._book)

    # ── Life signs ──────────────────────────────────────────────────────────────────────────

    async def _beat(self) -> None:
        while True:
            if self.is_synced and self._alive():
                try:
                    await self._give_heartbeat()
                except AmiError as error:
                    _log.warning("heartbeat failed", node=self.node, why=type(error).__name__)
            await asyncio.sleep(self._options.heartbeat)

    async def _give_heartbeat(self) -> None:
        seconds = int((await self._ask_time()).timestamp())
        await self.client.send(action("Setvar", Variable=HEARTBEAT, Value=str(seconds)))

    async def _watch_for_loss(self) -> None:
        refused_since: datetime | None = None
        told = False
        while True:
            await asyncio.sleep(self._options.heartbeat / 2)
            if self.client.is_up or not await self._refuses():
                refused_since, told = None, False
                continue
            now = self._clock.now()
            refused_since = refused_since or now
            if not told and (now - refused_since).total_seconds() >= self._options.lost_after:
                told = True
                name = FactId(f"lost:{self.node}:{now.timestamp()}")
                self._submit(NodeLost(id=name, at=now, node=self.node))

    async def _refuses(self) -> bool:
        """Tell whether nobody listens on the node's port: the machine lives, Asterisk does not."""
        options = self.client.options
        try:
            async with asyncio.timeout(options.connect_timeout):
                _, writer = await asyncio.open_connection(options.host, options.port)
        except ConnectionRefusedError:
            return True
        except (OSError, TimeoutError):
            return False
        writer.close()
        return False
