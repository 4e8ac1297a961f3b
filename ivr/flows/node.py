"""One node of a flow, read by the table of kinds. Mistakes are left with the finder."""

from collections.abc import Callable
from typing import Any

from yaml.nodes import MappingNode, Node, ScalarNode

from crm_core.selfservice.answers import OPEN_TO_ALL, Service
from crm_core.written.fields import Fields
from crm_core.written.mistakes import Common
from crm_core.written.tree import pairs
from ivr.flows.checking import Place
from ivr.flows.fields import Finder, Named
from ivr.flows.mistakes import Problem
from ivr.flows.nodes import Asks, Choice, LookUp
from ivr.flows.nodes import Node as FlowNode
from ivr.flows.vocabulary import KEYS, KINDS, Field, Form, How
from routing.ids import QueueId, ScheduleId

_SERVICES = tuple(one.value for one in Service)
_ASKS = tuple(one.value for one in Asks)


class NodeReader:
    """Reads nodes, and notes in `places` where each field stands."""

    def __init__(self, finder: Finder, places: dict[Place, Node]) -> None:
        self._finder = finder
        self._places = places
        self._simple: dict[How, Callable[[Node], Any]] = {
            How.NODE: finder.id,
            How.NAME: finder.id,
            How.PROMPT: finder.id,
            How.YES: finder.yes,
            How.VALUES: finder.values,
            How.LANGUAGE: finder.language,
            How.AGENT: finder.agent,
            How.SERVICE: self._service,
            How.ASKS: self._asks,
            How.QUEUE: lambda node: _as(QueueId, finder.named(node, Named.QUEUE)),
            How.SCHEDULE: lambda node: _as(ScheduleId, finder.named(node, Named.SCHEDULE)),
            How.TOPIC: lambda node: finder.named(node, Named.TOPIC),
        }

    def node(self, name: str, node: Node) -> FlowNode | None:
        """The node; None where something about it is wrong."""
        kind = self._kind(node)
        if kind is None:
            return None
        before = len(self._finder.mistakes)
        form = KINDS[kind]
        values: dict[str, Any] = {"node": name}
        keys = tuple(kind if field == form.head else field for field in form.fields)
        fields = Fields(self._finder, node, keys)
        for key, value in fields.items():
            field = form.head if key == kind else key
            self._places["nodes", name, field] = value
            values[field] = self._read(("nodes", name, field), form.fields[field], value)
        self._complete(form, kind, fields, values)
        return form.type(**values) if len(self._finder.mistakes) == before else None

    def _kind(self, node: Node) -> str | None:
        if not isinstance(node, MappingNode):
            self._finder.refuse(node, Common.NOT_MAPPING)
            return None
        kinds = [(name, key) for name, key, _ in pairs(node) if name in KINDS]
        if not kinds:
            self._finder.refuse(node, Problem.NO_KIND, hint=", ".join(KINDS))
            return None
        for name, key in kinds[1:]:
            if name != kinds[0][0]:
                self._finder.refuse(key, Problem.TWO_KINDS, name, kinds[0][0])
        return kinds[0][0] if len({name for name, _ in kinds}) == 1 else None

    def _complete(self, form: Form, kind: str, fields: Fields, values: dict[str, Any]) -> None:
        needed = [name for name, field in form.fields.items() if field.required]
        if form.type is LookUp and values.get("service") not in OPEN_TO_ALL:
            needed.append("refused")
        for name in needed:
            if name not in values:
                self._finder.refuse(fields.node, Problem.MISSING_KEY, name)
            elif form.fields[name].how is How.PROMPTS:
                here = fields.get(kind if name == form.head else name)
                if isinstance(here, ScalarNode) and not here.value:
                    self._finder.refuse(here, Common.EMPTY)

    def _read(self, place: Place, field: Field, node: Node) -> Any:
        match field.how:
            case How.NUMBER:
                return self._finder.number(node, field.low, field.high)
            case How.PROMPTS:
                return self._prompts(place, node)
            case How.CHOICES:
                return self._choices(place, node)
        return self._simple[field.how](node)

    def _prompts(self, place: Place, node: Node) -> tuple[str, ...]:
        found = self._finder.prompts(node)
        self._places |= {(*place, str(index)): one for index, (_, one) in enumerate(found)}
        return tuple(name for name, _ in found)

    def _choices(self, place: Place, node: Node) -> tuple[Choice, ...]:
        fields = Fields(self._finder, node, tuple(KEYS))
        if isinstance(node, MappingNode) and not node.value:
            self._finder.refuse(node, Common.EMPTY)
        found = []
        for key, value in fields.items():
            self._places[(*place, key)] = value
            found.append(self._choice(key, value))
        return tuple(one for one in found if one is not None)

    def _choice(self, key: str, node: Node) -> Choice | None:
        """The node alone, or `{to, prompt}`."""
        if isinstance(node, ScalarNode):
            alone = self._finder.id(node)
            return Choice(key=key, to=alone) if alone is not None else None
        fields = Fields(self._finder, node, ("to", "prompt"))
        to, prompt = fields.get("to"), fields.get("prompt")
        if to is None:
            if fields.is_mapping:
                self._finder.refuse(node, Problem.MISSING_KEY, "to")
            return None
        target = self._finder.id(to)
        offer = self._finder.id(prompt) if prompt is not None else ""
        if target is None or offer is None:
            return None
        return Choice(key=key, to=target, prompt=offer)

    def _service(self, node: Node) -> Service | None:
        word = self._finder.one_of(node, _SERVICES)
        return Service(word) if word else None

    def _asks(self, node: Node) -> Asks | None:
        word = self._finder.one_of(node, _ASKS)
        return Asks(word) if word else None


def _as(kind: Callable[[str], Any], word: str | None) -> Any:
    return None if word is None else kind(word)
