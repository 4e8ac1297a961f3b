"""What a rule does, read from its `then`. Mistakes are left with the finder."""

from typing import Any

from yaml.nodes import MappingNode, Node

from crm_core.rules.fields import Finder
from crm_core.rules.mistakes import Problem
from crm_core.rules.vocabulary import (
    ACTIONS,
    AFTER,
    LEVEL,
    MOST_PARTS,
    NUMBERS,
    RELAXED,
    WORDS,
    Naming,
)
from crm_core.written.fields import Fields
from crm_core.written.mistakes import Common
from routing.ids import QueueId, SkillId
from routing.rules.terms import Actions, Need, Overflow
from routing.terms import ManagerUse, Turning

_NAMINGS = {"queue": Naming.QUEUE, "skill": Naming.SKILL}
_VALUES: dict[str, Any] = {
    "queue": QueueId,
    "managers": ManagerUse,
    "turn": Turning,
    "music": str,
}


def read_actions(node: Node, finder: Finder) -> Actions:
    """The actions of the mapping; those that are wrong are left out."""
    fields = Fields(finder, node, ACTIONS)
    said: dict[str, Any] = {}
    for name, value in fields.items():
        read = _read(name, value, finder)
        if read is not None:
            said[name] = read
    if fields.is_mapping and isinstance(node, MappingNode) and not node.value:
        finder.refuse(node, Common.EMPTY)
    return Actions(**said)


def _read(name: str, node: Node, finder: Finder) -> Any:
    if name in NUMBERS:
        return finder.number(node, NUMBERS[name].low, NUMBERS[name].high)
    if name in WORDS:
        word = finder.word(node, WORDS[name])
        return None if word is None else _VALUES[name](word)
    if name == "welcome":
        return finder.yes(node)
    one = {"needs": _need, "overflow": _overflow, "also": _agent}[name]
    return _several(node, finder, one)


def _several(node: Node, finder: Finder, one: Any) -> tuple[Any, ...]:
    """One part or a list of them, each naming something else."""
    found: dict[str, Any] = {}
    for part in finder.listed(node, MOST_PARTS):
        read = one(part, finder)
        if read is None:
            continue
        name, value = read
        if name in found:
            finder.refuse(part, Problem.VALUE_TWICE, name)
        found[name] = value
    return tuple(found.values())


def _agent(node: Node, finder: Finder) -> tuple[str, Any] | None:
    agent = finder.agent(node)
    return None if agent is None else (agent, agent)


def _need(node: Node, finder: Finder) -> tuple[str, Need] | None:
    """`skill: loans, level: 3, relax_after: 30, relaxed: 1`."""
    fields = Fields(finder, node, ("skill", "level", "relax_after", "relaxed"))
    skill = _named(fields, "skill", finder)
    level = _number(fields, "level", finder, LEVEL.low, LEVEL.high)
    after = _number(fields, "relax_after", finder, AFTER.low, AFTER.high)
    relaxed = _number(fields, "relaxed", finder, RELAXED.low, RELAXED.high)
    if skill is None:
        return None
    level, lower = LEVEL.low if level is None else level, relaxed or 0
    eased = fields.get("relaxed")
    if eased is not None and fields.get("relax_after") is None:
        finder.refuse(eased, Problem.MISSING_KEY, "relax_after")
    elif lower >= level:
        finder.refuse(eased or node, Problem.RELAXES_TO_NO_LESS, str(lower), str(level))
    need = Need(skill=SkillId(skill), level=level, relax_after=after, relaxed=lower)
    return skill, need


def _overflow(node: Node, finder: Finder) -> tuple[str, Overflow] | None:
    """`queue: service, after: 60`."""
    fields = Fields(finder, node, ("queue", "after"))
    queue = _named(fields, "queue", finder)
    after = _number(fields, "after", finder, AFTER.low, AFTER.high)
    if fields.is_mapping and fields.get("after") is None:
        finder.refuse(node, Problem.MISSING_KEY, "after")
    if queue is None or after is None:
        return None
    return queue, Overflow(queue=QueueId(queue), after=after)


def _named(fields: Fields, name: str, finder: Finder) -> str | None:
    node = fields.get(name)
    if node is not None:
        return finder.word(node, _NAMINGS[name])
    if fields.is_mapping:
        finder.refuse(fields.node, Problem.MISSING_KEY, name)
    return None


def _number(fields: Fields, name: str, finder: Finder, low: int, high: int) -> int | None:
    node = fields.get(name)
    return None if node is None else finder.number(node, low, high)
