"""A caller's way through a flow: what is done at keypad and bank, and what is told of it."""

from collections.abc import Sequence

import pytest

from crm_core.selfservice.answers import Answer, AnswerKind, DebtItem, Service
from ivr.agi.errors import Broken, ChannelLost, HungUp
from ivr.flows.known import Known
from ivr.flows.reading import read_flow
from ivr.session import SERVED, Session
from ivr.speech.phrasebook import Unsaid
from ivr.speech.told import Told
from ivr.steps.acts import Caller, End, Found, PinChecked, PinChosen
from routing.facts import SelfService
from routing.ids import PartyId, ScheduleId
from routing.terms import ServiceEnd
from tests.ivr.steps.told import PARTY, debt

FLOW = read_flow(
    """
flow: f
languages: [en]
start: menu
main: menu
person: person
nodes:
  menu: {menu: one_moment, choices: {1: who, 2: back, 3: message}, gave_up: person}
  message: {record: one_moment, next: menu}
  who: {identify: one_moment, next: pin, gave_up: person}
  pin: {verify: one_moment, wrong: one_moment, verified: look, failed: person}
  look: {look_up: debt, found: tell, none: person, stale: person, away: person, refused: who}
  tell: {speak: debt, next: bye}
  bye: {hang_up: goodbye}
  back: {callback: callback_taken, cannot: person}
  person: {transfer: to_person}
""",
    Known(),
)


class Line:
    """A caller with fixed keys; `leaves` after so many sounds."""

    def __init__(self, *keys: str | Exception, leaves: int = 1_000) -> None:
        self._keys = list(keys)
        self._leaves = leaves
        self.heard: list[str] = []
        self.variables: dict[str, str] = {}
        self.recorded: list[str] = []

    async def tell(self, sounds: Sequence[str], keys: str) -> str:
        self.heard += sounds
        if len(self.heard) > self._leaves:
            raise HungUp
        return ""

    async def ask(
        self, sounds: Sequence[str], *, most: int, ends: str, seconds: int, secret: bool
    ) -> str | None:
        await self.tell(sounds, "")
        key = self._keys.pop(0) if self._keys else None
        if isinstance(key, Exception):
            raise key
        return key

    async def record(self, file: str, seconds: int) -> bool:
        self.recorded.append(file)
        return True

    async def set_variable(self, name: str, value: str) -> None:
        self.variables[name] = value


class Words:
    def __init__(self, *lacking: str) -> None:
        self._lacking = lacking

    def sounds(self, said: Sequence[Told], language: str) -> Sequence[str]:
        if any(one.prompt in self._lacking for one in said):
            raise Unsaid("no file")
        return [one.prompt for one in said]


class Bank:
    """Knows one client, whose PIN is 1234."""

    def __init__(self) -> None:
        self.heard: list[Answer] = []
        self.messages: list[str] = []

    async def find(self, entry: str) -> Found:
        return Found(by="client_number")

    async def check_pin(self, pin: str) -> PinChecked:
        right = pin == "1234"
        return PinChecked(party=PARTY if right else None, level=2 if right else 0, more=True)

    async def choose_pin(self, code: str, pin: str) -> PinChosen:
        return PinChosen(done=False)

    async def answer(self, service: Service, party: PartyId | None, level: int) -> Answer:
        items: tuple[DebtItem, ...] = (debt(),)
        return Answer(service=service, kind=AnswerKind.FOUND, items=items)

    async def was_told(self, answer: Answer, party: PartyId) -> None:
        self.heard.append(answer)

    async def keep_answer(self, question: str, value: int) -> None: ...

    async def keep_message(self, name: str) -> None:
        self.messages.append(name)

    def holds(self, schedule: ScheduleId) -> bool:
        return True


class Listener:
    def __init__(self) -> None:
        self.way: list[SelfService] = []
        self.ends: list[tuple[SelfService, End]] = []

    def progressed(self, service: SelfService) -> None:
        self.way.append(service)

    def ended(self, service: SelfService, end: End) -> None:
        self.ends.append((service, end))


class Visit:
    def __init__(self, line: Line, *lacking: str) -> None:
        self.line, self.bank, self.listener = line, Bank(), Listener()
        self._session = Session(
            line,
            FLOW,
            words=Words(*lacking),
            bank=self.bank,
            listener=self.listener,
            message="messages/1",
        )

    async def run(self) -> ServiceEnd:
        return (await self._session.run(Caller(number="+79455550101"))).end


async def test_what_he_hears_to_its_end_counts_and_the_channel_learns_where_he_goes() -> None:
    visit = Visit(Line("1", "900100200", "1234"))
    assert await visit.run() is ServiceEnd.DONE
    assert visit.line.heard[-1] == "goodbye"
    assert visit.line.variables == {SERVED: "bye"}
    ((service, _),) = visit.listener.ends
    assert (service.told, service.party, service.level) == (("debt",), PARTY, 2)
    assert [one.service for one in visit.bank.heard] == [Service.DEBT]


async def test_who_hangs_up_in_the_middle_of_an_answer_has_not_heard_it() -> None:
    visit = Visit(Line("1", "900100200", "1234", leaves=4))
    assert await visit.run() is ServiceEnd.LEFT
    ((service, _),) = visit.listener.ends
    assert service.told == ()
    assert visit.bank.heard == []
    assert visit.line.variables == {}


async def test_who_hangs_up_at_the_last_words_is_called_back_all_the_same() -> None:
    visit = Visit(Line("2", leaves=1))
    assert await visit.run() is ServiceEnd.CALLBACK
    assert visit.listener.ends[0][1].end is ServiceEnd.CALLBACK


async def test_a_broken_channel_is_told_as_failed_and_sets_nothing() -> None:
    visit = Visit(Line(ChannelLost(Broken.SILENT)))
    with pytest.raises(ChannelLost):
        await visit.run()
    assert [end.end for _, end in visit.listener.ends] == [ServiceEnd.FAILED]
    assert visit.line.variables == {}


async def test_what_has_no_sound_is_left_out() -> None:
    visit = Visit(Line("1", "900100200", "1234"), "debt_total")
    assert await visit.run() is ServiceEnd.DONE
    assert "debt_total" not in visit.line.heard
    assert visit.line.heard[-1] == "goodbye"


async def test_nothing_that_is_told_of_him_holds_what_he_typed() -> None:
    visit = Visit(Line("1", "900100200", "1234"))
    await visit.run()
    told = repr(visit.listener.way) + repr(visit.listener.ends)
    assert "1234" not in told and "900100200" not in told


async def test_what_he_says_in_one_call_is_one_message_and_is_heard_though_he_hangs_up() -> None:
    visit = Visit(Line("3", "3", leaves=4))
    assert await visit.run() is ServiceEnd.LEFT
    assert visit.line.recorded == ["messages/1-0", "messages/1-1"]
    assert visit.bank.messages == ["1", "1"]
    assert visit.listener.ends[0][0].recording == "1"
