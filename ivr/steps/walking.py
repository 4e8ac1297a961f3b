"""Walking through a flow. Pure: what a caller did comes in, what he is told or asked goes out.

Each kind of node has an entry, for who comes to it, and an answer, for what then happened. Either
ends in an act, or leads to another node. The walk itself sees to it that every call comes to an
end: after MOST_ACTS acts a person takes it, and if even that way has no end, self-service failed.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from ivr.flows.nodes import (
    Callback,
    Collect,
    Flow,
    HangUp,
    Hours,
    Identify,
    LookUp,
    Menu,
    Node,
    Record,
    Say,
    SetPin,
    Speak,
    Survey,
    Transfer,
    Verify,
)
from ivr.steps import asking, identifying, telling
from ivr.steps.acts import Act, Caller, End, Gone, Happened
from ivr.steps.keys import Unfitting
from ivr.steps.passing import passed
from ivr.steps.walk import Goto, Outcome, Walk, noted
from routing.facts import SelfService
from routing.terms import ServiceEnd

__all__ = ["MOST_ACTS", "Unfitting", "Walk", "begin", "step"]

MOST_ACTS = 200
"""What one caller may take before a person sees to him."""
_GRACE = 20
"""Acts on the way to that person."""


def begin(flow: Flow, caller: Caller) -> tuple[Walk, Act]:
    """Let a caller into a flow."""
    own = caller.language if caller.language in flow.languages else ""
    service = SelfService(flow=flow.flow, version=flow.version, node=flow.start, language=own)
    walk = Walk(service=service, caller=caller, language=own or flow.languages[0])
    return _onward(flow, (walk, Goto(node=flow.start)))


def step(flow: Flow, walk: Walk, happened: Happened) -> tuple[Walk, Act]:
    """Go on with what happened. Raises Unfitting if it is no answer to the last act."""
    if isinstance(happened, Gone):
        return walk, End(end=ServiceEnd.LEFT)
    node = flow.nodes[walk.service.node]
    answer = _ANSWER.get(type(node))
    if answer is None:
        raise Unfitting(type(happened).__name__)
    return _onward(flow, answer(flow, walk, node, happened))


def _onward(flow: Flow, outcome: Outcome) -> tuple[Walk, Act]:
    """Pass through nodes until there is something to do. A circle is noticed by its length."""
    walk, act = outcome
    for _ in range(2 * len(flow.nodes) + 2):
        if isinstance(act, Goto):
            walk, act = _enter(flow, walk, act.node)
        elif isinstance(act, End):
            return walk, act
        elif walk.acts < MOST_ACTS + (_GRACE if walk.given_up else 0):
            return replace(walk, acts=walk.acts + 1), act
        elif walk.given_up:
            break
        else:
            walk, act = replace(walk, given_up=True), Goto(node=flow.person)
    return walk, End(end=ServiceEnd.FAILED, language=walk.language)


def _enter(flow: Flow, walk: Walk, name: str) -> Outcome:
    node = flow.nodes[name]
    walk = noted(replace(walk, part="", tries=0), node=name, topic=node.topic or walk.service.topic)
    if behind := passed(walk, node):
        walk, onward = behind
        return walk, Goto(node=onward)
    return _ENTER[type(node)](flow, walk, node)


_ENTER: Mapping[type[Node], Callable[[Flow, Walk, Any], Outcome]] = MappingProxyType(
    {
        Say: telling.enter_say,
        Menu: asking.enter_menu,
        Collect: asking.enter_collect,
        Identify: identifying.enter_identify,
        Verify: identifying.enter_verify,
        SetPin: identifying.enter_set_pin,
        LookUp: telling.enter_look_up,
        Speak: telling.enter_speak,
        Survey: asking.enter_survey,
        Record: telling.enter_record,
        Hours: telling.enter_hours,
        Callback: telling.enter_callback,
        Transfer: telling.enter_transfer,
        HangUp: telling.enter_hang_up,
    }
)
_ANSWER: Mapping[type[Node], Callable[[Flow, Walk, Any, Happened], Outcome]] = MappingProxyType(
    {
        Say: telling.answer_say,
        Menu: asking.answer_menu,
        Collect: asking.answer_collect,
        Identify: identifying.answer_identify,
        Verify: identifying.answer_verify,
        SetPin: identifying.answer_set_pin,
        LookUp: telling.answer_look_up,
        Speak: telling.answer_speak,
        Survey: asking.answer_survey,
        Record: telling.answer_record,
        Hours: telling.answer_hours,
    }
)
