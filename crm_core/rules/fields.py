"""Single fields of a text of rules: words, numbers, names. Mistakes are gathered, not raised."""

import re
from collections.abc import Iterator

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from crm_core.rules.mistakes import Mistake, Problem
from crm_core.rules.nodes import mistake, pairs
from crm_core.rules.vocabulary import CLOSED, MOST_VALUES, PATTERNS, Known, Naming
from routing.ids import AgentId

_NUMBER = re.compile(r"-?[0-9]{1,9}", re.ASCII)
SAID = {"yes": True, "true": True, "no": False, "false": False}
_MISSING = {
    Naming.QUEUE: Problem.NO_QUEUE,
    Naming.SKILL: Problem.NO_SKILL,
    Naming.SCHEDULE: Problem.NO_SCHEDULE,
    Naming.SEGMENT: Problem.NO_SEGMENT,
    Naming.AGENT: Problem.NO_AGENT,
}
_LONGEST_WORD = 128


class Finder:
    """Reads fields by what is known here. `mistakes` holds what was wrong so far."""

    def __init__(self, known: Known) -> None:
        self.mistakes: list[Mistake] = []
        self._agents = known.agents
        self._known = {
            Naming.QUEUE: known.queues,
            Naming.SKILL: known.skills,
            Naming.SCHEDULE: known.schedules,
            Naming.SEGMENT: known.segments,
        }

    def refuse(self, node: Node | None, problem: Problem, word: str = "", hint: str = "") -> None:
        """Note a mistake where the node begins; of an empty text, at its start."""
        self.mistakes.append(mistake(node, problem, word, hint))

    def text(self, node: Node) -> str | None:
        """A text as it is written, whatever YAML makes of it elsewhere: `no` is Norwegian."""
        if not isinstance(node, ScalarNode):
            self.refuse(node, Problem.NOT_TEXT)
            return None
        if not node.value:
            self.refuse(node, Problem.EMPTY)
            return None
        return str(node.value)

    def number(self, node: Node, low: int, high: int) -> int | None:
        """A whole number within the bounds."""
        if not isinstance(node, ScalarNode) or not _NUMBER.fullmatch(node.value):
            self.refuse(node, Problem.NOT_NUMBER, _word(node))
            return None
        value = int(node.value)
        if not low <= value <= high:
            self.refuse(node, Problem.OUT_OF_BOUNDS, node.value, f"{low}..{high}")
            return None
        return value

    def one_of(self, node: Node, words: tuple[str, ...]) -> str | None:
        """One of these words."""
        word = self.text(node)
        if word is None or word in words:
            return word
        self.refuse(node, Problem.NOT_A_VALUE, word, ", ".join(words[:40]))
        return None

    def word(self, node: Node, naming: Naming) -> str | None:
        """A word that names what there is, or has the form of such words."""
        if naming in CLOSED:
            return self.one_of(node, CLOSED[naming])
        word = self.text(node)
        if word is None:
            return None
        if naming in PATTERNS:
            if PATTERNS[naming].fullmatch(word):
                return word
            self.refuse(node, Problem.MALFORMED, word)
            return None
        known = self._known[naming]
        if len(word) <= _LONGEST_WORD and (known is None or word in known):
            return word
        self.refuse(node, _MISSING[naming], word)
        return None

    def queue(self, node: Node) -> str | None:
        return self.word(node, Naming.QUEUE)

    def agent(self, node: Node) -> AgentId | None:
        """An agent by id or username."""
        word = self.text(node)
        if word is None:
            return None
        if len(word) <= _LONGEST_WORD and self._agents is None:
            return AgentId(word)
        agent = (self._agents or {}).get(word)
        if agent is None:
            self.refuse(node, Problem.NO_AGENT, word)
        return agent

    def words(self, node: Node, naming: Naming) -> tuple[str, ...]:
        """One word or a list of them; empty where something is wrong."""
        found: dict[str, None] = {}
        for one in self.listed(node, MOST_VALUES):
            word = self.word(one, naming)
            if word is None:
                continue
            if word in found:
                self.refuse(one, Problem.VALUE_TWICE, word)
            found[word] = None
        return tuple(found)

    def listed(self, node: Node, most: int) -> list[Node]:
        """The nodes of a list, or the node itself in one; empty where something is wrong."""
        if not isinstance(node, SequenceNode):
            return [node]
        if not node.value:
            self.refuse(node, Problem.EMPTY)
        if len(node.value) > most:
            self.refuse(node.value[most], Problem.TOO_MANY, hint=str(most))
            return []
        return list(node.value)


def yes(node: Node, finder: Finder) -> bool | None:
    """`yes` or `no`."""
    said = SAID.get(node.value.lower()) if isinstance(node, ScalarNode) else None
    if said is None:
        finder.refuse(node, Problem.NOT_YES_OR_NO, _word(node))
    return said


class Fields:
    """The keys of a mapping, of which none may be unknown or stand twice."""

    def __init__(self, finder: Finder, node: Node, keys: tuple[str, ...]) -> None:
        self.node = node
        self.is_mapping = isinstance(node, MappingNode)
        self._found: dict[str, Node] = {}
        if not isinstance(node, MappingNode):
            finder.refuse(node, Problem.NOT_MAPPING, _word(node))
            return
        for name, key, value in pairs(node):
            if name not in keys:
                finder.refuse(key, Problem.UNKNOWN_KEY, name, ", ".join(keys))
            elif name in self._found:
                finder.refuse(key, Problem.KEY_TWICE, name)
            else:
                self._found[name] = value

    def get(self, name: str) -> Node | None:
        return self._found.get(name)

    def items(self) -> Iterator[tuple[str, Node]]:
        return iter(self._found.items())


def _word(node: Node) -> str:
    return str(node.value) if isinstance(node, ScalarNode) else ""
