"""What the pages of flows need of whoever knows the flows' language, and how it answers.

The shell that walks flows stands beside this one, so `config` puts it behind this port. Texts go in
and out; nothing here is kept.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from crm_core.errors import Refused
from crm_core.written.mistakes import Mistake
from routing.ids import AgentId


class EditRefused(Refused):
    """The text cannot be changed by a form: it is not even YAML, or the node is not in it."""

    code = "flow_edit_refused"


# ── The graph ───────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Exit:
    """A way out of a node: the field that says it (`next`, `found`, ...), or the key of a menu's
    choice, with the words that offer it."""

    name: str
    to: str
    key: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeSeen:
    """A node as it is drawn. `words` are what its prompts say, in one language; `details` are what
    it is about beside them, by field, such as `("service", "balance")`. `line` is its place in the
    text."""

    node: str
    kind: str
    line: int
    details: tuple[tuple[str, str], ...] = ()
    words: tuple[str, ...] = ()
    exits: tuple[Exit, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowGraph:
    """A flow as a graph, as far as its text can be understood. `names` are by language; behind the
    nodes the text goes on at line `ends`."""

    start: str = ""
    main: str = ""
    person: str = ""
    languages: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    nodes: tuple[NodeSeen, ...] = ()
    ends: int = 0

    def node(self, name: str) -> NodeSeen | None:
        """The node of that name."""
        return next((one for one in self.nodes if one.node == name), None)


# ── Forms ───────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A field of a kind of nodes. `how` names what stands in it (`prompts`, `node`, `number`,
    `choices`, ...); `options` are the values it may have, where these are all known."""

    name: str
    how: str
    required: bool
    low: int = 0
    high: int = 0
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeText:
    """A node as it is written: its kind, and by field a word, a list of them, or of choices a
    mapping of key to `{"to": ..., "prompt": ...}`."""

    node: str
    kind: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptText:
    """A prompt's words by language. `own` are the flow's and can be edited with it."""

    prompt: str
    own: bool
    words: Mapping[str, str] = field(default_factory=dict)


# ── Trying ──────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialStep:
    """What happened in a node: what was said, and what was pressed then. `event` is what happened
    there beside that, as a code such as `verified`."""

    node: str
    said: tuple[str, ...] = ()
    pressed: str = ""
    event: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A call that was tried: its steps, where it stands, and how it ended if it did. `wants` is how
    many keys are expected of the caller now at most."""

    steps: tuple[TrialStep, ...] = ()
    at: str = ""
    ended: str = ""
    wants: int = 0


# ── Prompts ─────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptsState:
    """What callers could hear of a flow. `missing` are sounds that are not there yet, by name and
    language; while they are made, `done` of `of` are."""

    missing: tuple[str, ...] = ()
    making: bool = False
    done: int = 0
    of: int = 0
    failed: str = ""
    """A code, if making them failed the last time."""


Agents = Mapping[str, AgentId]
"""Employees by username and by id."""

# ── The port ────────────────────────────────────────────────────────────────────────────────


class FlowDesk(Protocol):
    """Knows the flows' language."""

    @property
    def kinds(self) -> Mapping[str, Sequence[Field]]:
        """Kinds of nodes with their fields, in the order in which both are shown."""
        ...

    def check(self, text: str, agents: Agents) -> Sequence[Mistake]:
        """Everything that is wrong with the text, where these work here."""
        ...

    def graph(self, text: str, language: str) -> FlowGraph:
        """What can be drawn of the text; empty if it is not even YAML."""
        ...

    def node(self, text: str, node: str) -> NodeText | None:
        """The node as it is written."""
        ...

    def prompts(self, text: str, names: Sequence[str]) -> Sequence[PromptText]:
        """The words of prompts, in the flow's languages."""
        ...

    def put_node(self, text: str, node: NodeText) -> str:
        """The text with the node changed or added. Raises EditRefused."""
        ...

    def remove_node(self, text: str, node: str) -> str:
        """The text without the node. Raises EditRefused."""
        ...

    def put_prompt(self, text: str, prompt: str, words: Mapping[str, str]) -> str:
        """The text with a prompt of its own changed or added. Raises EditRefused."""
        ...

    def try_out(self, text: str, keys: Sequence[str], *, language: str, caller: str) -> Trial:
        """Call the flow of a made-up bank with these keys, one entry after another; "" is silence.
        Raises TextRefused if the text is unsound."""
        ...


class FlowPrompts(Protocol):
    """Makes flows heard."""

    async def state(self, text: str) -> PromptsState:
        """What is missing for the flow to be heard."""
        ...

    def make(self, text: str) -> None:
        """Begin to make what is missing; `state` tells how far it is."""
        ...

    def published(self) -> None:
        """Another version of a flow is in force: callers are to hear it."""
        ...


class NoFlows:
    """A desk where there is no self-service: it draws nothing and takes nothing."""

    @property
    def kinds(self) -> Mapping[str, Sequence[Field]]:
        return {}

    def check(self, text: str, agents: Agents) -> Sequence[Mistake]:
        return ()

    def graph(self, text: str, language: str) -> FlowGraph:
        return FlowGraph()

    def node(self, text: str, node: str) -> NodeText | None:
        return None

    def prompts(self, text: str, names: Sequence[str]) -> Sequence[PromptText]:
        return ()

    def put_node(self, text: str, node: NodeText) -> str:
        raise EditRefused

    def remove_node(self, text: str, node: str) -> str:
        raise EditRefused

    def put_prompt(self, text: str, prompt: str, words: Mapping[str, str]) -> str:
        raise EditRefused

    def try_out(self, text: str, keys: Sequence[str], *, language: str, caller: str) -> Trial:
        raise EditRefused


class NoFlowPrompts:
    """Where nobody speaks: nothing is missing, and nothing is made."""

    async def state(self, text: str) -> PromptsState:
        return PromptsState()

    def make(self, text: str) -> None:
        """Nothing."""

    def published(self) -> None:
        """Nothing."""
