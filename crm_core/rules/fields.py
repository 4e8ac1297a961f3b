"""Words of a text of rules that name something: queues, skills, agents."""

from yaml.nodes import Node

from crm_core.rules.mistakes import Problem
from crm_core.rules.vocabulary import CLOSED, MOST_VALUES, PATTERNS, Known, Naming
from crm_core.written import fields
from routing.ids import AgentId

_MISSING = {
    Naming.QUEUE: Problem.NO_QUEUE,
    Naming.SKILL: Problem.NO_SKILL,
    Naming.SCHEDULE: Problem.NO_SCHEDULE,
    Naming.SEGMENT: Problem.NO_SEGMENT,
    Naming.AGENT: Problem.NO_AGENT,
}
_LONGEST_WORD = 128


class Finder(fields.Finder):
    """Reads fields by what is known here. `mistakes` holds what was wrong so far."""

    def __init__(self, known: Known) -> None:
        super().__init__()
        self._agents = known.agents
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
