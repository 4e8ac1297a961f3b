"""A flow as text that reads back as the same flow. Pure.

What reading would refuse is no concern of it. Agents stand by the names that are given, else by id.
"""

from collections.abc import Mapping
from typing import Any

from crm_core.written.writing import dump
from ivr.flows.nodes import Anywhere, Choice, Flow, Node
from ivr.flows.vocabulary import KIND_OF, KINDS, How
from routing.ids import AgentId


def write_flow(flow: Flow, usernames: Mapping[AgentId, str] | None = None) -> str:
    """The text of the flow; the version is not part of it."""
    said: dict[str, Any] = {
        "flow": str(flow.flow),
        "names": flow.names,
        "languages": list(flow.languages),
        "start": flow.start,
        "main": flow.main if flow.main != flow.start else "",
        "person": flow.person,
        "anywhere": _anywhere(flow.anywhere),
        "no_input": flow.no_input,
        "wrong_key": flow.wrong_key,
        "nodes": {name: _node(node, usernames or {}) for name, node in flow.nodes.items()},
        "prompts": flow.texts,
    }
    return dump({name: value for name, value in said.items() if value})


def _anywhere(keys: Anywhere) -> dict[str, str]:
    """The keys that are not as usual."""
    return {
        name: getattr(keys, name)
        for name in ("person", "back", "main", "repeat")
        if getattr(keys, name) != getattr(Anywhere(), name)
    }


def _node(node: Node, usernames: Mapping[AgentId, str]) -> dict[str, Any]:
    """The node by its kind; what is as usual is not said."""
    kind = KIND_OF[type(node)]
    form = KINDS[kind]
    usual = {name: field.default for name, field in type(node).__dataclass_fields__.items()}
    said: dict[str, Any] = {}
    for name, field in form.fields.items():
        value = getattr(node, name)
        if name == form.head:
            said[kind] = _plain(value, field.how, usernames)
        elif value != usual[name]:
            said[name] = _plain(value, field.how, usernames)
    return said


def _plain(value: Any, how: How, usernames: Mapping[AgentId, str]) -> Any:
    match how:
        case How.PROMPTS | How.VALUES:
            return _several(value)
        case How.CHOICES:
            return {choice.key: _choice(choice) for choice in value}
        case How.AGENT:
            return usernames.get(value, str(value))
        case How.NUMBER | How.YES:
            return value
    return str(value)


def _several(values: tuple[str, ...]) -> str | list[str]:
    """A single one without a list; none as nothing at all."""
    return list(values) if len(values) > 1 else "".join(values)


def _choice(choice: Choice) -> str | dict[str, str]:
    return {"to": choice.to, "prompt": choice.prompt} if choice.prompt else choice.to
