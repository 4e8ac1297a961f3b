"""Plain fields of a written text: texts, numbers, lists. Mistakes are gathered, not raised."""

import re
from collections.abc import Iterator
from enum import StrEnum

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from crm_core.written.mistakes import Form, Mistake, at
from crm_core.written.tree import pairs

_NUMBER = re.compile(r"-?[0-9]{1,9}", re.ASCII)
SAID = {"yes": True, "true": True, "no": False, "false": False}
_MOST_HINTS = 40


class Finder:
    """Reads fields. `mistakes` holds what was wrong so far."""

    def __init__(self) -> None:
        self.mistakes: list[Mistake] = []

    def refuse(self, node: Node | None, problem: StrEnum, word: str = "", hint: str = "") -> None:
        """Note a mistake where the node begins; of an empty text, at its start."""
        self.mistakes.append(at(node.start_mark if node is not None else None, problem, word, hint))

    def text(self, node: Node) -> str | None:
        """A text as it is written, whatever YAML makes of it elsewhere: `no` is Norwegian."""
        if not isinstance(node, ScalarNode):
            self.refuse(node, Form.NOT_TEXT)
            return None
        if not node.value:
            self.refuse(node, Form.EMPTY)
            return None
        return str(node.value)

    def number(self, node: Node, low: int, high: int) -> int | None:
        """A whole number within the bounds."""
        if not isinstance(node, ScalarNode) or not _NUMBER.fullmatch(node.value):
            self.refuse(node, Form.NOT_NUMBER, word_of(node))
            return None
        value = int(node.value)
        if not low <= value <= high:
            self.refuse(node, Form.OUT_OF_BOUNDS, node.value, f"{low}..{high}")
            return None
        return value

    def yes(self, node: Node) -> bool | None:
        """`yes` or `no`."""
        said = SAID.get(node.value.lower()) if isinstance(node, ScalarNode) else None
        if said is None:
            self.refuse(node, Form.NOT_YES_OR_NO, word_of(node))
        return said

    def one_of(self, node: Node, words: tuple[str, ...]) -> str | None:
        """One of these words."""
        word = self.text(node)
        if word is None or word in words:
            return word
        self.refuse(node, Form.NOT_A_VALUE, word, ", ".join(words[:_MOST_HINTS]))
        return None

    def listed(self, node: Node, most: int) -> list[Node]:
        """The nodes of a list, or the node itself in one; empty where something is wrong."""
        if not isinstance(node, SequenceNode):
            return [node]
        if not node.value:
            self.refuse(node, Form.EMPTY)
        if len(node.value) > most:
            self.refuse(node.value[most], Form.TOO_MANY, hint=str(most))
            return []
        return list(node.value)


class Fields:
    """The keys of a mapping, of which none may be unknown or stand twice."""

    def __init__(self, finder: Finder, node: Node, keys: tuple[str, ...]) -> None:
        self.node = node
        self.is_mapping = isinstance(node, MappingNode)
        self._found: dict[str, Node] = {}
        if not isinstance(node, MappingNode):
            finder.refuse(node, Form.NOT_MAPPING, word_of(node))
            return
        for name, key, value in pairs(node):
            if name not in keys:
                finder.refuse(key, Form.UNKNOWN_KEY, name, ", ".join(keys))
            elif name in self._found:
                finder.refuse(key, Form.KEY_TWICE, name)
            else:
                self._found[name] = value

    def get(self, name: str) -> Node | None:
        return self._found.get(name)

    def items(self) -> Iterator[tuple[str, Node]]:
        return iter(self._found.items())


def word_of(node: Node) -> str:
    """What stands there, if it is a word at all."""
    return str(node.value) if isinstance(node, ScalarNode) else ""
