"""From a text of rules to rules as values, or to all its mistakes with their lines. Pure.

    rules:
      - rule: Clients in arrears
        when: {days_past_due: {at_least: 31}, whose: likeliest}
        then: {queue: collections}
        last: yes

Keys beside each other must all hold; of a list of words any will do; `any`, `all` and `not` hold
conditions within. `whose` says of the conditions about the client that stand beside it. What is
wrong does not stop the reading: the writer shall see all of it at once.
"""

import re

from yaml.nodes import Node, ScalarNode, SequenceNode

from crm_core.rules.doing import read_actions
from crm_core.rules.fields import Finder
from crm_core.rules.mistakes import Problem, RulesRefused
from crm_core.rules.sense import never
from crm_core.rules.vocabulary import (
    DEEPEST,
    LARGEST_TEXT,
    LONGEST_NAME,
    MOST_CONDITIONS,
    MOST_RULES,
    QUESTIONS,
    Known,
    Question,
    Shape,
)
from crm_core.written.fields import SAID, Fields
from crm_core.written.mistakes import Common
from crm_core.written.tree import tree
from routing.rules.terms import ALWAYS, Actions, Asked, Condition, Rule, RuleSet, Whose

_PLAIN_TEXT = re.compile(r"[^\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_QUESTIONS = tuple(asked.value for asked in QUESTIONS)
_WHOSE = "whose"
_RANGE = ("at_least", "at_most")
_MOST_LEVELS = 2 * DEEPEST + 8
"""Lists and mappings within each other: two for each condition within a condition."""


def read_rules(text: str, known: Known, *, version: str = "draft") -> RuleSet:
    """The rules of the text. Raises RulesRefused with every mistake."""
    finder = Finder(known)
    root = tree(text, finder.mistakes, longest=LARGEST_TEXT, deepest=_MOST_LEVELS)
    rules = _Reader(finder).rules(root)
    if finder.mistakes:
        raise RulesRefused(finder.mistakes)
    return RuleSet(version=version, rules=rules)


class _Reader:
    """Goes through the tree once; what is wrong is left with the finder, and None stands for it."""

    def __init__(self, finder: Finder) -> None:
        self._finder = finder
        self._conditions = 0

    # ── Rules ───────────────────────────────────────────────────────────────────────────────

    def rules(self, root: Node | None) -> tuple[Rule, ...]:
        fields = Fields(self._finder, root, ("rules",)) if root is not None else None
        listed = fields.get("rules") if fields else None
        if not isinstance(listed, SequenceNode):
            if not self._finder.mistakes:
                self._finder.refuse(listed or root, Problem.NOT_RULES)
            return ()
        if len(listed.value) > MOST_RULES:
            self._finder.refuse(listed.value[MOST_RULES], Common.TOO_MANY, hint=str(MOST_RULES))
            return ()
        found: list[Rule] = []
        names: set[str] = set()
        ended = False
        for node in listed.value:
            if ended:
                self._finder.refuse(node, Problem.NEVER_REACHED)
            rule = self._rule(node, names)
            if rule is not None:
                found.append(rule)
                ended = ended or (rule.last and rule.when == ALWAYS)
        return tuple(found)

    def _rule(self, node: Node, names: set[str]) -> Rule | None:
        fields = Fields(self._finder, node, ("rule", "when", "then", "last"))
        if not fields.is_mapping:
            return None
        self._conditions = 0
        name = self._name(fields, names)
        when = fields.get("when")
        condition = ALWAYS if when is None else self._mapping(when, 0)
        does = fields.get("then")
        if does is None:
            self._finder.refuse(node, Problem.MISSING_KEY, "then")
        actions = Actions() if does is None else read_actions(does, self._finder)
        last = fields.get("last")
        ends = last is not None and self._finder.yes(last) is True
        if name is None or condition is None:
            return None
        return Rule(name=name, when=condition, then=actions, last=ends)

    def _name(self, fields: Fields, names: set[str]) -> str | None:
        node = fields.get("rule")
        if node is None:
            self._finder.refuse(fields.node, Problem.MISSING_KEY, "rule")
            return None
        name = self._finder.text(node)
        if name is None:
            return None
        if len(name) > LONGEST_NAME or not _PLAIN_TEXT.fullmatch(name) or name != name.strip():
            self._finder.refuse(node, Common.MALFORMED, name)
        elif name in names:
            self._finder.refuse(node, Problem.NAME_TWICE, name)
        names.add(name)
        return name

    # ── Conditions ──────────────────────────────────────────────────────────────────────────

    def _mapping(self, node: Node, depth: int) -> Condition | None:
        """The condition that a mapping is: its keys together. None where something is wrong."""
        before = len(self._finder.mistakes)
        if depth > DEEPEST:
            self._finder.refuse(node, Common.TOO_DEEP)
            return None
        fields = Fields(self._finder, node, (*_QUESTIONS, _WHOSE))
        if not fields.is_mapping:
            return None
        whose = self._whose(fields)
        parts = [
            self._condition(Asked(name), value, whose, depth)
            for name, value in fields.items()
            if name != _WHOSE
        ]
        if not parts and len(self._finder.mistakes) == before:
            self._finder.refuse(node, Common.EMPTY)
            return None
        whole = [part for part in parts if part is not None]
        if len(whole) < len(parts) or not whole:
            return None
        condition = whole[0] if len(whole) == 1 else Condition(asked=Asked.ALL, parts=tuple(whole))
        if len(self._finder.mistakes) == before and never(condition):
            self._finder.refuse(node, Problem.NEVER_HOLDS)
            return None
        return condition

    def _whose(self, fields: Fields) -> Whose:
        node = fields.get(_WHOSE)
        if node is None:
            return Whose.EVERY
        if not any(
            QUESTIONS[Asked(name)].of_client for name, _ in fields.items() if name != _WHOSE
        ):
            self._finder.refuse(node, Problem.WHOSE_OF_NOTHING)
        word = self._finder.one_of(node, tuple(one.value for one in Whose))
        return Whose(word) if word else Whose.EVERY

    def _condition(self, asked: Asked, node: Node, whose: Whose, depth: int) -> Condition | None:
        self._conditions += 1
        if self._conditions > MOST_CONDITIONS:
            if self._conditions == MOST_CONDITIONS + 1:
                self._finder.refuse(node, Common.TOO_MANY, hint=str(MOST_CONDITIONS))
            return None
        question = QUESTIONS[asked]
        if question.shape is Shape.PARTS:
            return self._parts(asked, node, depth)
        if question.shape is Shape.PART:
            inner = self._mapping(node, depth + 1)
            return inner and Condition(asked=asked, parts=(inner,))
        whose = whose if question.of_client else Whose.EVERY
        return self._leaf(asked, question, node, whose)

    def _parts(self, asked: Asked, node: Node, depth: int) -> Condition | None:
        if not isinstance(node, SequenceNode):
            self._finder.refuse(node, Problem.NOT_LIST)
            return None
        if not node.value:
            self._finder.refuse(node, Common.EMPTY)
            return None
        parts = [self._mapping(part, depth + 1) for part in node.value]
        whole = tuple(part for part in parts if part is not None)
        return Condition(asked=asked, parts=whole) if len(whole) == len(parts) else None

    def _leaf(self, asked: Asked, question: Question, node: Node, whose: Whose) -> Condition | None:
        match question.shape:
            case Shape.RANGE:
                return self._range(asked, question, node, whose)
            case Shape.QUEUE_RANGE:
                return self._queue_range(asked, question, node)
            case Shape.FACT:
                return Condition(asked=asked, whose=whose) if self._only_yes(node) else None
        fact = question.shape is Shape.FACT_OR_VALUES
        if fact and isinstance(node, ScalarNode) and node.value.lower() in SAID:
            return Condition(asked=asked, whose=whose) if self._only_yes(node) else None
        values = self._finder.words(node, question.naming) if question.naming else ()
        return Condition(asked=asked, values=values, whose=whose) if values else None

    def _only_yes(self, node: Node) -> bool:
        said = self._finder.yes(node)
        if said is False:
            self._finder.refuse(node, Problem.ONLY_YES)
        return said is True

    def _range(
        self, asked: Asked, question: Question, node: Node, whose: Whose
    ) -> Condition | None:
        if isinstance(node, ScalarNode):
            exact = self._finder.number(node, 0, question.highest)
            if exact is None:
                return None
            return Condition(asked=asked, low=exact, high=exact, whose=whose)
        fields = Fields(self._finder, node, _RANGE)
        return self._ends(asked, question, fields, (), whose)

    def _queue_range(self, asked: Asked, question: Question, node: Node) -> Condition | None:
        fields = Fields(self._finder, node, ("queue", *_RANGE))
        if not fields.is_mapping:
            return None
        named = fields.get("queue")
        if named is None:
            self._finder.refuse(node, Problem.MISSING_KEY, "queue")
            return None
        queue = self._finder.queue(named)
        return self._ends(asked, question, fields, (queue,), Whose.EVERY) if queue else None

    def _ends(
        self,
        asked: Asked,
        question: Question,
        fields: Fields,
        values: tuple[str, ...],
        whose: Whose,
    ) -> Condition | None:
        if not fields.is_mapping:
            return None
        ends = [fields.get(name) for name in _RANGE]
        low, high = (
            None if end is None else self._finder.number(end, 0, question.highest) for end in ends
        )
        if low is None and high is None:
            if ends == [None, None]:
                self._finder.refuse(fields.node, Common.EMPTY)
            return None
        return Condition(asked=asked, values=values, low=low, high=high, whose=whose)
