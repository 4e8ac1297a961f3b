"""The bank, to one caller: whom he means, his PIN, his questions. Implements `ivr.ports.Bank`.

What he types is held no longer than it takes to hand it on.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog

from crm_core.database import Database
from crm_core.errors import StorageAway
from crm_core.selfservice import clients, message_tasks, surveys
from crm_core.selfservice.answers import Answer, Service
from crm_core.selfservice.clients import Account, EntryKind
from crm_core.selfservice.looking_up import Answers
from crm_core.selfservice.pins import Pins
from ivr.steps.acts import Found, PinChecked, PinChosen
from routing.ids import CallId, FlowId, PartyId, ScheduleId

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """What the bank has for all callers."""

    db: Database
    pins: Pins
    answers: Answers
    holds: Callable[[ScheduleId], bool]


class AtBank:
    """One caller at the counter. `number` is his, in E.164; `suggested` whom it suggests."""

    def __init__(
        self,
        counter: Counter,
        *,
        call: CallId,
        flow: FlowId,
        number: str | None,
        suggested: Sequence[PartyId],
    ) -> None:
        self._counter = counter
        self._call = call
        self._flow = flow
        self._number = number
        self._suggested = tuple(suggested)
        self._account: Account | None = None
        self._proved: PartyId | None = None

    async def find(self, entry: str) -> Found:
        """Take an entry; what it means is kept here."""
        self._account = None
        try:
            async with self._counter.db.reading() as session:
                found = await clients.find(session, entry, suggested=self._suggested)
        except StorageAway:
            _log.warning("self_service.storage_away", call=self._call, wanted="client")
            return Found(by=EntryKind.CLIENT_NUMBER)
        self._account = found
        return Found(by=found.by)

    async def check_pin(self, pin: str) -> PinChecked:
        """Try a PIN for whoever was found or is suggested."""
        try:
            account = await self._meant()
            if account is None:
                return PinChecked()
            tried = await self._counter.pins.check(
                account, pin, caller=self._number, call=self._call
            )
        except StorageAway:
            _log.warning("self_service.storage_away", call=self._call, wanted="pin")
            return PinChecked()
        self._proved = tried.party or self._proved
        return PinChecked(party=tried.party, level=int(tried.level), more=tried.more)

    async def choose_pin(self, code: str, pin: str) -> PinChosen:
        """Set a new PIN for whoever was found or is suggested."""
        try:
            account = await self._meant()
            if account is None:
                return PinChosen(done=False)
            choice = await self._counter.pins.choose(
                account, code, pin, caller=self._number, call=self._call
            )
        except StorageAway:
            _log.warning("self_service.storage_away", call=self._call, wanted="new_pin")
            return PinChosen(done=False)
        return PinChosen(done=choice.done, weak=choice.weak)

    async def answer(self, service: Service, party: PartyId | None, level: int) -> Answer:
        """Ask for him."""
        return await self._counter.answers.answer(
            service, party=party, level=level, call=self._call
        )

    async def was_told(self, answer: Answer, party: PartyId) -> None:
        """He heard the answer to its end."""
        await self._counter.answers.told(answer, party=party, call=self._call)

    async def keep_answer(self, question: str, value: int) -> None:
        """Keep what he answered; an answer that is lost is none."""
        said = surveys.Said(call=self._call, flow=self._flow, question=question, value=value)
        try:
            async with self._counter.db.unit_of_work() as session:
                await surveys.keep(session, said)
        except StorageAway:
            _log.warning("self_service.storage_away", call=self._call, wanted="survey")

    async def keep_message(self, name: str) -> None:
        """Have the message heard that he left; without the bank it stands on his card alone."""
        alone = self._suggested[0] if len(self._suggested) == 1 else None
        try:
            async with self._counter.db.unit_of_work() as session:
                await message_tasks.have_heard(
                    session, name, call=self._call, party=self._proved or alone
                )
        except StorageAway:
            _log.warning("self_service.storage_away", call=self._call, wanted="message")

    def holds(self, schedule: ScheduleId) -> bool:
        """Whether it is open by a schedule now."""
        return self._counter.holds(schedule)

    async def _meant(self) -> Account | None:
        """Whom he entered, or else the only party that his number suggests."""
        if self._account is None and len(self._suggested) == 1:
            async with self._counter.db.reading() as session:
                self._account = await clients.of_party(session, self._suggested[0])
        return self._account
