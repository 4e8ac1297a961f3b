"""What a caller is told, what he says himself, and where he leaves. Pure."""

from dataclasses import replace

from crm_core.selfservice.answers import OPEN_TO_ALL, Answer, AnswerKind
from ivr.flows.nodes import Callback, Flow, HangUp, Hours, LookUp, Record, Say, Speak, Transfer
from ivr.flows.vocabulary import KEYS
from ivr.speech.told import Told
from ivr.steps.acts import (
    Answered,
    AskHours,
    End,
    Happened,
    HoursTold,
    Query,
    Recorded,
    TakeMessage,
    Tell,
)
from ivr.steps.keys import Unfitting, anywhere, cut_short, key_of, says
from ivr.steps.speaking import sentences
from ivr.steps.walk import Goto, Outcome, Walk, noted
from routing.terms import ServiceEnd

_FIRST, _LAST = "first", "last"
_RECORDING = "recording"


# ── Say ─────────────────────────────────────────────────────────────────────────────────────


def enter_say(_flow: Flow, walk: Walk, node: Say) -> Outcome:
    if walk.ahead:
        return walk, Goto(node=node.next)
    return walk, _tell(walk, says(*node.prompts))


def answer_say(flow: Flow, walk: Walk, node: Say, happened: Happened) -> Outcome:
    key = key_of(happened)
    return cut_short(flow, walk, key, node.next) if key else (walk, Goto(node=node.next))


def _tell(walk: Walk, said: tuple[Told, ...]) -> Tell:
    return Tell(said=said, language=walk.language, keys=KEYS)


# ── What the bank knows ─────────────────────────────────────────────────────────────────────


def enter_look_up(flow: Flow, walk: Walk, node: LookUp) -> Outcome:
    """Nobody asks the bank on behalf of a caller who is not verified."""
    if node.service in OPEN_TO_ALL or walk.verified:
        return walk, Query(service=node.service)
    return _answered(flow, walk, node, Answer(service=node.service, kind=AnswerKind.REFUSED))


def answer_look_up(flow: Flow, walk: Walk, node: LookUp, happened: Happened) -> Outcome:
    """What the bank refuses to a verified caller, it would refuse to him again: a person helps."""
    if not isinstance(happened, Answered) or happened.answer.service is not node.service:
        raise Unfitting(type(happened).__name__)
    if happened.answer.kind is AnswerKind.REFUSED:
        return walk, Goto(node=flow.person)
    return _answered(flow, walk, node, happened.answer)


def _answered(flow: Flow, walk: Walk, node: LookUp, answer: Answer) -> Outcome:
    """Only what was found is kept; an older answer holds no more."""
    kind = answer.kind
    if kind is AnswerKind.FOUND and not answer.items:
        kind = AnswerKind.NONE
    kept = tuple(one for one in walk.answers if one.service is not node.service)
    if kind is AnswerKind.FOUND:
        kept = (*kept, answer)
    return replace(walk, answers=kept), Goto(node=getattr(node, kind.value) or flow.person)


def enter_speak(flow: Flow, walk: Walk, node: Speak) -> Outcome:
    """The last sentence stands apart: whoever lets it begin has been told."""
    answer = walk.answer(node.service)
    if answer is None:
        return walk, Goto(node=flow.person)
    said = sentences(answer, node.most)
    if len(said) > 1:
        return replace(walk, part=_FIRST), _tell(walk, said[:-1])
    return replace(walk, part=_LAST), _tell(walk, said[-1:])


def answer_speak(flow: Flow, walk: Walk, node: Speak, happened: Happened) -> Outcome:
    key = key_of(happened)
    answer = walk.answer(node.service)
    if walk.part == _LAST or answer is None:
        walk = _told(walk, node)
    elif not key:
        said = sentences(answer, node.most)
        return replace(walk, part=_LAST), _tell(walk, said[-1:])
    return cut_short(flow, walk, key, node.next) if key else (walk, Goto(node=node.next))


def _told(walk: Walk, node: Speak) -> Walk:
    told = walk.service.told
    return walk if node.service in told else noted(walk, told=(*told, node.service.value))


# ── Hours ───────────────────────────────────────────────────────────────────────────────────


def enter_hours(_flow: Flow, walk: Walk, node: Hours) -> Outcome:
    return walk, AskHours(schedule=node.schedule)


def answer_hours(_flow: Flow, walk: Walk, node: Hours, happened: Happened) -> Outcome:
    if not isinstance(happened, HoursTold):
        raise Unfitting(type(happened).__name__)
    return walk, Goto(node=node.open if happened.open else node.closed)


# ── A message ───────────────────────────────────────────────────────────────────────────────


def enter_record(_flow: Flow, walk: Walk, node: Record) -> Outcome:
    return walk, _tell(walk, says(*node.prompts))


def answer_record(flow: Flow, walk: Walk, node: Record, happened: Happened) -> Outcome:
    if walk.part == _RECORDING:
        if not isinstance(happened, Recorded):
            raise Unfitting(type(happened).__name__)
        walk = noted(walk, recording=happened.name) if happened.name else walk
        return walk, Goto(node=node.next)
    if leads := anywhere(flow, walk, key_of(happened)):
        return walk, leads
    return replace(walk, part=_RECORDING), TakeMessage(seconds=node.seconds)


# ── Ends ────────────────────────────────────────────────────────────────────────────────────


def enter_callback(_flow: Flow, walk: Walk, node: Callback) -> Outcome:
    if not walk.caller.number:
        return walk, Goto(node=node.cannot)
    return walk, _end(walk, ServiceEnd.CALLBACK, node.prompts)


def enter_transfer(_flow: Flow, walk: Walk, node: Transfer) -> Outcome:
    end = _end(walk, ServiceEnd.PERSON, node.prompts)
    return walk, replace(end, queue=node.queue, agent=node.agent)


def enter_hang_up(_flow: Flow, walk: Walk, node: HangUp) -> Outcome:
    return walk, _end(walk, ServiceEnd.DONE, node.prompts)


def _end(walk: Walk, end: ServiceEnd, prompts: tuple[str, ...]) -> End:
    return End(end=end, said=says(*prompts), language=walk.language)
