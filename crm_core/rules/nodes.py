"""Rules' YAML as a tree of nodes that know their lines. Owns what may stand in a text at all.

Anchors, aliases and tags are refused before anything is built, and so is what is too long or too
deep: a small text must not become a large one, nor a deep one break the reader.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Protocol

import yaml
from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    NodeEvent,
    ScalarEvent,
)
from yaml.nodes import MappingNode, Node, ScalarNode

from crm_core.rules.mistakes import Mistake, Problem, RulesRefused
from crm_core.rules.vocabulary import DEEPEST, LARGEST_TEXT

_LOADER = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
_LONGEST_WORD = 80
_MOST_LEVELS = 2 * DEEPEST + 8
"""Lists and mappings within each other: two for each condition within a condition."""


class _Mark(Protocol):
    """A place in a text, counted from 0."""

    line: int
    column: int


def tree(text: str) -> Node | None:
    """The text's only document; None if it is empty. Raises RulesRefused."""
    if len(text) > LARGEST_TEXT:
        raise RulesRefused([Mistake(line=1, problem=Problem.TOO_LONG, hint=str(LARGEST_TEXT))])
    try:
        refused = next(_forbidden(text), None)
        if refused is not None:
            raise RulesRefused([refused])
        root: Node | None = yaml.compose(text, Loader=_LOADER)
    except (yaml.YAMLError, UnicodeError) as error:
        raise RulesRefused([_not_yaml(error, text)]) from error
    return root


def mistake(node: Node | None, problem: Problem, word: str = "", hint: str = "") -> Mistake:
    """A mistake where the node begins."""
    return _at(node.start_mark if node is not None else None, problem, word, hint)


def pairs(node: MappingNode) -> Iterator[tuple[str, Node, Node]]:
    """The key as text, the key's node and the value's node, in their order."""
    for key, value in node.value:
        yield (key.value if isinstance(key, ScalarNode) else ""), key, value


def _forbidden(text: str) -> Iterator[Mistake]:
    depth = documents = 0
    for event in yaml.parse(text, Loader=_LOADER):
        depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
        documents += isinstance(event, DocumentStartEvent)
        if documents > 1:
            yield _at(event.start_mark, Problem.DOCUMENTS)
        elif depth > _MOST_LEVELS:
            yield _at(event.start_mark, Problem.TOO_DEEP)
        elif isinstance(event, NodeEvent) and (event.anchor is not None or _tagged(event)):
            yield _at(event.start_mark, Problem.ALIAS, str(event.anchor or ""))


def _tagged(event: NodeEvent) -> bool:
    if isinstance(event, AliasEvent):
        return True
    return isinstance(event, ScalarEvent | CollectionStartEvent) and event.tag is not None


def _not_yaml(error: yaml.YAMLError | UnicodeError, text: str) -> Mistake:
    """What ends too early is wrong in its last line, not behind it."""
    said = getattr(error, "problem", None) or getattr(error, "reason", None) or ""
    found = _at(getattr(error, "problem_mark", None), Problem.NOT_YAML, str(said))
    return replace(found, line=min(found.line, len(text.splitlines()) or 1))


def _at(mark: _Mark | None, problem: Problem, word: str = "", hint: str = "") -> Mistake:
    line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
    return Mistake(line=line, column=column, problem=problem, word=word[:_LONGEST_WORD], hint=hint)
