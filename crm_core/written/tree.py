"""YAML as a tree of nodes that know their lines. Owns what may stand in a written text at all.

Anchors, aliases and tags are refused before anything is built, and so is what is too long or too
deep: a small text must not become a large one, nor a deep one break the reader.
"""

from collections.abc import Iterator
from dataclasses import replace

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

from crm_core.written.mistakes import Common, Mistake, at

_LOADER = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader


def tree(text: str, mistakes: list[Mistake], *, longest: int, deepest: int) -> Node | None:
    """The text's only document; None if it is empty, or wrong, which then is added to `mistakes`.

    `longest` is in characters, `deepest` counts lists and mappings within each other.
    """
    if len(text) > longest:
        mistakes.append(Mistake(line=1, problem=Common.TOO_LONG, hint=str(longest)))
        return None
    try:
        refused = next(_forbidden(text, deepest), None)
        if refused is not None:
            mistakes.append(refused)
            return None
        root: Node | None = yaml.compose(text, Loader=_LOADER)
    except (yaml.YAMLError, UnicodeError) as error:
        mistakes.append(_not_yaml(error, text))
        return None
    return root


def pairs(node: MappingNode) -> Iterator[tuple[str, Node, Node]]:
    """The key as text, the key's node and the value's node, in their order."""
    for key, value in node.value:
        yield (key.value if isinstance(key, ScalarNode) else ""), key, value


def _forbidden(text: str, deepest: int) -> Iterator[Mistake]:
    depth = documents = 0
    for event in yaml.parse(text, Loader=_LOADER):
        depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
        documents += isinstance(event, DocumentStartEvent)
        if documents > 1:
            yield at(event.start_mark, Common.DOCUMENTS)
        elif depth > deepest:
            yield at(event.start_mark, Common.TOO_DEEP)
        elif isinstance(event, NodeEvent) and (event.anchor is not None or _tagged(event)):
            yield at(event.start_mark, Common.ALIAS, str(event.anchor or ""))


def _tagged(event: NodeEvent) -> bool:
    if isinstance(event, AliasEvent):
        return True
    return isinstance(event, ScalarEvent | CollectionStartEvent) and event.tag is not None


def _not_yaml(error: yaml.YAMLError | UnicodeError, text: str) -> Mistake:
    """What ends too early is wrong in its last line, not behind it."""
    said = getattr(error, "problem", None) or getattr(error, "reason", None) or ""
    found = at(getattr(error, "problem_mark", None), Common.NOT_YAML, str(said))
    return replace(found, line=min(found.line, len(text.splitlines()) or 1))
