"""The words of the flows' language: the kinds of nodes, and how each of their fields is written.

Reading and writing follow these tables, and so may an editor. The field that is named by a node's
kind is its `head`: `say: welcome` is a Say whose `prompts` are `welcome`.
"""

import re
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from enum import StrEnum
from types import MappingProxyType

from crm_core.selfservice.answers import Service
from crm_core.selfservice.surveys import HIGHEST, LOWEST
from ivr.flows.nodes import (
    Asks,
    Callback,
    Collect,
    Condition,
    HangUp,
    Hours,
    Identify,
    LookUp,
    Menu,
    Node,
    Record,
    Say,
    SetLanguage,
    SetPin,
    Speak,
    Survey,
    Transfer,
    Verify,
)

LARGEST_TEXT = 256 * 1024
"""Characters of a flow."""
DEEPEST = 8
"""Lists and mappings within each other."""
MOST_NODES = 300
MOST_PROMPTS = 12
"""Of one node."""
MOST_VALUES = 20
MOST_TEXTS = 400
"""Prompts of the flow's own."""
LONGEST_TEXT = 400
KEYS = "0123456789*#"

ID = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
"""Ids of flows, nodes and prompts, and names that digits are kept under."""
LANGUAGE = re.compile(r"[a-z]{2,3}", re.ASCII)
PLAIN_TEXT = re.compile(r"[^\x00-\x1f\x7f-\x9f\u2028\u2029{}]+")
"""What can be spoken; braces would be places for values."""


class How(StrEnum):
    """How a field is written."""

    PROMPTS = "prompts"
    """A prompt or a list of them."""
    PROMPT = "prompt"
    NODE = "node"
    """Where it goes on."""
    NUMBER = "number"
    YES = "yes"
    """`yes` or `no`."""
    NAME = "name"
    VALUES = "values"
    """A word or a list of them."""
    SERVICE = "service"
    ASKS = "asks"
    LANGUAGE = "language"
    SCHEDULE = "schedule"
    QUEUE = "queue"
    AGENT = "agent"
    TOPIC = "topic"
    CHOICES = "choices"
    """Keys, each with the node it leads to and the prompt that offers it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """How a field is written, and the bounds of a number. `required` has no default."""

    how: How
    required: bool
    low: int = 0
    high: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A kind of nodes: its type, the field that the kind's own key holds, and all of its fields."""

    type: type[Node]
    head: str
    fields: Mapping[str, Field]

    @property
    def exits(self) -> tuple[str, ...]:
        """The fields that lead to another node; a menu's choices are beside them."""
        return tuple(name for name, field in self.fields.items() if field.how is How.NODE)


_NUMBERS: Mapping[tuple[type[Node], str], tuple[int, int]] = MappingProxyType(
    {
        (Collect, "fewest"): (1, 20),
        (Collect, "most"): (1, 20),
        (Speak, "most"): (1, 10),
        (Survey, "lowest"): (LOWEST, HIGHEST),
        (Survey, "highest"): (LOWEST, HIGHEST),
        (Record, "seconds"): (5, 300),
    }
)
_NUMBERS_OF_ALL = MappingProxyType({"seconds": (2, 30), "tries": (1, 5)})
_SAID = ("prompts", "code", "pin", "again")
_NAMED: Mapping[str, How] = MappingProxyType(
    {
        "topic": How.TOPIC,
        "wrong": How.PROMPT,
        "weak": How.PROMPT,
        "name": How.NAME,
        "question": How.NAME,
        "suggested": How.YES,
        "service": How.SERVICE,
        "language": How.LANGUAGE,
        "schedule": How.SCHEDULE,
        "asks": How.ASKS,
        "values": How.VALUES,
        "queue": How.QUEUE,
        "agent": How.AGENT,
        "choices": How.CHOICES,
    }
)


def _form(node: type[Node], head: str) -> Form:
    """Fields in the order in which they are written: the head first, the topic last."""
    names = [one.name for one in fields(node) if one.name not in ("node", "topic", head)]
    required = {one.name for one in fields(node) if one.default is MISSING}
    return Form(
        type=node,
        head=head,
        fields=MappingProxyType(
            {name: _field(node, name, name in required) for name in (head, *names, "topic")}
        ),
    )


def _field(node: type[Node], name: str, required: bool) -> Field:
    bounds = _NUMBERS.get((node, name)) or _NUMBERS_OF_ALL.get(name)
    if bounds is not None:
        return Field(how=How.NUMBER, required=required, low=bounds[0], high=bounds[1])
    how = How.PROMPTS if name in _SAID else _NAMED.get(name, How.NODE)
    return Field(how=how, required=required)


KINDS: Mapping[str, Form] = MappingProxyType(
    {
        "say": _form(Say, "prompts"),
        "menu": _form(Menu, "prompts"),
        "collect": _form(Collect, "prompts"),
        "identify": _form(Identify, "prompts"),
        "verify": _form(Verify, "prompts"),
        "set_pin": _form(SetPin, "code"),
        "look_up": _form(LookUp, "service"),
        "speak": _form(Speak, "service"),
        "survey": _form(Survey, "prompts"),
        "record": _form(Record, "prompts"),
        "set_language": _form(SetLanguage, "language"),
        "hours": _form(Hours, "schedule"),
        "condition": _form(Condition, "asks"),
        "callback": _form(Callback, "prompts"),
        "transfer": _form(Transfer, "prompts"),
        "hang_up": _form(HangUp, "prompts"),
    }
)
"""The kinds of nodes, by the key that says it."""
KIND_OF: Mapping[type[Node], str] = MappingProxyType(
    {form.type: kind for kind, form in KINDS.items()}
)
ENDS: frozenset[type[Node]] = frozenset({Callback, Transfer, HangUp})
"""Where the call leaves self-service."""
WAITING: frozenset[type[Node]] = frozenset(
    {Menu, Collect, Identify, Verify, SetPin, Survey, Record}
)
"""Where something is expected of the caller."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What stands beside the question of a condition: a name, and values, of these or of any."""

    name: bool = False
    values: bool = False
    of: tuple[str, ...] = ()


QUESTIONS: Mapping[Asks, Question] = MappingProxyType(
    {
        Asks.VERIFIED: Question(),
        Asks.SUGGESTED: Question(),
        Asks.LANGUAGE: Question(values=True),
        Asks.LANGUAGE_KNOWN: Question(),
        Asks.COLLECTED: Question(name=True, values=True),
        Asks.TOLD: Question(values=True, of=tuple(one.value for one in Service)),
        Asks.OVERDUE: Question(),
        Asks.NUMBER_KNOWN: Question(),
    }
)

SETTINGS = (
    "flow",
    "names",
    "languages",
    "start",
    "main",
    "person",
    "anywhere",
    "no_input",
    "wrong_key",
    "nodes",
    "prompts",
)
"""The keys of a flow, in the order in which they are written."""
