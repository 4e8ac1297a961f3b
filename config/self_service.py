"""Self-service in this process: who is let in, what leads him, and who is told of it."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from agent_ui.ports import Intake
from config.published_flows import Heard, PublishedFlows
from config.queueing import QueuePlan
from config.settings import Settings
from crm_core.database import Database
from crm_core.errors import StorageAway
from crm_core.ids import new_id
from crm_core.selfservice import visits
from crm_core.selfservice.answers import OPEN_TO_ALL, BranchItem, ProductItem
from crm_core.selfservice.looking_up import Answers
from crm_core.selfservice.pin_hashes import PinHashes
from crm_core.selfservice.pins import Pins
from crm_core.selfservice.visits import Visit
from ivr.agi.channel import Channel
from ivr.agi.options import AgiOptions
from ivr.agi.request import Request
from ivr.agi.server import AgiServer
from ivr.at_bank import AtBank, Counter
from ivr.diary import Diary
from ivr.session import Session
from ivr.speech.told import Name
from ivr.steps.acts import Caller, End
from routing.facts import Fact, SelfService, SelfServiceEnded, SelfServiceProgressed
from routing.ids import CallId, FactId, FlowId, QueueId, ScheduleId
from routing.loop import Overloaded, RoutingLoop
from routing.notices import CallView
from routing.ports import Clock
from routing.terms import CallState

WRITE_EVERY = 2.0
"""Seconds between two looks at visits that are over."""
MOST_UNWRITTEN = 10_000
"""Visits that are kept while SQL is away; older ones are lost, and only the figures miss them."""

_log = logging.getLogger(__name__)


class Keypads:
    """Serves callers at their keypads. `call` tells how a call stands, `survey_of` which flow asks
    a queue's callers how it was; `messages` is the folder of what callers leave, `public` the
    address at which Asterisk finds it, if it is another one."""

    def __init__(
        self,
        options: AgiOptions,
        flows: PublishedFlows,
        counter: Counter,
        *,
        clock: Clock,
        intake: Intake,
        call: Callable[[CallId], CallView | None],
        survey_of: Callable[[QueueId], FlowId | None],
        messages: Path,
        public: str = "",
    ) -> None:
        self.flows = flows
        self._counter = counter
        self._clock = clock
        self._intake = intake
        self._call = call
        self._survey_of = survey_of
        self._messages = messages
        self._options = options
        self._public = public
        self._here: set[CallId] = set()
        self._unwritten: deque[Visit] = deque(maxlen=MOST_UNWRITTEN)
        self.server: AgiServer | None = None

    def listen(self) -> None:
        """Take the port. Raises OSError."""
        self._messages.mkdir(parents=True, exist_ok=True, mode=0o700)
        server = AgiServer(self._serve, self._options, admit=self._may_come)
        server.listen()
        self.server = server

    @property
    def address(self) -> str:
        """Where Asterisk finds it, host:port; empty while it does not listen."""
        if self.server is None:
            return ""
        return self._public or f"{self._options.host}:{self.server.port}"

    @property
    def pin_tries(self) -> Mapping[str, int]:
        """PINs keyed, by what came of them."""
        return self._counter.pins.counts

    async def run(self) -> None:
        """Serve until cancelled."""
        assert self.server is not None, "listen first"
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self.flows.run())
                group.create_task(self._write_visits())
                group.create_task(self.server.run())
        finally:
            await write_down(self._counter.db, self._unwritten)

    def _may_come(self, request: Request) -> bool:
        """Only a call that was sent to its keypad, or that stays for its queue's survey; once."""
        call = self._call(CallId(request.unique_id))
        if call is None or call.call in self._here or self.flows.of(request.flow) is None:
            return False
        asked = call.answered_at is not None and request.flow == self._survey_of(call.queue)
        if call.state is not CallState.SELF_SERVICE and not asked:
            return False
        self._here.add(call.call)
        return True

    async def _serve(self, channel: Channel) -> None:
        id_ = CallId(channel.unique_id)
        call, heard = self._call(id_), self.flows.of(channel.flow)
        try:
            if call is not None and heard is not None:
                await self._lead(channel, call, heard)
        finally:
            self._here.discard(id_)

    async def _lead(self, channel: Channel, call: CallView, heard: Heard) -> None:
        flow = heard.flow
        teller = _Teller(self._intake, self._clock, call.call)
        diary = Diary(flow, call.call, self._clock.now())
        suggested = tuple(one.party for one in call.candidates)
        session = Session(
            channel,
            flow,
            words=heard.book,
            bank=AtBank(
                self._counter,
                call=call.call,
                flow=flow.flow,
                number=call.number,
                suggested=suggested,
            ),
            listener=teller,
            message=str(self._messages / new_id()),
            watch=lambda before, what, now: diary.note(before, what, now, self._clock.now()),
        )
        try:
            await session.run(_caller(call))
        finally:
            if teller.last is not None:
                service, end = teller.last
                self._unwritten.append(diary.visit(service, end.end, self._clock.now()))

    async def _write_visits(self) -> None:
        while True:
            await asyncio.sleep(WRITE_EVERY)
            await write_down(self._counter.db, self._unwritten)


