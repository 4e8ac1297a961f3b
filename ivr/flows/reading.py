"""From a text to a flow, or to all its mistakes with their lines. Pure.

    flow: branches
    names: {en: Where we are, ru: Где мы находимся}
    languages: [ru, en]
    start: welcome
    person: person
    nodes:
      welcome: {say: welcome, next: look}
      look: {look_up: branches, found: tell, none: person, stale: person, away: person}
      tell: {speak: branches, next: bye}
      bye: {hang_up: goodbye}
      person: {transfer: to_person, queue: service}
    prompts:
      welcome: {en: Good afternoon., ru: Добрый день.}

What a node does is said by the key that has the name of its kind. What is wrong does not stop the
reading: the writer shall see all of it at once. Only whether every way comes to its end is looked
at last, when all else is right.
"""

from collections.abc import Callable

from yaml.nodes import MappingNode, Node

from crm_core.written.fields import Fields
from crm_core.written.mistakes import Common
from crm_core.written.tree import pairs, tree
from ivr.flows.checking import Place, faults
from ivr.flows.fields import Finder
from ivr.flows.known import Known
from ivr.flows.mistakes import FlowRefused, Problem
from ivr.flows.node import NodeReader
from ivr.flows.nodes import Anywhere, Flow
from ivr.flows.nodes import Node as FlowNode
from ivr.flows.vocabulary import (
    DEEPEST,
    ID,
    KEYS,
    LANGUAGE,
    LARGEST_TEXT,
    LONGEST_TEXT,
    MOST_NODES,
    MOST_TEXTS,
    PLAIN_TEXT,
    SETTINGS,
)
from routing.ids import FlowId

_NEEDED = ("flow", "languages", "start", "person", "nodes")
_KEYS = ("person", "back", "main", "repeat")
_MOST_LANGUAGES = 20


def read_flow(text: str, known: Known, *, version: str = "draft") -> Flow:
    """The flow of the text. Raises FlowRefused with every mistake."""
    finder = Finder(known)
    root = tree(text, finder.mistakes, longest=LARGEST_TEXT, deepest=DEEPEST)
    if root is None and not finder.mistakes:
        finder.refuse(root, Common.EMPTY)
    if root is None:
        raise FlowRefused(finder.mistakes)
    reader = _Reader(finder, Fields(finder, root, SETTINGS))
    flow = reader.flow(version)
    for fault in faults(flow, known, reader.declared, whole=not finder.mistakes):
        finder.refuse(reader.where(fault.place), fault.problem, fault.word, fault.hint)
    if finder.mistakes:
        raise FlowRefused(finder.mistakes)
    return flow


class _Reader:
    """Goes through the tree once and remembers where everything stands."""

    def __init__(self, finder: Finder, fields: Fields) -> None:
        self._finder = finder
        self._fields = fields
        self._places: dict[Place, Node] = {}
        self.declared: frozenset[str] = frozenset()
        """The ids of all nodes, also of those that could not be read."""

    def where(self, place: Place) -> Node:
        """Where that stands, or what it stands in."""
        while place and place not in self._places:
            place = place[:-1]
        return self._places.get(place, self._fields.node)

    def flow(self, version: str) -> Flow:
        """What could be read; mistakes are left with the finder."""
        if self._fields.is_mapping:
            for name in _NEEDED:
                if self._fields.get(name) is None:
                    self._finder.refuse(self._fields.node, Problem.MISSING_KEY, name)
        nodes = self._nodes()
        start = self._setting("start", self._finder.id)
        return Flow(
            flow=FlowId(self._setting("flow", self._finder.id)),
            version=version,
            names=self._names(),
            languages=self._languages(),
            start=start,
            main=self._setting("main", self._finder.id) or start,
            person=self._setting("person", self._finder.id),
            nodes=nodes,
            anywhere=self._anywhere(),
            no_input=self._setting("no_input", self._finder.id),
            wrong_key=self._setting("wrong_key", self._finder.id),
            texts=self._prompts(),
        )

    def _at(self, name: str) -> Node | None:
        node = self._fields.get(name)
        if node is not None:
            self._places[(name,)] = node
        return node

    def _setting(self, name: str, read: Callable[[Node], str | None]) -> str:
        node = self._at(name)
        return (read(node) or "") if node is not None else ""

    def _languages(self) -> tuple[str, ...]:
        node = self._at("languages")
        found: dict[str, None] = {}
        listed = self._finder.listed(node, _MOST_LANGUAGES) if node is not None else []
        for index, one in enumerate(listed):
            self._places["languages", str(index)] = one
            language = self._finder.language(one)
            if language is not None and language in found:
                self._finder.refuse(one, Problem.VALUE_TWICE, language)
            elif language is not None:
                found[language] = None
        return tuple(found)

    def _anywhere(self) -> Anywhere:
        node = self._at("anywhere")
        if node is None:
            return Anywhere()
        said: dict[str, str] = {}
        for name, value in Fields(self._finder, node, _KEYS).items():
            self._places["anywhere", name] = value
            word = getattr(value, "value", None)
            if word == "" or (isinstance(word, str) and len(word) == 1 and word in KEYS):
                said[name] = word
            else:
                self._finder.refuse(value, Common.NOT_A_VALUE, hint=KEYS)
        return Anywhere(**said)

    def _nodes(self) -> dict[str, FlowNode]:
        node = self._at("nodes")
        found: dict[str, FlowNode] = {}
        seen: set[str] = set()
        reader = NodeReader(self._finder, self._places)
        for name, key, value in self._named(node, MOST_NODES, seen):
            self._places["nodes", name] = key
            one = reader.node(name, value)
            if one is not None:
                found[name] = one
        self.declared = frozenset(seen)
        return found

    def _prompts(self) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = {}
        for name, key, value in self._named(self._at("prompts"), MOST_TEXTS, set()):
            self._places["prompts", name] = key
            found[name] = self._by_language(value, ("prompts", name))
        return found

    def _names(self) -> dict[str, str]:
        node = self._at("names")
        return self._by_language(node, ("names",)) if node is not None else {}

    def _named(self, node: Node | None, most: int, seen: set[str]) -> list[tuple[str, Node, Node]]:
        """The entries of a mapping whose keys are ids, each once."""
        if node is None:
            return []
        if not isinstance(node, MappingNode):
            self._finder.refuse(node, Common.NOT_MAPPING)
            return []
        if len(node.value) > most:
            self._finder.refuse(node.value[most][0], Common.TOO_MANY, hint=str(most))
            return []
        found = []
        for name, key, value in pairs(node):
            if not ID.fullmatch(name):
                self._finder.refuse(key, Common.MALFORMED, name)
            elif name in seen:
                self._finder.refuse(key, Common.KEY_TWICE, name)
            else:
                found.append((name, key, value))
            seen.add(name)
        return found

    def _by_language(self, node: Node, place: Place) -> dict[str, str]:
        if not isinstance(node, MappingNode):
            self._finder.refuse(node, Common.NOT_MAPPING)
            return {}
        found: dict[str, str] = {}
        for language, key, value in pairs(node):
            self._places[(*place, language)] = value
            text = self._finder.formed(value, PLAIN_TEXT)
            if not LANGUAGE.fullmatch(language):
                self._finder.refuse(key, Common.MALFORMED, language)
            elif language in found:
                self._finder.refuse(key, Common.KEY_TWICE, language)
            elif text is not None and len(text) > LONGEST_TEXT:
                self._finder.refuse(value, Common.OUT_OF_BOUNDS, hint=f"1..{LONGEST_TEXT}")
            found[language] = text or ""
        return found
