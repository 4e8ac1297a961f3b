"""Words of a text of rules that name something: queues, skills, agents."""

from yaml.nodes import Node

from crm_core.rules.mistakes import Problem
from crm_core.rules.vocabulary import CLOSED, MOST_VALUES, PATTERNS, Known, Naming
from crm_core.written import fields

_MISSING = {
    Naming.QUEUE: Problem.NO_QUEUE,
    Naming.SKILL: Problem.NO_SKILL,
    Naming.SCHEDULE: Problem.NO_SCHEDULE,
    Naming.SEGMENT: Problem.NO_SEGMENT,
}


class Finder(fields.Finder):
    """Reads fields by what is known here. `mistakes` holds what was wrong so far."""

    def __init__(self, known: Known) -> None:
        super().__init__(known.agents)
        self._known = {
            Naming.QUEUE: known.queues,
            Naming.SKILL: known.skills,
            Naming.SCHEDULE: known.schedules,
            Naming.SEGMENT: known.segments,
        }

    def word(self, node: Node, naming: Naming) -> str | None:
        """A word that names what there is, or has the form of such words."""
        if naming in CLOSED:
            return self.one_of(node, CLOSED[naming])
        if naming in PATTERNS:
            return self.formed(node, PATTERNS[naming])
        return self.known_word(node, self._known[naming], _MISSING[naming])

    def queue(self, node: Node) -> str | None:
        return self.word(node, Naming.QUEUE)

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
