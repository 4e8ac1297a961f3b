"""Changing one entry of a written text and nothing else: its comments and its lines stay. Pure.

An entry is named by the keys that lead to it. Where it stands in braces, what the braces hold is
written anew.
"""

from collections.abc import Sequence
from io import StringIO
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from crm_core.errors import Refused
from crm_core.written.writing import WIDTH, Dumper


class EntryUnknown(Refused):
    """The text is no mapping, or has no such entry."""

    code = "entry_unknown"


def put(text: str, path: Sequence[str], value: Any) -> str:
    """The text with the entry set to a value of texts, numbers, truths, lists and mappings; None is
    nothing. A new one is put behind the others. Raises EntryUnknown, yaml.YAMLError."""
    return _set(text, path, _represented(value))


def remove(text: str, path: Sequence[str]) -> str:
    """The text without the entry and the comment right above it. Raises as `put` does."""
    parent = _find(_root(text), path[:-1])
    found = _entry(parent, path[-1])
    if parent is None or found is None:
        raise EntryUnknown
    if parent.flow_style or len(parent.value) == 1:
        rest = [pair for pair in parent.value if pair[0].value != path[-1]]
        return _set(text, path[:-1], _mapping(rest, flow_style=not rest))
    first, end = _lines_of(found)
    lines = text.splitlines(keepends=True)
    above = max((_lines_of(pair)[1] for pair in _before(parent, found)), default=0)
    while first > above and lines[first - 1].lstrip().startswith("#"):
        first -= 1
    return "".join([*lines[:first], *lines[end:]])


def plain(node: Node) -> Any:
    """What a node says: each scalar as it is written, lists, mappings."""
    if isinstance(node, MappingNode):
        return {str(key.value): plain(value) for key, value in node.value}
    if isinstance(node, SequenceNode):
        return [plain(one) for one in node.value]
    return str(node.value)


def _represented(value: Any) -> Node:
    """Keys in their order; what holds nothing but words stands in one line."""
    dumper = Dumper(StringIO(), default_flow_style=None, sort_keys=False)
    node: Node = dumper.represent_data(value)
    return node


def _set(text: str, path: Sequence[str], value: Node) -> str:
    root = _root(text)
    if not path:
        return _written(value)
    parent = _find(root, path[:-1])
    if parent is None or not parent.value:
        return _set(text, path[:-1], _mapping([(_key(path[-1]), value)]))
    found = _entry(parent, path[-1])
    if parent.flow_style:
        pairs = [pair for pair in parent.value if found is None or pair is not found]
        return _set(text, path[:-1], _mapping([*pairs, (_key(path[-1]), value)]))
    lines = text.splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    first, end = _lines_of(found or parent.value[-1])
    if found is None:
        first = end
    indent = " " * parent.value[0][0].start_mark.column
    written = _written(_mapping([(_key(path[-1]), value)]))
    new = [f"{indent}{line}" for line in written.splitlines(keepends=True)]
    return "".join([*lines[:first], *new, *lines[end:]])


def _root(text: str) -> Node | None:
    root: Node | None = yaml.compose(text, Loader=yaml.SafeLoader)
    return root


def _find(node: Node | None, path: Sequence[str]) -> MappingNode | None:
    """The mapping at the end of the path; None where there is nothing, or nothing in it."""
    for name in path:
        if not isinstance(node, MappingNode):
            break
        node = next((value for key, value in node.value if key.value == name), None)
    if isinstance(node, MappingNode):
        return node
    if node is None or (isinstance(node, ScalarNode) and not node.value):
        return None
    raise EntryUnknown


def _entry(parent: MappingNode | None, name: str) -> tuple[Node, Node] | None:
    entries: list[tuple[Node, Node]] = parent.value if parent is not None else []
    return next((pair for pair in entries if pair[0].value == name), None)


def _before(parent: MappingNode, found: tuple[Node, Node]) -> list[tuple[Node, Node]]:
    """The entries that stand before one: a line of theirs may look like a comment."""
    entries: list[tuple[Node, Node]] = parent.value
    return entries[: entries.index(found)]


def _lines_of(pair: tuple[Node, Node]) -> tuple[int, int]:
    """The entry's first line, and the one behind its last. What stands between it and the next
    entry, comments and empty lines, is the next one's."""
    first = pair[0].start_mark.line
    return first, max(_behind(pair[1]), first + 1)


def _behind(node: Node) -> int:
    """The line behind a node. A block ends where its last leaf does: its own mark is at whatever
    comes next."""
    if isinstance(node, MappingNode | SequenceNode) and node.value and not node.flow_style:
        last = node.value[-1]
        return _behind(last[1] if isinstance(last, tuple) else last)
    mark = node.end_mark
    return int(mark.line) + (mark.column > 0)


def _mapping(pairs: list[tuple[Node, Node]], flow_style: bool = False) -> MappingNode:
    return MappingNode("tag:yaml.org,2002:map", pairs, flow_style=flow_style)


def _key(name: str) -> Node:
    return _represented(name)


def _written(node: Node) -> str:
    return str(yaml.serialize(node, Dumper=Dumper, allow_unicode=True, width=WIDTH))
