"""Nodes at which a way turns without the caller: language, hours, conditions. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from crm_core.selfservice.answers import DebtItem, Service
from ivr.flows.nodes import Asks, Condition, Flow, Hours, SetLanguage
from ivr.steps.acts import AskHours, Happened, HoursTold
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
    return walk, Goto(node=node.yes if _HOLDS[node.asks](walk, node) else node.no)


def _suggested(walk: Walk, _node: Condition) -> bool:
    return walk.caller.suggested is not None


def _verified(walk: Walk, _node: Condition) -> bool:
    return walk.verified


def _language(walk: Walk, node: Condition) -> bool:
    return walk.language in node.values


def _language_known(walk: Walk, _node: Condition) -> bool:
    return bool(walk.service.language)


def _collected(walk: Walk, node: Condition) -> bool:
    return dict(walk.collected).get(node.name) in node.values


def _told(walk: Walk, node: Condition) -> bool:
    return not set(node.values).isdisjoint(walk.service.told)


def _overdue(walk: Walk, _node: Condition) -> bool:
    answer = walk.answer(Service.DEBT)
    items = answer.items if answer is not None else ()
    return any(isinstance(item, DebtItem) and item.overdue.minor > 0 for item in items)


def _number_known(walk: Walk, _node: Condition) -> bool:
    return bool(walk.caller.number)


_HOLDS: Mapping[Asks, Callable[[Walk, Condition], bool]] = MappingProxyType(
    {
        Asks.VERIFIED: _verified,
        Asks.SUGGESTED: _suggested,
        Asks.LANGUAGE: _language,
        Asks.LANGUAGE_KNOWN: _language_known,
        Asks.COLLECTED: _collected,
        Asks.TOLD: _told,
        Asks.OVERDUE: _overdue,
        Asks.NUMBER_KNOWN: _number_known,
    }
)
