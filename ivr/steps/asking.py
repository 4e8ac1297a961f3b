"""Menus, digits and surveys: who is silent or wrong too often, goes where the flow says. Pure."""

from dataclasses import replace

from ivr.flows.nodes import Collect, Flow, Menu, Survey
from ivr.speech.told import Told
from ivr.steps.acts import Ask, Done, Happened, KeepAnswer
from ivr.steps.keys import Unfitting, again, anywhere, ask, entered, meant, says
from ivr.steps.walk import Goto, Outcome, Walk, chosen, stopped

_KEEPING = "keeping"


# ── Menu ────────────────────────────────────────────────────────────────────────────────────


def enter_menu(flow: Flow, walk: Walk, node: Menu) -> Outcome:
    walk = stopped(walk, node.node, main=node.node == flow.main)
    if walk.ahead:
        return _pressed(flow, replace(walk, ahead=""), node, walk.ahead)
    return walk, _offer(walk, node)


def answer_menu(flow: Flow, walk: Walk, node: Menu, happened: Happened) -> Outcome:
    walk, key = entered(walk, happened)
    return _pressed(flow, walk, node, key)


def _pressed(flow: Flow, walk: Walk, node: Menu, key: str) -> Outcome:
    choice = next((one for one in node.choices if one.key == key), None)
    if choice is not None:
        return chosen(walk, choice.to), Goto(node=choice.to)
    if leads := anywhere(flow, walk, key):
        return walk, leads
    walk, said = again(flow, walk, silent=not key)
    if walk.tries >= node.tries:
        return walk, Goto(node=node.gave_up)
    return walk, _offer(walk, node, said)


def _offer(walk: Walk, node: Menu, said: tuple[Told, ...] = ()) -> Ask:
    offers = says(*node.prompts, *(choice.prompt for choice in node.choices))
    return Ask(said=said + offers, language=walk.language, seconds=node.seconds)


# ── Collect ─────────────────────────────────────────────────────────────────────────────────


def enter_collect(flow: Flow, walk: Walk, node: Collect) -> Outcome:
    if walk.ahead and node.most == 1:
        return _collected(flow, replace(walk, ahead=""), node, walk.ahead)
    return walk, _collect(flow, walk, node)


def answer_collect(flow: Flow, walk: Walk, node: Collect, happened: Happened) -> Outcome:
    walk, digits = entered(walk, happened)
    return _collected(flow, walk, node, digits)


def _collected(flow: Flow, walk: Walk, node: Collect, digits: str) -> Outcome:
    if leads := meant(flow, walk, digits):
        return walk, leads
    if digits.isdigit() and node.fewest <= len(digits) <= node.most:
        kept = (*(one for one in walk.collected if one[0] != node.name), (node.name, digits))
        return replace(walk, collected=kept), Goto(node=node.next)
    walk, said = again(flow, walk, silent=not digits)
    if walk.tries >= node.tries:
        return walk, Goto(node=node.gave_up)
    return walk, _collect(flow, walk, node, said)


def _collect(flow: Flow, walk: Walk, node: Collect, said: tuple[Told, ...] = ()) -> Ask:
    said += says(*node.prompts)
    return ask(flow, walk, said, most=node.most, seconds=node.seconds)


# ── Survey ──────────────────────────────────────────────────────────────────────────────────


def enter_survey(flow: Flow, walk: Walk, node: Survey) -> Outcome:
    if walk.ahead and node.highest < 10:
        return _rated(flow, replace(walk, ahead=""), node, walk.ahead)
    return walk, _question(flow, walk, node)


def answer_survey(flow: Flow, walk: Walk, node: Survey, happened: Happened) -> Outcome:
    if walk.part == _KEEPING:
        if not isinstance(happened, Done):
            raise Unfitting(type(happened).__name__)
        return walk, Goto(node=node.next)
    walk, digits = entered(walk, happened)
    return _rated(flow, walk, node, digits)


def _rated(flow: Flow, walk: Walk, node: Survey, digits: str) -> Outcome:
    """A number that the question has comes before what a key means elsewhere."""
    if digits.isdigit() and node.lowest <= int(digits) <= node.highest:
        kept = KeepAnswer(question=node.question, value=int(digits))
        return replace(walk, part=_KEEPING), kept
    if leads := meant(flow, walk, digits):
        return walk, leads
    walk, said = again(flow, walk, silent=not digits)
    if walk.tries >= node.tries:
        return walk, Goto(node=node.gave_up)
    return walk, _question(flow, walk, node, said)


def _question(flow: Flow, walk: Walk, node: Survey, said: tuple[Told, ...] = ()) -> Ask:
    said += says(*node.prompts)
    return ask(flow, walk, said, most=len(str(node.highest)), seconds=node.seconds)
