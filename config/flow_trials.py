"""A flow tried at the bank that lies in the state folder, without a telephone.

It is a call in all but sound: a wrong PIN counts against the caller's tries, and who was looked up
is in the audit. But nothing counts as told, and no answer to a survey is kept.
"""

from dataclasses import dataclass
from pathlib import Path

from config.keyring import keyring
from config.queueing import read_queues
from config.settings import Settings
from config.storage import on_database
from crm_core import phones
from crm_core.database import Database, moment
from crm_core.ids import new_id
from crm_core.parties.directory import candidates
from crm_core.rules.versions import agents_known
from crm_core.selfservice import flow_versions
from crm_core.selfservice.looking_up import Answers
from crm_core.selfservice.pin_hashes import PinHashes
from crm_core.selfservice.pins import Pins
from crm_core.worktime import calendars
from crm_core.worktime.opening import schedule
from ivr.at_bank import AtBank, Counter
from ivr.flows.agents import with_agents
from ivr.flows.known import Known
from ivr.flows.nodes import Flow
from ivr.flows.reading import read_flow
from ivr.steps.acts import (
    Act,
    Answered,
    AskHours,
    Caller,
    CheckPin,
    ChoosePin,
    Done,
    FindClient,
    Happened,
    HoursTold,
    KeepAnswer,
    PinChecked,
    Query,
)
from ivr.trying import Trial, Words, trial
from routing.facts import Candidate
from routing.ids import CallId, FlowId, PartyId, ScheduleId

_SQLITE = "sqlite:///"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialled:
    """Who calls, as he dials: his number in any format, his language if he is to have one, and
    what he presses."""

    number: str
    language: str
    keys: tuple[str, ...]


def there_is_a_bank(settings: Settings) -> bool:
    """Whether there is a database that could be asked; none is made for a trial."""
    url = settings.database
    return not url.startswith(_SQLITE) or Path(url.removeprefix(_SQLITE)).exists()


def published_flow(settings: Settings, flow: str) -> Flow | None:
    """The version that callers are served by, if one is published. Raises Failed."""

    async def kept(db: Database) -> Flow | None:
        async with db.reading() as session:
            found = (await flow_versions.published(session)).get(FlowId(flow))
            agents = await agents_known(session)
        if found is None:
            return None
        return with_agents(read_flow(found.body, Known(), version=str(found.version)), agents)

    return on_database(settings, kept)


def try_at_bank(settings: Settings, flow: Flow, dialled: Dialled, words: Words) -> Trial:
    """Try the flow at the bank. Raises Failed where its database does not answer."""

    async def work(db: Database) -> Trial:
        number = phones.normalise(dialled.number, settings.region)
        suggested = await _suggested(db, settings, number)
        alone = suggested[0] if len(suggested) == 1 else None
        caller = Caller(
            number=number,
            language=dialled.language or (alone.language if alone else ""),
            suggested=alone.party if alone else None,
        )
        bank = AtBank(
            await _counter(db, settings),
            call=CallId(f"trial-{new_id()}"),
            flow=flow.flow,
            number=number,
            suggested=[one.party for one in suggested],
        )
        return await _led(flow, caller, dialled.keys, words, bank)

    return on_database(settings, work)


async def _suggested(db: Database, settings: Settings, number: str | None) -> list[Candidate]:
    if number is None or number in settings.own_numbers:
        return []
    async with db.reading() as session:
        return await candidates(session, number)


async def _counter(db: Database, settings: Settings) -> Counter:
    """The bank's counter, with the schedules that hold now."""
    async with db.reading() as session:
        calendar, now = await calendars.calendar(session), moment(session)
    opening = read_queues(settings.config_dir).schedules.opening
    holding = {one.schedule for one in opening if schedule(one, calendar, now).holds(now)}

    def holds(asked: ScheduleId) -> bool:
        return asked in holding

    return Counter(
        db=db, pins=Pins(db, PinHashes(keyring(settings))), answers=Answers(db), holds=holds
    )


async def _led(
    flow: Flow, caller: Caller, keys: tuple[str, ...], words: Words, bank: AtBank
) -> Trial:
    proved: tuple[PartyId | None, int] = None, 0
    going = trial(flow, caller, keys, words)
    try:
        act = next(going)
        while True:
            happened = await _happened(bank, act, *proved)
            if isinstance(happened, PinChecked) and happened.party is not None:
                proved = happened.party, happened.level
            act = going.send(happened)
    except StopIteration as over:
        tried: Trial = over.value
        return tried


async def _happened(bank: AtBank, act: Act, party: PartyId | None, level: int) -> Happened:
    match act:
        case FindClient(entry=entry):
            return await bank.find(entry)
        case CheckPin(pin=pin):
            return await bank.check_pin(pin)
        case ChoosePin(code=code, pin=pin):
            return await bank.choose_pin(code, pin)
        case Query(service=service):
            return Answered(answer=await bank.answer(service, party, level))
        case AskHours(schedule=asked):
            return HoursTold(open=bank.holds(asked))
        case KeepAnswer():
            return Done()
    raise TypeError(type(act).__name__)
