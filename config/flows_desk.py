"""The flows' language behind the pages' port: texts to graphs and forms, and back.

What is drawn is taken from the text itself, not from a flow that was read: a draft is drawn while
it is still wrong.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node

from agent_ui.web.flows.ports import (
    Agents,
    EditRefused,
    Exit,
    Field,
    FlowGraph,
    NodeSeen,
    NodeText,
    PromptText,
    Trial,
    TrialStep,
)
from config.queueing import QueuePlan
from crm_core.catalogue import Catalogue
from crm_core.selfservice.answers import Service
from crm_core.written.editing import EntryUnknown, plain, put, remove
from crm_core.written.mistakes import Mistake
from crm_core.written.tree import tree
from ivr.flows import nodes as flow_nodes
from ivr.flows.known import Known
from ivr.flows.mistakes import FlowRefused
from ivr.flows.nodes import Asks
from ivr.flows.reading import read_flow
from ivr.flows.vocabulary import DEEPEST, ID, KINDS, LARGEST_TEXT, Form, How
from ivr.made_up_bank import MadeUpBank, try_out
from ivr.speech.own import with_own
from ivr.speech.phrasebook import Phrasebook
from ivr.speech.texts import Clause, Text
from ivr.steps.acts import Caller
from routing.ports import Clock

_DETAILS = frozenset(
    {How.SERVICE, How.ASKS, How.LANGUAGE, How.SCHEDULE, How.QUEUE, How.AGENT, How.NAME, How.VALUES}
)
"""What of a node is told beside its words."""
_MOST_DIGITS = 20
_SEVERAL = frozenset({How.PROMPTS, How.VALUES})


def known_of(plan: QueuePlan, catalogue: Catalogue, book: Phrasebook) -> Known:
    """What flows may name here; agents are in the database, and so are not looked at."""
    leaves = (leaf for topic in catalogue.topics for leaf in topic.leaves())
    return Known(
        queues=frozenset(str(one.queue) for one in plan.queues),
        schedules=frozenset(str(one.schedule) for one in plan.schedules.opening),
        topics=frozenset(one.code for one in leaves),
        prompts=book,
    )


class FlowsDesk:
    """Implements `agent_ui.web.flows.ports.FlowDesk`. Flows are tried at the made-up bank."""

    def __init__(self, known: Known, book: Phrasebook, clock: Clock) -> None:
        self._known = known
        self._book = book
        self._clock = clock
        self.kinds: Mapping[str, Sequence[Field]] = {
            kind: tuple(self._fields(form)) for kind, form in KINDS.items()
        }

    def check(self, text: str, agents: Agents) -> Sequence[Mistake]:
        """Everything that is wrong with the text, where these work here."""
        try:
            read_flow(text, replace(self._known, agents=agents))
        except FlowRefused as refused:
            return refused.mistakes
        return ()

    def graph(self, text: str, language: str) -> FlowGraph:
        """What can be drawn of the text."""
        root = _root(text)
        said = plain(root) if root is not None else {}
        nodes = _value(root, "nodes")
        languages = _words(said.get("languages"))
        spoken = language if language in languages else next(iter(languages), language)
        words = {name: dict(one).get(spoken, "") for name, one in self._texts(said).items()}
        return FlowGraph(
            start=_word(said.get("start")),
            main=_word(said.get("main")) or _word(said.get("start")),
            person=_word(said.get("person")),
            languages=languages,
            names=_by_language(said.get("names")),
            nodes=tuple(
                self._seen(str(key.value), key, plain(value), words)
                for key, value in (nodes.value if isinstance(nodes, MappingNode) else ())
            ),
            ends=_end(root, nodes),
        )

    def node(self, text: str, node: str) -> NodeText | None:
        """The node as it is written."""
        found = plain(_value(_value(_root(text), "nodes"), node) or MappingNode("", []))
        kind = _kind(found)
        if kind is None:
            return None
        head = KINDS[kind].head
        values = {head if key == kind else key: value for key, value in found.items()}
        return NodeText(node=node, kind=kind, values=values)

    def prompts(self, text: str, names: Sequence[str]) -> Sequence[PromptText]:
        """The words of prompts, in the flow's languages."""
        root = _root(text)
        said = plain(root) if root is not None else {}
        own, all_ = _mapping(said.get("prompts")), self._texts(said)
        languages = _words(said.get("languages")) or tuple(self._book.languages)
        return [
            PromptText(
                prompt=name,
                own=name in own or name not in all_,
                words={one: all_.get(name, {}).get(one, "") for one in languages},
            )
            for name in names
        ]

    def put_node(self, text: str, node: NodeText) -> str:
        """The text with the node changed or added. Raises EditRefused."""
        if node.kind not in KINDS or not ID.fullmatch(node.node):
            raise EditRefused
        return _edited(put, text, ("nodes", node.node), _entry(node))

    def remove_node(self, text: str, node: str) -> str:
        """The text without the node. Raises EditRefused."""
        return _edited(remove, text, ("nodes", node))

    def put_prompt(self, text: str, prompt: str, words: Mapping[str, str]) -> str:
        """The text with a prompt of its own changed or added. Raises EditRefused."""
        if not ID.fullmatch(prompt):
            raise EditRefused
        return _edited(put, text, ("prompts", prompt), dict(words))

    def try_out(self, text: str, keys: Sequence[str], *, language: str, caller: str) -> Trial:
        """Call the flow with these keys. Raises TextRefused if the text is unsound."""
        flow = read_flow(text, self._known)
        words = with_own(self._book, flow.flow, flow.texts)
        bank = MadeUpBank(self._clock.now().date())
        who = Caller(number=caller or None, language=language)
        tried = try_out(flow, who, list(keys), words=words, bank=bank)
        at = tried.service.node
        return Trial(
            steps=tuple(
                TrialStep(node=one.node, said=one.said, pressed=one.pressed, event=one.event)
                for one in tried.moments
            ),
            at=at,
            ended=tried.ended,
            wants=_wanted(flow.nodes[at]) if tried.wants else 0,
        )

    def _fields(self, form: Form) -> Iterator[Field]:
        known = self._known
        options: Mapping[How, Sequence[str]] = {
            How.SERVICE: [one.value for one in Service],
            How.ASKS: [one.value for one in Asks],
            How.LANGUAGE: self._book.languages,
            How.SCHEDULE: sorted(known.schedules or ()),
            How.QUEUE: sorted(known.queues or ()),
            How.TOPIC: sorted(known.topics or ()),
        }
        for name, field in form.fields.items():
            yield Field(
                name=name,
                how=field.how,
                required=field.required,
                low=field.low,
                high=field.high,
                options=tuple(options.get(field.how, ())),
            )

    def _seen(self, name: str, key: Node, said: Any, words: Mapping[str, str]) -> NodeSeen:
        kind = _kind(said)
        line = key.start_mark.line + 1
        if kind is None:
            return NodeSeen(node=name, kind="", line=line)
        form = KINDS[kind]
        fields = [
            (one, how.how, said.get(kind if one == form.head else one))
            for one, how in form.fields.items()
        ]
        return NodeSeen(
            node=name,
            kind=kind,
            line=line,
            details=tuple(
                (one, word)
                for one, how, value in fields
                if how in _DETAILS
                for word in _words(value)
            ),
            words=tuple(
                words.get(one, one)
                for _, how, value in fields
                if how is How.PROMPTS
                for one in _words(value)
            ),
            exits=tuple(_exits(fields, words)),
        )

    def _texts(self, said: Mapping[str, Any]) -> Mapping[str, Mapping[str, str]]:
        """Words by prompt and language, the flow's own and those of every bank."""
        found: dict[str, dict[str, str]] = {}
        for language, texts in self._book.texts.items():
            for name, text in texts.items():
                found.setdefault(name, {})[language] = _written(text)
        own = _mapping(said.get("prompts"))
        return {**{name: _by_language(one) for name, one in own.items()}, **found}


