"""XML from outside, guarded: no document type, no entities, bounded in size, depth and text. Pure.

Expat reads it; what could grow beyond the file itself (entities) or reach out of it (document
types, external references) is refused the moment it is seen. Elements are known by local names.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import IO, Any
from xml.parsers import expat

from crm_core.errors import Refused

LARGEST_FILE = 64 * 1024 * 1024
DEEPEST = 32
LONGEST_TEXT = 4_000
MOST_ELEMENTS = 20_000
"""Elements in one wanted part (an entry with all its details)."""
_BLOCK = 64 * 1024
_BETWEEN = "\x1f"


class XmlRefused(Refused):
    """The file is no XML, or has what no statement needs."""

    code = "xml_refused"


@dataclass(slots=True)
class Node:
    """An element: its local name, attributes, text and children."""

    name: str
    attributes: dict[str, str]
    text: str = ""
    children: "list[Node]" = field(default_factory=list)

    def all(self, path: str) -> "Iterator[Node]":
        """The elements at a path of local names such as "TxDtls/Refs"."""
        name, _, rest = path.partition("/")
        for child in self.children:
            if child.name == name:
                if rest:
                    yield from child.all(rest)
                else:
                    yield child

    def first(self, *paths: str) -> str:
        """The text of the first element at one of the paths that has any, else nothing."""
        for path in paths:
            for node in self.all(path):
                if node.text.strip():
                    return node.text.strip()
        return ""


def parts(file: IO[bytes], wanted: frozenset[str], root: Callable[[str], None]) -> Iterator[Node]:
    """The wanted elements, each whole and in order; others around them are passed over.

    `root` is told the namespace of the first element and may raise. Raises XmlRefused.
    """
    reader = _Reader(wanted, root)
    size = 0
    while block := file.read(_BLOCK):
        size += len(block)
        if size > LARGEST_FILE:
            raise XmlRefused("too large")
        reader.feed(block, final=False)
        yield from reader.take()
    reader.feed(b"", final=True)
    yield from reader.take()


class _Reader:
    """Builds wanted elements out of expat's events."""

    def __init__(self, wanted: frozenset[str], root: Callable[[str], None]) -> None:
        self._wanted = wanted
        self._root: Callable[[str], None] | None = root
        self._open: list[Node] = []
        self._depth = 0
        self._elements = 0
        self._done: list[Node] = []
        parser = expat.ParserCreate(namespace_separator=_BETWEEN)
        parser.StartDoctypeDeclHandler = self._forbidden
        parser.EntityDeclHandler = self._forbidden
        parser.ExternalEntityRefHandler = self._forbidden
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        self._parser = parser

    def feed(self, block: bytes, *, final: bool) -> None:
        try:
            self._parser.Parse(block, final)
        except (expat.ExpatError, ValueError, LookupError) as error:
            raise XmlRefused("not well-formed") from error

    def take(self) -> list[Node]:
        done, self._done = self._done, []
        return done

    def _forbidden(self, *_arguments: Any) -> int:
        raise XmlRefused("document type or entity")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        namespace, _, name = tag.rpartition(_BETWEEN)
        if self._root is not None:
            self._root(namespace)
            self._root = None
        self._depth += 1
        if self._depth > DEEPEST:
            raise XmlRefused("too deep")
        if not self._open and name not in self._wanted:
            return
        self._elements = self._elements + 1 if self._open else 1
        if self._elements > MOST_ELEMENTS:
            raise XmlRefused("too many elements")
        node = Node(name, attributes)
        if self._open:
            self._open[-1].children.append(node)
        self._open.append(node)

    def _end(self, _tag: str) -> None:
        self._depth -= 1
        if self._open:
            node = self._open.pop()
            if not self._open:
                self._done.append(node)

    def _text(self, text: str) -> None:
        if self._open:
            node = self._open[-1]
            if len(node.text) + len(text) > LONGEST_TEXT:
                raise XmlRefused("text too long")
            node.text += text