class _Teller:
    """Tells routing how far a caller is. Implements `ivr.ports.Listener`."""

    def __init__(self, intake: Intake, clock: Clock, call: CallId) -> None:
        self._intake = intake
        self._clock = clock
        self._call = call
        self.last: tuple[SelfService, End] | None = None

    def progressed(self, service: SelfService) -> None:
        id_, at = self._new()
        self._submit(SelfServiceProgressed(id=id_, at=at, call=self._call, service=service))

    def ended(self, service: SelfService, end: End) -> None:
        self.last = service, end
        id_, at = self._new()
        self._submit(
            SelfServiceEnded(
                id=id_,
                at=at,
                call=self._call,
                service=service,
                end=end.end,
                queue=end.queue,
                agent=end.agent,
            )
        )

    def _new(self) -> tuple[FactId, datetime]:
        return FactId(f"keypad:{self._call}:{new_id()}"), self._clock.now()

    def _submit(self, fact: Fact) -> None:
        """A loop that takes nothing more hears of him from Asterisk, as of a session that broke."""
        try:
            self._intake.submit(fact)
        except Overloaded:
            _log.warning("keypads.not_told call=%s", self._call)


async def write_down(db: Database, unwritten: deque[Visit]) -> None:
    """Write down visits that are over, the oldest first; while SQL is away they stay."""
    while unwritten:
        visit = unwritten[0]
        try:
            async with db.unit_of_work() as session:
                await visits.keep(session, visit)
        except StorageAway:
            return
        if unwritten and unwritten[0] is visit:
            unwritten.popleft()


def _caller(call: CallView) -> Caller:
    alone = call.candidates[0] if len(call.candidates) == 1 else None
    return Caller(
        number=call.number,
        language=call.language or (alone.language if alone else ""),
        suggested=alone.party if alone else None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """What self-service stands on."""

    db: Database
    clock: Clock
    loop: RoutingLoop
    plan: QueuePlan
    pin_hashes: PinHashes
    holds: Callable[[ScheduleId], bool]
    messages: Path
    """The folder of what callers leave."""
    sounds: Path | None
    """The private node's folder of sounds."""


def build_keypads(settings: Settings, behind: Behind) -> Keypads:
    """Join the parts."""
    answers = Answers(behind.db)
    surveys = {queue.queue: queue.survey for queue in behind.plan.queues}
    return Keypads(
        AgiOptions(
            host=settings.agi_host, port=settings.agi_port, allowed_peers=settings.agi_peers
        ),
        PublishedFlows(
            behind.db, settings.config_dir, sounds=behind.sounds, names=partial(names_of, answers)
        ),
        Counter(
            db=behind.db,
            pins=Pins(behind.db, behind.pin_hashes),
            answers=answers,
            holds=behind.holds,
        ),
        clock=behind.clock,
        intake=behind.loop,
        call=lambda call: behind.loop.engine.call(call),
        survey_of=surveys.get,
        messages=behind.messages,
        public=settings.public_agi,
    )


async def names_of(answers: Answers) -> list[Name]:
    """What of the bank's own names a caller may hear: branches, their addresses, products."""
    nobody = CallId("")
    found: list[Name] = []
    for service in sorted(OPEN_TO_ALL):
        answer = await answers.answer(service, party=None, level=0, call=nobody)
        for item in answer.items:
            if isinstance(item, BranchItem | ProductItem):
                found.append(Name(item.names))
            if isinstance(item, BranchItem):
                found.append(Name(item.address))
    return found