def _wanted(node: flow_nodes.Node) -> int:
    """How many keys the node takes at most; of a menu one."""
    match node:
        case flow_nodes.Menu():
            return 1
        case flow_nodes.Survey(highest=highest):
            return len(str(highest))
    return _MOST_DIGITS


def _edited(edit: Any, *given: Any) -> str:
    try:
        changed: str = edit(*given)
    except (EntryUnknown, yaml.YAMLError, UnicodeError) as error:
        raise EditRefused from error
    return changed


def _entry(node: NodeText) -> dict[str, Any]:
    """The node as it is written: its head first, nothing that is left empty."""
    form = KINDS[node.kind]
    entry: dict[str, Any] = {}
    for name, field in form.fields.items():
        value = _as_written(field.how, node.values.get(name))
        if name == form.head:
            entry[node.kind] = value
        elif value is not None:
            entry[name] = value
    return entry


def _as_written(how: How, value: Any) -> Any:
    if value in (None, "", [], (), {}):
        return None
    if how in _SEVERAL:
        several = [value] if isinstance(value, str) else list(value)
        return several[0] if len(several) == 1 else several
    if how is How.NUMBER:
        return int(value) if str(value).isdecimal() else str(value)
    if how is How.YES:
        return value == "yes"
    if how is How.CHOICES:
        return {key: _choice(one) for key, one in value.items()}
    return value


def _choice(said: Mapping[str, str] | str) -> Any:
    """A node alone, unless a prompt offers it."""
    if isinstance(said, str):
        return said
    return dict(said) if said.get("prompt") else said.get("to", "")


def _exits(fields: Sequence[tuple[str, How, Any]], words: Mapping[str, str]) -> Iterator[Exit]:
    for name, how, value in fields:
        if how is How.NODE and _word(value):
            yield Exit(name=name, to=_word(value))
        elif how is How.CHOICES:
            for key, one in _mapping(value).items():
                to, prompt = (
                    (one.get("to"), one.get("prompt")) if isinstance(one, dict) else (one, "")
                )
                offer = words.get(_word(prompt), "")
                yield Exit(name=name, key=key, to=_word(to), words=offer)


def _root(text: str) -> Node | None:
    return tree(text, [], longest=LARGEST_TEXT, deepest=DEEPEST)


def _value(node: Node | None, name: str) -> Node | None:
    if not isinstance(node, MappingNode):
        return None
    return next((value for key, value in node.value if key.value == name), None)


def _end(root: Node | None, nodes: Node | None) -> int:
    """The line of the first entry behind the nodes; 0 if there is none."""
    if not isinstance(root, MappingNode) or nodes is None:
        return 0
    after = [
        key.start_mark for key, _ in root.value if key.start_mark.index > nodes.start_mark.index
    ]
    return min((mark.line + 1 for mark in after), default=0)


def _kind(said: Any) -> str | None:
    return next((key for key in _mapping(said) if key in KINDS), None)


def _mapping(said: Any) -> Mapping[str, Any]:
    return said if isinstance(said, dict) else {}


def _by_language(said: Any) -> dict[str, str]:
    return {key: _word(one) for key, one in _mapping(said).items()}


def _word(said: Any) -> str:
    return said if isinstance(said, str) else ""


def _words(said: Any) -> tuple[str, ...]:
    listed = said if isinstance(said, list) else [said]
    return tuple(one for one in listed if isinstance(one, str) and one)


def _written(text: Text) -> str:
    """A text with its places in braces."""
    return "".join(
        part.text if isinstance(part, Clause) else f"{{{part.name}}}" for part in text.parts
    )
