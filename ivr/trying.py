"""Trying a flow without a telephone: entries in, all that is said out. Pure.

A trial is a generator. It asks for what only a bank can answer by yielding the act, takes what
happened, and returns a Trial; so a made-up bank and the real one are tried by the same code.

An entry answers one question; "" is silence, and what is longer than the question takes is lost.
One that begins with "!" is pressed in the middle of what is told next: "!0" asks for a person
there. Where entries run out, the trial stops and waits.
"""

from collections import deque
from collections.abc import Generator, Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from ivr.flows.nodes import Flow
from ivr.speech.told import Told
from ivr.steps.acts import (
    Act,
    Answered,
    Ask,
    Caller,
    Done,
    End,
    Found,
    Happened,
    Heard,
    HoursTold,
    Keyed,
    PinChecked,
    PinChosen,
    Recorded,
    Silent,
    TakeMessage,
    Tell,
)
from ivr.steps.walking import Walk, begin, step
from routing.facts import SelfService

SECRET = "****"  # noqa: S105 - what stands for one
"""What a report shows in place of a PIN or a code, however long it is."""
_AT_ONCE = "!"
_MESSAGE = "message"


class Words(Protocol):
    """What is told, written out."""

    def words(self, said: Told, language: str) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """What was said in a node, what was pressed then, or what else happened there, as a code."""

    node: str
    language: str
    said: tuple[str, ...] = ()
    pressed: str = ""
    event: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A call that was tried, as far as its entries led. `ended` is how it ended, or empty; `wants`
    is whether something is expected of the caller now."""

    moments: tuple[Moment, ...]
    service: SelfService
    ended: str = ""
    wants: bool = False
    queue: str = ""
    agent: str = ""


def trial(
    flow: Flow, caller: Caller, entries: Iterable[str], words: Words
) -> Generator[Act, Happened, Trial]:
    """Try a flow. Yields the acts that only a bank can carry out."""
    keys = deque(entries)
    moments: list[Moment] = []
    walk, act = begin(flow, caller)
    while not isinstance(act, End):
        happened: Happened | None
        if isinstance(act, Tell | Ask | TakeMessage):
            happened = _by_caller(act, keys)
        else:
            happened = yield act
        moments.append(_moment(walk, act, happened, words))
        if happened is None:
            return Trial(moments=_worth(moments), service=walk.service, wants=True)
        walk, act = step(flow, walk, happened)
    moments.append(_moment(walk, act, None, words))
    return Trial(
        moments=_worth(moments),
        service=walk.service,
        ended=act.end,
        queue=act.queue or "",
        agent=act.agent or "",
    )


def report(tried: Trial) -> dict[str, Any]:
    """The trial in plain data, for JSON."""
    service = tried.service
    return {
        "flow": service.flow,
        "version": service.version,
        "language": service.language,
        "path": service.path,
        "topic": service.topic,
        "told": list(service.told),
        "verified": service.party is not None,
        "at": service.node,
        "ended": tried.ended or None,
        "wants": tried.wants,
        "queue": tried.queue or None,
        "agent": tried.agent or None,
        "steps": [
            {
                "node": one.node,
                "language": one.language,
                "said": list(one.said),
                "pressed": one.pressed or None,
                "event": one.event or None,
            }
            for one in tried.moments
        ],
    }


def _worth(moments: list[Moment]) -> tuple[Moment, ...]:
    """Those in which something happened."""
    return tuple(one for one in moments if one.said or one.pressed or one.event)


def _by_caller(act: Tell | Ask | TakeMessage, keys: deque[str]) -> Happened | None:
    """What the caller does; None where he has nothing left to press."""
    match act:
        case TakeMessage():
            return Recorded(name=_MESSAGE)
        case Tell():
            at_once = bool(keys) and keys[0].startswith(_AT_ONCE)
            key = keys.popleft()[1:2] if at_once else ""
            return Heard(key=key if key and key in act.keys else "")
        case Ask():
            if not keys:
                return None
            digits = _taken(act, keys.popleft().removeprefix(_AT_ONCE))
            return Keyed(digits=digits) if digits else Silent()


def _taken(act: Ask, entry: str) -> str:
    """What the question takes of an entry, as a telephone would give it."""
    digits = ""
    for key in entry:
        if key in act.ends:
            return digits or key
        digits += key
        if len(digits) == act.most:
            break
    return digits


def _moment(walk: Walk, act: Act, happened: Happened | None, words: Words) -> Moment:
    said = act.said if isinstance(act, Tell | Ask | End) else ()
    language = act.language if isinstance(act, Tell | Ask | End) else walk.language
    pressed = _pressed(act, happened)
    return Moment(
        node=walk.service.node,
        language=language,
        said=tuple(words.words(one, language) for one in said),
        pressed=pressed,
        event=_event(happened),
    )


def _pressed(act: Act, happened: Happened | None) -> str:
    match happened:
        case Heard(key=key):
            return key
        case Keyed(digits=digits):
            return SECRET if isinstance(act, Ask) and act.secret else digits
    return ""


def _event(happened: Happened | None) -> str:
    """What happened beside what he heard and pressed."""
    match happened:
        case Silent():
            return "silent"
        case Found(by=by):
            return by
        case PinChecked(party=party):
            return "verified" if party is not None else "wrong_pin"
        case PinChosen(done=done):
            return "pin_set" if done else "pin_refused"
        case Answered(answer=answer):
            return answer.kind.value
        case HoursTold(open=is_open):
            return "open" if is_open else "closed"
        case Done():
            return "kept"
        case Recorded():
            return "recorded"
    return ""
