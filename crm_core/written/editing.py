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

_WIDTH = 100
_INDENT = 2


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
    first, end = _lines_of(text, parent, found)
    lines = text.splitlines(keepends=True)
    while first and lines[first - 1].lstrip().startswith("#"):
        first -= 1
    return "".join([*lines[:first], *lines[end:]])


def plain(node: Node) -> Any:
    """What a node says: each scalar as it is written, lists, mappings."""
    if isinstance(node, MappingNode):
        return {str(key.value): plain(value) for key, value in node.value}
    if isinstance(node, SequenceNode):
        return [plain(one) for one in node.value]
    return str(node.value)


class _Dumper(yaml.SafeDumper):
    """Writes each value where it stands; nothing refers to anything."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _yes(dumper: yaml.SafeDumper, said: bool) -> ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:bool", "yes" if said else "no")


def _nothing(dumper: yaml.SafeDumper, _none: None) -> ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:null", "")


_Dumper.add_representer(bool, _yes)
_Dumper.add_representer(type(None), _nothing)


def _represented(value: Any) -> Node:
    """Keys in their order; what holds nothing but words stands in one line."""
    dumper = _Dumper(StringIO(), default_flow_style=None, sort_keys=False)
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
    first, end = _lines_of(text, parent, found or parent.value[-1])
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


def _lines_of(text: str, parent: MappingNode, pair: tuple[Node, Node]) -> tuple[int, int]:
    """The lines from the entry's first to the one behind its last; comments and empty lines that
    stand before the next entry are that one's."""
    lines = text.splitlines()
    starts = [key.start_mark.line for key, _ in parent.value]
    first = pair[0].start_mark.line
    ends = [start for start in starts if start > first]
    mark = pair[1].end_mark
    end = min(ends) if ends else min(mark.line + (mark.column > 0), len(lines))
    if not ends and isinstance(pair[1], MappingNode | SequenceNode) and not pair[1].flow_style:
        end = mark.line if mark.line < len(lines) else len(lines)
    while end > first + 1 and not lines[end - 1].split("#")[0].strip():
        end -= 1
    return first, end


def _mapping(pairs: list[tuple[Node, Node]], flow_style: bool = False) -> MappingNode:
    return MappingNode("tag:yaml.org,2002:map", pairs, flow_style=flow_style)


def _key(name: str) -> Node:
    return _represented(name)


def _written(node: Node) -> str:
    return str(yaml.serialize(node, Dumper=_Dumper, allow_unicode=True, width=_WIDTH))
