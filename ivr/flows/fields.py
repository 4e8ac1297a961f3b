"""Single fields of a text of a flow: ids, prompts, what they name. Mistakes are gathered."""

from enum import StrEnum

from yaml.nodes import Node, ScalarNode

from crm_core.written import fields
from crm_core.written.fields import LONGEST_WORD, word_of
from crm_core.written.mistakes import Common
from ivr.flows.known import Known
from ivr.flows.mistakes import Problem
from ivr.flows.vocabulary import ID, LANGUAGE, MOST_PROMPTS, MOST_VALUES


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
        super().__init__(known.agents)
        self._known = {
            Named.QUEUE: known.queues,
            Named.SCHEDULE: known.schedules,
            Named.TOPIC: known.topics,
        }

    def id(self, node: Node) -> str | None:
        """The id of a node or a prompt, or a name."""
        return self.formed(node, ID)

    def language(self, node: Node) -> str | None:
        return self.formed(node, LANGUAGE)

    def named(self, node: Node, named: Named) -> str | None:
        """A queue, a schedule or a topic that there is."""
        return self.known_word(node, self._known[named], _MISSING[named])

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
            if len(word) > LONGEST_WORD:
                self.refuse(one, Common.MALFORMED, word_of(one))
            found[word] = None
        return tuple(found)
