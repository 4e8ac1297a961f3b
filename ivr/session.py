"""One caller's way through a flow: acts are carried out, what happened goes back into the walk.

The channel learns by one variable where the caller goes next, before anybody else is told that the
flow is over: whoever then moves him finds him on his way. A session that is cut (the process stops,
the link breaks) sets nothing, and the dialplan brings the caller to a queue.
"""

import contextlib
from collections.abc import Callable, Sequence

import structlog

from crm_core.selfservice.answers import Answer, Service
from ivr.agi.errors import ChannelLost, HungUp
from ivr.flows.nodes import Flow
from ivr.ports import Bank, Line, Listener, Words
from ivr.speech.phrasebook import Unsaid
from ivr.speech.told import Told
from ivr.steps.acts import (
    Act,
    Answered,
    Ask,
    AskHours,
    Caller,
    CheckPin,
    ChoosePin,
    Done,
    End,
    FindClient,
    Gone,
    Happened,
    Heard,
    HoursTold,
    KeepAnswer,
    Keyed,
    Query,
    Recorded,
    Silent,
    TakeMessage,
    Tell,
)
from ivr.steps.walking import Walk, begin, step
from routing.terms import ServiceEnd

_log = structlog.get_logger(__name__)

SERVED = "TELLERLINE_SERVED"
WAITS, IS_DONE = "wait", "bye"
"""What the dialplan is told: he waits for a person, or the call is over."""

_NEXT = {
    ServiceEnd.PERSON: WAITS,
    ServiceEnd.CALLBACK: WAITS,
    ServiceEnd.FAILED: WAITS,
    ServiceEnd.DONE: IS_DONE,
}

Watch = Callable[[Walk, Happened, Walk], None]
"""Told of each step: the walk before it, what happened, and the walk after it."""


def _nobody(_before: Walk, _happened: Happened, _now: Walk) -> None:
    """For who keeps no statistics."""


class Session:
    """Leads one caller through a flow."""

    def __init__(
        self,
        line: Line,
        flow: Flow,
        *,
        words: Words,
        bank: Bank,
        listener: Listener,
        message: str,
        watch: Watch = _nobody,
    ) -> None:
        self._line = line
        self._flow = flow
        self._words = words
        self._bank = bank
        self._listener = listener
        self._message = message
        self._recordings = 0
        self._watch = watch
        self._answers: dict[Service, Answer] = {}

    async def run(self, caller: Caller) -> End:
        """Lead the caller to the end. Raises ChannelLost, which is told before."""
        walk, act = begin(self._flow, caller)
        self._listener.progressed(walk.service)
        try:
            while not isinstance(act, End):
                happened = await self._carried_out(act, walk)
                before, (walk, act) = walk, step(self._flow, walk, happened)
                self._watch(before, happened, walk)
                await self._note(before, walk)
            if act.end is not ServiceEnd.LEFT:
                await self._let_go(act)
        except ChannelLost:
            self._listener.ended(walk.service, End(end=ServiceEnd.FAILED))
            raise
        self._listener.ended(walk.service, act)
        return act

    async def _carried_out(self, act: Act, walk: Walk) -> Happened:
        """Do it; that the caller hangs up meanwhile is an answer like any other."""
        try:
            return await self._do(act, walk)
        except HungUp:
            return Gone()

    async def _do(self, act: Act, walk: Walk) -> Happened:
        match act:
            case Tell():
                sounds = self._sounds(act.said, act.language)
                return Heard(key=await self._line.tell(sounds, act.keys))
            case Ask():
                return await self._ask(act)
            case FindClient():
                return await self._bank.find(act.entry)
            case CheckPin():
                return await self._bank.check_pin(act.pin)
            case ChoosePin():
                return await self._bank.choose_pin(act.code, act.pin)
            case Query():
                return await self._query(act, walk)
            case AskHours():
                return HoursTold(open=self._bank.holds(act.schedule))
            case KeepAnswer():
                await self._bank.keep_answer(act.question, act.value)
                return Done()
            case TakeMessage():
                return await self._take(act)
        raise TypeError(f"nobody can do {type(act).__name__}")

    async def _take(self, act: TakeMessage) -> Happened:
        """What he says in one call is one message, however often he is recorded."""
        file = f"{self._message}-{self._recordings}"
        self._recordings += 1
        if not await self._line.record(file, act.seconds):
            return Recorded()
        name = self._message.rpartition("/")[2]
        await self._bank.keep_message(name)
        return Recorded(name=name)

    async def _ask(self, act: Ask) -> Happened:
        digits = await self._line.ask(
            self._sounds(act.said, act.language),
            most=act.most,
            ends=act.ends,
            seconds=act.seconds,
            secret=act.secret,
        )
        return Silent() if digits is None else Keyed(digits=digits)

    def _sounds(self, said: Sequence[Told], language: str) -> list[str]:
        """The files of all that is said. What has none, such as a branch that was opened a moment
        ago, is left out: a hole in an answer is better than a call that ends."""
        sounds: list[str] = []
        for one in said:
            try:
                sounds += self._words.sounds((one,), language)
            except Unsaid:
                _log.warning("self_service.unsaid", prompt=one.prompt, language=language)
        return sounds

    async def _query(self, act: Query, walk: Walk) -> Happened:
        known = walk.service
        answer = await self._bank.answer(act.service, known.party, known.level)
        self._answers[act.service] = answer
        return Answered(answer=answer)

    async def _note(self, before: Walk, now: Walk) -> None:
        """Pass on what is new: where he is, and what he has heard to its end."""
        if now.service == before.service:
            return
        self._listener.progressed(now.service)
        party = now.service.party
        for service in now.service.told[len(before.service.told) :]:
            answer = self._answers.get(Service(service))
            if answer is not None and party is not None:
                await self._bank.was_told(answer, party)

    async def _let_go(self, act: End) -> None:
        """Say the last words, and tell the channel where he goes. Who hangs up meanwhile has had
        his way all the same: whom we promised to call, we call."""
        with contextlib.suppress(HungUp):
            if act.said:
                await self._line.tell(self._sounds(act.said, act.language), "")
            await self._line.set_variable(SERVED, _NEXT[act.end])
