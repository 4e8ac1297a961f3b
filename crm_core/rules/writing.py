"""Rules as text that reads back as the same rules. Pure.

What reading would refuse is no concern of it. Agents stand by the names that are given, else by id.
"""

from collections.abc import Mapping
from typing import Any

from crm_core.rules.vocabulary import ACTIONS, LEVEL, QUESTIONS, Shape
from crm_core.written.writing import dump
from routing.ids import AgentId
from routing.rules.terms import ALWAYS, Actions, Asked, Condition, Need, Rule, RuleSet, Whose


def write_rules(rules: RuleSet, usernames: Mapping[AgentId, str] | None = None) -> str:
    """The text of the rules; the version is not part of it."""
    listed = [_rule(rule, usernames or {}) for rule in rules.rules]
    return dump({"rules": listed})


def _rule(rule: Rule, usernames: Mapping[AgentId, str]) -> dict[str, Any]:
    said: dict[str, Any] = {"rule": rule.name}
    if rule.when != ALWAYS:
        said["when"] = _mapping(rule.when)
    said["then"] = _actions(rule.then, usernames)
    if rule.last:
        said["last"] = True
    return said


def _mapping(condition: Condition) -> dict[str, Any]:
    """The condition as a mapping: the parts of ALL beside each other where that says the same."""
    if condition.asked is Asked.ALL and _beside(condition.parts):
        parts = condition.parts
    else:
        parts = (condition,)
    said = {part.asked.value: _value(part) for part in parts}
    for whose in {part.whose for part in parts} - {Whose.EVERY}:
        said["whose"] = whose.value
    return said


def _beside(parts: tuple[Condition, ...]) -> bool:
    whose = {part.whose for part in parts if QUESTIONS[part.asked].of_client}
    return len(parts) > 1 and len({part.asked for part in parts}) == len(parts) and len(whose) <= 1


def _value(condition: Condition) -> Any:
    values = list(condition.values)
    match QUESTIONS[condition.asked].shape:
        case Shape.PARTS:
            return [_mapping(part) for part in condition.parts]
        case Shape.PART:
            return _mapping(condition.parts[0])
        case Shape.RANGE:
            return condition.low if condition.low == condition.high else _ends(condition)
        case Shape.QUEUE_RANGE:
            return {"queue": values[0]} | _ends(condition)
    if not values:
        return True
    return values[0] if len(values) == 1 else values


def _ends(condition: Condition) -> dict[str, int]:
    ends = {"at_least": condition.low, "at_most": condition.high}
    return {name: end for name, end in ends.items() if end is not None}


def _actions(actions: Actions, usernames: Mapping[AgentId, str]) -> dict[str, Any]:
    special: dict[str, Any] = {
        "needs": [_need(need) for need in actions.needs],
        "also": [usernames.get(agent, agent) for agent in actions.also],
        "overflow": [{"queue": str(one.queue), "after": one.after} for one in actions.overflow],
    }
    said = {name: special.get(name, getattr(actions, name)) for name in ACTIONS}
    return {name: _plain(value) for name, value in said.items() if value not in (None, [])}


def _plain(value: Any) -> Any:
    """A code of a vocabulary as its text; a single part without a list."""
    if isinstance(value, list):
        return value[0] if len(value) == 1 else value
    return str(value) if isinstance(value, str) else value


def _need(need: Need) -> dict[str, Any]:
    said: dict[str, Any] = {"skill": str(need.skill)}
    if need.level != LEVEL.low:
        said["level"] = need.level
    if need.relax_after is not None:
        said["relax_after"] = need.relax_after
    if need.relaxed:
        said["relaxed"] = need.relaxed
    return said
