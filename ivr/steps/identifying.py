"""Who calls: an entry, a PIN, a new PIN. Pure.

Whether there is such a client is told to nobody: every entry goes the same way. What is typed here
is handed on in one act, and is in nothing else that leaves a walk.
"""

from dataclasses import replace

from ivr.flows.nodes import Flow, Identify, SetPin, Verify
from ivr.speech.told import Told
from ivr.steps.acts import (
    Ask,
    CheckPin,
    ChoosePin,
    FindClient,
    Found,
    Happened,
    PinChecked,
    PinChosen,
)
from ivr.steps.keys import Unfitting, again, ask, entered, meant, says
from ivr.steps.passing import MOST_WRONG_PINS
from ivr.steps.walk import Goto, Outcome, Walk, noted, stopped

TRIES = 3
"""Silences, and entries that differ, before it is given up."""
LONGEST_ENTRY = 20
LONGEST_SECRET = 12
_BY_NUMBER = "number"
_FINDING, _CHECKING, _CHOOSING = "finding", "checking", "choosing"
_CODE, _PIN, _AGAIN = "code", "pin", "again"


# ── Identify ────────────────────────────────────────────────────────────────────────────────


def enter_identify(flow: Flow, walk: Walk, node: Identify) -> Outcome:
    """Who came back to it wants to say something else than he did, or than his telephone does."""
    been_here = any(stop.node == node.node for stop in walk.stops)
    walk = stopped(walk, node.node, main=node.node == flow.main)
    said = walk.service.identified_by
    if not been_here and not walk.ahead:
        if said not in ("", _BY_NUMBER):
            return walk, Goto(node=node.next)
        if node.suggested and walk.caller.suggested is not None:
            return noted(walk, identified_by=_BY_NUMBER), Goto(node=node.next)
    return walk, _who(flow, walk, node)


def answer_identify(flow: Flow, walk: Walk, node: Identify, happened: Happened) -> Outcome:
    if walk.part == _FINDING:
        if not isinstance(happened, Found):
            raise Unfitting(type(happened).__name__)
        return noted(walk, identified_by=happened.by), Goto(node=node.next)
    walk, entry = entered(walk, happened)
    if leads := meant(flow, walk, entry):
        return walk, leads
    if entry.isdigit():
        return replace(walk, part=_FINDING), FindClient(entry=entry)
    walk, said = again(flow, walk, silent=not entry)
    if walk.tries >= node.tries:
        return walk, Goto(node=node.gave_up)
    return walk, _who(flow, walk, node, said)


def _who(flow: Flow, walk: Walk, node: Identify, said: tuple[Told, ...] = ()) -> Ask:
    said += says(*node.prompts)
    return ask(flow, walk, said, most=LONGEST_ENTRY, seconds=node.seconds)


# ── Verify ──────────────────────────────────────────────────────────────────────────────────


def enter_verify(flow: Flow, walk: Walk, node: Verify) -> Outcome:
    return walk, _secret(flow, walk, says(*node.prompts), node.seconds)


def answer_verify(flow: Flow, walk: Walk, node: Verify, happened: Happened) -> Outcome:
    if walk.part == _CHECKING:
        if not isinstance(happened, PinChecked):
            raise Unfitting(type(happened).__name__)
        return _checked(flow, walk, node, happened)
    walk, pin = entered(walk, happened)
    if leads := meant(flow, walk, pin):
        return walk, leads
    if pin.isdigit():
        return replace(walk, part=_CHECKING), CheckPin(pin=pin)
    walk, said = again(flow, walk, silent=not pin)
    if walk.tries >= TRIES:
        return walk, Goto(node=node.failed)
    return walk, _secret(flow, walk, said + says(*node.prompts), node.seconds)


def _checked(flow: Flow, walk: Walk, node: Verify, checked: PinChecked) -> Outcome:
    walk = replace(walk, part="")
    if checked.party is not None:
        walk = noted(walk, party=checked.party, level=checked.level)
        return _sure(flow, walk), Goto(node=node.verified)
    walk = replace(walk, wrong_pins=walk.wrong_pins + 1)
    if not checked.more or walk.wrong_pins >= MOST_WRONG_PINS:
        return walk, Goto(node=node.failed)
    said = says(node.wrong, *node.prompts)
    return walk, _secret(flow, walk, said, node.seconds)


def _sure(flow: Flow, walk: Walk) -> Walk:
    """Nobody need go back to saying who he is."""
    stops = (one for one in walk.stops if not isinstance(flow.nodes[one.node], Identify))
    return replace(walk, stops=tuple(stops))


# ── A new PIN ───────────────────────────────────────────────────────────────────────────────


def enter_set_pin(flow: Flow, walk: Walk, node: SetPin) -> Outcome:
    walk = replace(walk, part=_CODE, code="", pin="")
    return walk, _secret(flow, walk, says(*node.code), node.seconds)


def answer_set_pin(flow: Flow, walk: Walk, node: SetPin, happened: Happened) -> Outcome:
    if walk.part == _CHOOSING:
        if not isinstance(happened, PinChosen):
            raise Unfitting(type(happened).__name__)
        return _chosen(flow, walk, node, happened)
    walk, digits = entered(walk, happened)
    if leads := meant(flow, walk, digits):
        return _forgotten(walk), leads
    if digits.isdigit():
        return _given(flow, walk, node, digits)
    return _once_more(flow, walk, node, silent=not digits)


def _given(flow: Flow, walk: Walk, node: SetPin, digits: str) -> Outcome:
    if walk.part == _CODE:
        walk = replace(walk, part=_PIN, code=digits)
        return walk, _secret(flow, walk, says(*node.pin), node.seconds)
    if walk.part == _PIN:
        walk = replace(walk, part=_AGAIN, pin=digits)
        return walk, _secret(flow, walk, says(*node.again), node.seconds)
    if digits == walk.pin:
        act = ChoosePin(code=walk.code, pin=digits)
        return replace(walk, part=_CHOOSING, pin=""), act
    return _once_more(flow, replace(walk, part=_PIN, pin=""), node, silent=False)


def _chosen(flow: Flow, walk: Walk, node: SetPin, chosen: PinChosen) -> Outcome:
    """A weak PIN costs a try; the code is good for the next."""
    if chosen.done or not chosen.weak or walk.tries + 1 >= TRIES:
        return _forgotten(walk), Goto(node=node.next if chosen.done else node.failed)
    walk = replace(walk, part=_PIN, tries=walk.tries + 1)
    return walk, _secret(flow, walk, says(node.weak, *node.pin), node.seconds)


def _once_more(flow: Flow, walk: Walk, node: SetPin, *, silent: bool) -> Outcome:
    walk, said = again(flow, walk, silent=silent)
    if walk.tries >= TRIES:
        return _forgotten(walk), Goto(node=node.failed)
    prompts = {_CODE: node.code, _PIN: node.pin, _AGAIN: node.again}[walk.part]
    return walk, _secret(flow, walk, said + says(*prompts), node.seconds)


def _forgotten(walk: Walk) -> Walk:
    return replace(walk, code="", pin="")


def _secret(flow: Flow, walk: Walk, said: tuple[Told, ...], seconds: int) -> Ask:
    return ask(flow, walk, said, most=LONGEST_SECRET, seconds=seconds, secret=True)
