"""Nodes at which a way turns without the caller: language, hours, conditions. Pure."""

from dataclasses import replace

from ivr.flows.nodes import Condition, Flow, Hours, SetLanguage
from ivr.steps.acts import AskHours, Happened, HoursTold
from ivr.steps.conditions import holds
from ivr.steps.keys import Unfitting
from ivr.steps.walk import Goto, Outcome, Walk, noted


def enter_set_language(_flow: Flow, walk: Walk, node: SetLanguage) -> Outcome:
    walk = noted(replace(walk, language=node.language), language=node.language)
    return walk, Goto(node=node.next)


def enter_hours(_flow: Flow, walk: Walk, node: Hours) -> Outcome:
    return walk, AskHours(schedule=node.schedule)


def answer_hours(_flow: Flow, walk: Walk, node: Hours, happened: Happened) -> Outcome:
    if not isinstance(happened, HoursTold):
        raise Unfitting(type(happened).__name__)
    return walk, Goto(node=node.open if happened.open else node.closed)


def enter_condition(_flow: Flow, walk: Walk, node: Condition) -> Outcome:
    return walk, Goto(node=node.yes if holds(walk, node) else node.no)
