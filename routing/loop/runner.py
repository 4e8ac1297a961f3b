"""The loop: fact -> decision -> record -> effect, one at a time and in order.

Nothing else writes routing state. Effects never answer into a decision: what came of them
arrives here again as a fact. If the journal cannot be written, nothing takes effect: the fact
waits, and callers are served by Asterisk's own queue once the heartbeat stops.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from routing.commands import CallCommand, IdentifyCaller
from routing.decision import Decision
from routing.engine import Engine
from routing.facts import CallerIdentified, Candidate, Fact, TimePassed
from routing.ids import FactId
from routing.loop.journal import FileJournal
from routing.notices import Notice
from routing.ports import Broadcaster, Clock, Directory, Telephony

_log = logging.getLogger(__name__)


BATCH = 64
"""Facts taken in one go before others on the event loop get their turn."""


class Overloaded(Exception):
    """The loop's inbox is full; the sender must resynchronise instead of losing facts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoopOptions:
    """Bounds of the loop; times in seconds."""

    inbox: int = 50_000
    directory_timeout: float = 0.15
    journal_retry: float = 0.5


class RoutingLoop:
    """Feeds one engine. `run` lives as long as its owner's task group."""

    def __init__(
        self,
        journal: FileJournal,
        clock: Clock,
        telephony: Telephony,
        directory: Directory,
        broadcaster: Broadcaster,
        options: LoopOptions | None = None,
    ) -> None:
        self._options = options or LoopOptions()
        self._journal = journal
        self._clock = clock
        self._telephony = telephony
        self._directory = directory
        self._broadcaster = broadcaster
        self._inbox: deque[Fact] = deque()
        self._awake = asyncio.Event()
        self._recorded: list[Callable[[], None]] = []
        self._last_turn: datetime | None = None
        self.engine = Engine()
        self.differences = 0
        """Decisions of the last replay that came out otherwise than recorded; 0 is right."""
        self.defects = 0
        """Facts, commands and notices that something of ours could not take; 0 is right."""

    def recover(self) -> int:
        """Rebuild the engine from the journal and begin a new segment; return facts replayed."""
        checkpoint, entries = self._journal.recover()
        if checkpoint is not None:
            self.engine = Engine.restore(checkpoint)
        self.differences = 0
        for entry in entries:
            if self.engine.apply(entry.fact) != entry.decision:
                self.differences += 1
        if self.differences:
            _log.error("replay.differs count=%d of=%d", self.differences, len(entries))
        self._open_segment()
        return len(entries)

    def submit(self, fact: Fact) -> None:
        """Hand in a fact, from the loop's own thread. Raises Overloaded when the inbox is full."""
        if len(self._inbox) >= self._options.inbox:
            raise Overloaded("the routing loop's inbox is full")
        self._inbox.append(fact)
        self._awake.set()

    def on_recorded(self, wake: Callable[[], None]) -> None:
        """Call `wake` after each turn, so that readers of the journal need not poll."""
        self._recorded.append(wake)

    def alive_at(self) -> datetime | None:
        """Return when the loop last finished a turn; it takes one at least every second."""
        return self._last_turn

    async def run(self) -> None:
        """Take turns until cancelled."""
        async with asyncio.TaskGroup() as effects:
            while True:
                await self._wait()
                told: list[Notice] = []
                taken = 0
                while self._inbox and taken < BATCH:
                    told += await self._turn(self._inbox.popleft(), effects)
                    taken += 1
                if told:
                    self._show(told)
                self._last_turn = self._clock.now()
                for wake in self._recorded:
                    wake()

    async def _wait(self) -> None:
        """Return when there is a fact, or a deadline has come, or a second has passed."""
        if self._inbox:
            await asyncio.sleep(0)  # others want their turn too
            return
        due = self.engine.next_due()
        wait = 1.0 if due is None else min(1.0, (due - self._clock.now()).total_seconds())
        self._awake.clear()
        alarm = asyncio.get_running_loop().call_later(max(wait, 0.001), self._awake.set)
        try:
            await self._awake.wait()
        finally:
            alarm.cancel()
        now = self._clock.now()
        if not self._inbox and due is not None and due <= now:
            self._inbox.append(TimePassed(id=FactId(f"time:{now.isoformat()}"), at=now))

    async def _turn(self, fact: Fact, effects: asyncio.TaskGroup) -> tuple[Notice, ...]:
        """Take one fact; return what is to be shown once the batch is done."""
        try:
            decision = self.engine.apply(fact)
        except Exception:  # noqa: BLE001 - supervised: logged, counted, rebuilt
            self._set_aside(fact)
            return ()
        await self._record(fact, decision)
        for command in decision.commands:
            if isinstance(command, CallCommand):
                self._carry_out(command)
            elif isinstance(command, IdentifyCaller):
                self._identify_soon(command, effects)
        return decision.notices

    def _set_aside(self, fact: Fact) -> None:
        """A fact that the engine cannot take is left out; the state is rebuilt without it."""
        self.defects += 1
        _log.exception("fact.set_aside kind=%s id=%s", type(fact).__name__, fact.id)
        self._journal.close()
        self.recover()

    def _carry_out(self, command: CallCommand) -> None:
        try:
            self._telephony.carry_out(command)
        except Exception:  # noqa: BLE001 - supervised: logged and counted
            self.defects += 1
            _log.exception("command.not_sent kind=%s id=%s", type(command).__name__, command.id)

    def _show(self, told: Sequence[Notice]) -> None:
        """Screens follow routing; their defects must not hold it up."""
        try:
            self._broadcaster.show(told)
        except Exception:  # noqa: BLE001 - supervised: logged and counted
            self.defects += 1
            _log.exception("notices.not_shown count=%d", len(told))

    async def _record(self, fact: Fact, decision: Decision) -> None:
        while True:
            try:
                self._journal.append(fact, decision)
                break
            except OSError as error:
                _log.error("journal.refused errno=%s", error.errno)
                await asyncio.sleep(self._options.journal_retry)
        if self._journal.is_full():
            self._open_segment()

    def _open_segment(self) -> None:
        try:
            checkpoint = self.engine.dump()
        except ValueError:
            checkpoint = None
        self._journal.open_segment(checkpoint)

    def _identify_soon(self, command: IdentifyCaller, effects: asyncio.TaskGroup) -> None:
        """Ask the directory: in place if it can tell at once, else beside the loop."""
        try:
            known = self._directory.at_once(command.number, proved=command.party)
        except OSError as error:
            _log.warning("directory.silent call=%s why=%s", command.call, type(error).__name__)
            known = ()
        if known is None:
            effects.create_task(self._identify(command))
        else:
            self._identified(command, tuple(known))

    async def _identify(self, command: IdentifyCaller) -> None:
        candidates: tuple[Candidate, ...] = ()
        try:
            async with asyncio.timeout(self._options.directory_timeout):
                told = await self._directory.candidates(command.number, proved=command.party)
                candidates = tuple(told)
        except (OSError, TimeoutError) as error:
            _log.warning("directory.silent call=%s why=%s", command.call, type(error).__name__)
        self._identified(command, candidates)

    def _identified(self, command: IdentifyCaller, candidates: tuple[Candidate, ...]) -> None:
        self.submit(
            CallerIdentified(
                id=FactId(f"identified:{command.id}"),
                at=self._clock.now(),
                call=command.call,
                candidates=candidates,
            )
        )
