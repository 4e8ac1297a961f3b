"""Single fields of a text of a flow: ids, prompts, what they name. Mistakes are gathered."""

import re
from enum import StrEnum

from yaml.nodes import Node, ScalarNode

from crm_core.written import fields
from crm_core.written.fields import word_of
from ivr.flows.known import Known
from ivr.flows.mistakes import Problem
from ivr.flows.vocabulary import ID, LANGUAGE, MOST_PROMPTS, MOST_VALUES
from routing.ids import AgentId

_LONGEST_WORD = 128


class Named(StrEnum):
    """What a word of a flow names outside of the flow."""

    QUEUE = "queue"
    SCHEDULE = "schedule"
    TOPIC = "topic"


_MISSING = {
    Named.QUEUE: Problem.NO_QUEUE,
    Named.SCHEDULE: Problem.NO_SCHEDULE,
    Named.TOPIC: Problem.NO_TOPIC,
}


class Finder(fields.Finder):
    """Reads fields by what is known here."""

    def __init__(self, known: Known) -> None:
        super().__init__()
        self._agents = known.agents
        self._known = {
            Named.QUEUE: known.queues,
            Named.SCHEDULE: known.schedules,
            Named.TOPIC: known.topics,
        }

    def formed(self, node: Node, pattern: re.Pattern[str]) -> str | None:
        """A word of a form."""
        word = self.text(node)
        if word is None or pattern.fullmatch(word):
            return word
        self.refuse(node, Problem.MALFORMED, word)
        return None

    def id(self, node: Node) -> str | None:
        """The id of a node or a prompt, or a name."""
        return self.formed(node, ID)

    def language(self, node: Node) -> str | None:
        return self.formed(node, LANGUAGE)

    def named(self, node: Node, named: Named) -> str | None:
        """A queue, a schedule or a topic that there is."""
        word = self.text(node)
        if word is None:
            return None
        known = self._known[named]
        if len(word) <= _LONGEST_WORD and (known is None or word in known):
            return word
        self.refuse(node, _MISSING[named], word)
        return None

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

    def prompts(self, node: Node) -> list[tuple[str, Node]]:
        """Prompts in their order, with where each stands; nothing stands for none."""
        if isinstance(node, ScalarNode) and not node.value:
            return []
        found = ((self.id(one), one) for one in self.listed(node, MOST_PROMPTS))
        return [(name, one) for name, one in found if name is not None]

    def values(self, node: Node) -> tuple[str, ...]:
        """One word or a list of them, none twice."""
        found: dict[str, None] = {}
        for one in self.listed(node, MOST_VALUES):
            word = self.text(one)
            if word is None:
                continue
            if word in found:
                self.refuse(one, Problem.VALUE_TWICE, word)
            if len(word) > _LONGEST_WORD:
                self.refuse(one, Problem.MALFORMED, word_of(one))
            found[word] = None
        return tuple(found)
