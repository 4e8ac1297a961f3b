"""What a condition asks of a walk. Pure."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from crm_core.selfservice.answers import DebtItem, Service
from ivr.flows.nodes import Asks, Condition
from ivr.steps.walk import Walk


def holds(walk: Walk, node: Condition) -> bool:
    """Which of its two ways a condition goes."""
    return _HOLDS[node.asks](walk, node)


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
