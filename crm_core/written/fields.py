"""Plain fields of a written text: texts, numbers, lists. Mistakes are gathered, not raised."""

import re
from collections.abc import Container, Iterator, Mapping
from enum import StrEnum

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from crm_core.written.mistakes import Common, Mistake, at
from crm_core.written.tree import pairs
from routing.ids import AgentId

_NUMBER = re.compile(r"-?[0-9]{1,9}", re.ASCII)
SAID = {"yes": True, "true": True, "no": False, "false": False}
LONGEST_WORD = 128
_MOST_HINTS = 40


class Finder:
    """Reads fields. `mistakes` holds what was wrong so far; `agents` are found by id or username,
    None where nobody knows them."""

    def __init__(self, agents: Mapping[str, AgentId] | None = None) -> None:
        self.mistakes: list[Mistake] = []
        self.agents = agents

    def refuse(self, node: Node | None, problem: StrEnum, word: str = "", hint: str = "") -> None:
        """Note a mistake where the node begins; of an empty text, at its start."""
        self.mistakes.append(at(node.start_mark if node is not None else None, problem, word, hint))

    def text(self, node: Node) -> str | None:
        """A text as it is written, whatever YAML makes of it elsewhere: `no` is Norwegian."""
        if not isinstance(node, ScalarNode):
            self.refuse(node, Common.NOT_TEXT)
            return None
        if not node.value:
            self.refuse(node, Common.EMPTY)
            return None
        return str(node.value)

    def number(self, node: Node, low: int, high: int) -> int | None:
        """A whole number within the bounds."""
        if not isinstance(node, ScalarNode) or not _NUMBER.fullmatch(node.value):
            self.refuse(node, Common.NOT_NUMBER, word_of(node))
            return None
        value = int(node.value)
        if not low <= value <= high:
            self.refuse(node, Common.OUT_OF_BOUNDS, node.value, f"{low}..{high}")
            return None
        return value

    def yes(self, node: Node) -> bool | None:
        """`yes` or `no`."""
        said = SAID.get(node.value.lower()) if isinstance(node, ScalarNode) else None
        if said is None:
            self.refuse(node, Common.NOT_YES_OR_NO, word_of(node))
        return said

    def one_of(self, node: Node, words: tuple[str, ...]) -> str | None:
        """One of these words."""
        word = self.text(node)
        if word is None or word in words:
            return word
        self.refuse(node, Common.NOT_A_VALUE, word, ", ".join(words[:_MOST_HINTS]))
        return None

    def formed(self, node: Node, pattern: re.Pattern[str]) -> str | None:
        """A word of a form."""
        word = self.text(node)
        if word is None or pattern.fullmatch(word):
            return word
        self.refuse(node, Common.MALFORMED, word)
        return None

    def known_word(self, node: Node, known: Container[str] | None, missing: StrEnum) -> str | None:
        """A word that names something there is; where nobody knows, any will do."""
        word = self.text(node)
        if word is None:
            return None
        if len(word) <= LONGEST_WORD and (known is None or word in known):
            return word
        self.refuse(node, missing, word)
        return None

    def agent(self, node: Node) -> AgentId | None:
        """An agent by id or username; where nobody knows them, as it is written."""
        word = self.known_word(node, self.agents, Common.NO_AGENT)
        if word is None or self.agents is None:
            return None if word is None else AgentId(word)
        return self.agents[word]

    def listed(self, node: Node, most: int) -> list[Node]:
        """The nodes of a list, or the node itself in one; empty where something is wrong."""
        if not isinstance(node, SequenceNode):
            return [node]
        if not node.value:
            self.refuse(node, Common.EMPTY)
        if len(node.value) > most:
            self.refuse(node.value[most], Common.TOO_MANY, hint=str(most))
            return []
        return list(node.value)


class Fields:
    """The keys of a mapping, of which none may be unknown or stand twice."""

    def __init__(self, finder: Finder, node: Node, keys: tuple[str, ...]) -> None:
        self.node = node
        self.is_mapping = isinstance(node, MappingNode)
        self._found: dict[str, Node] = {}
        if not isinstance(node, MappingNode):
            finder.refuse(node, Common.NOT_MAPPING, word_of(node))
            return
        for name, key, value in pairs(node):
            if name not in keys:
                finder.refuse(key, Common.UNKNOWN_KEY, name, ", ".join(keys))
            elif name in self._found:
                finder.refuse(key, Common.KEY_TWICE, name)
            else:
                self._found[name] = value

    def get(self, name: str) -> Node | None:
        return self._found.get(name)

    def items(self) -> Iterator[tuple[str, Node]]:
        return iter(self._found.items())


def word_of(node: Node) -> str:
    """What stands there, if it is a word at all."""
    return str(node.value) if isinstance(node, ScalarNode) else ""
