"""The headers of one message: text in, fields out. Pure.

A header splits at its first ": ", or, lacking one, at its first ":"; a line without a colon is
left out. Of a repeated header the first counts (one without the space only if there is no other),
the others are kept apart. C escapes are undone where Asterisk makes them.

An event keeps its text and is read when somebody asks: most are never asked, or for two or three
fields of twenty, and a waiting text takes a fifth of the memory of its fields.

Asterisk prints an event of one kind mostly with the same headers in the same order. So a reader
remembers a few such layouts as compiled patterns, which find all values in one pass and share the
names between events; whatever fits none of them is read line by line. Both give the same.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar, overload

MAX_LAYOUTS = 6
MAX_HEADERS = 100
"""Above so many groups a pattern is not worth its making."""

_EOL = "\r\n"
_VALUE = r": ([^\r]*+)"
"""No CR, so that a value ends with its line."""
_RAW_NAMES = frozenset({"OriginateResponse", "QueueEntry"})
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}

Default = TypeVar("Default")
Repeats = tuple[tuple[str, str], ...]
Read = tuple[dict[str, str], Repeats]
Layout = tuple[Callable[[str], re.Match[str] | None], tuple[str, ...], dict[str, str]]
"""Its pattern, the headers' names, and a dict of the right size to copy."""


class Fields(Mapping[str, str]):
    """The headers of one message by name: one is found in the text, all are read at once."""

    __slots__ = ("_read", "_reader", "_text")

    def __init__(self, reader: HeaderReader, text: str) -> None:
        self._reader = reader
        self._text = text
        self._read: Read | None = None

    def all(self) -> dict[str, str]:
        """Every header, the first of each name; do not change it."""
        if self._read is None:
            self._read = self._reader.read(self._text)
        return self._read[0]

    @property
    def repeats(self) -> Repeats:
        """Further values of repeated headers, in order."""
        self.all()
        return self._read[1] if self._read else ()

    def __getitem__(self, name: str) -> str:
        value = self.get(name, None)
        if value is None:
            raise KeyError(name)
        return value

    @overload
    def get(self, name: str, /) -> str | None: ...
    @overload
    def get(self, name: str, /, default: Default) -> str | Default: ...
    def get(self, name: str, /, default: object = None) -> object:
        """One header; searched in the text unless all have been read already."""
        if self._read is None and ":" not in name:
            text = self._text
            at = text.find(f"\r\n{name}: ")
            if at >= 0:
                at += len(name) + 4
                end = text.find(_EOL, at)
                value = text[at:end] if end >= 0 else text[at:]
                return self._reader.plain(name, value) if "\\" in value else value
        return self.all().get(name, default)

    def __iter__(self) -> Iterator[str]:
        return iter(self.all())

    def __len__(self) -> int:
        return len(self.all())

    def __repr__(self) -> str:
        # Headers hold numbers and names of people: a log line or a traceback must not.
        return f"<{len(self)} headers>"


class HeaderReader:
    """Reads the messages of one event name (or of all replies, with an empty name)."""

    __slots__ = ("_event", "_layouts", "_seen")

    def __init__(self, event: str) -> None:
        self._event = event
        self._layouts: list[Layout] = []
        self._seen: tuple[str, ...] = ()

    def read(self, text: str) -> Read:
        """All headers: the first of each name, and the further ones."""
        layouts = self._layouts
        for layout in layouts:
            found = layout[0](text)
            if found is not None:
                if layout is not layouts[0]:
                    # Events of one sort come in rows: try it first the next time.
                    layouts.remove(layout)
                    layouts.insert(0, layout)
                fields = layout[2].copy()
                fields.update(zip(layout[1], found.groups()))  # noqa: B905 - hot, equal by make
                if "\\" in text:
                    for name, value in fields.items():
                        fields[name] = self.plain(name, value) if "\\" in value else value
                return fields, ()
        read = self.read_lines(text)
        self._learn(tuple(read[0]), text)
        return read

    def read_lines(self, text: str) -> Read:
        """Any message, line by line: the rule of which all else is only the fast form."""
        lines = text.split(_EOL)
        pairs = [line.split(": ", 1) for line in lines if ": " in line]
        pairs += [line.split(":", 1) for line in lines if ":" in line and ": " not in line]
        fields: dict[str, str] = {}
        repeats: list[tuple[str, str]] = []
        for name, raw in pairs:
            value = self.plain(name, raw) if "\\" in raw else raw
            if name in fields:
                repeats.append((name, value))
            else:
                fields[name] = value
        return fields, tuple(repeats)

    def plain(self, name: str, value: str) -> str:
        """The value without Asterisk's escapes, if it makes them in this header."""
        return unescape(value) if is_escaped(self._event, name) else value

    def _learn(self, names: tuple[str, ...], text: str) -> None:
        """Remember a layout when it comes a second time in a row: no room for one-off shapes."""
        again, self._seen = names == self._seen, names
        if not again or len(names) > MAX_HEADERS:
            return
        pattern = re.compile(_EOL.join(re.escape(name) + _VALUE for name in names))
        if pattern.fullmatch(text):
            names = tuple(map(sys.intern, names))
            self._layouts.insert(0, (pattern.fullmatch, names, dict.fromkeys(names, "")))
            del self._layouts[MAX_LAYOUTS:]


def is_escaped(event: str, name: str) -> bool:
    """Whether Asterisk C-escapes this header: names of people, and values of variables.

    Measured on 22.10: UserEvent bodies, AppData, all other headers, and the names in a few events
    that are printed apart from the rest, are raw.
    """
    return (
        (name.endswith(("CallerIDName", "ConnectedLineName")) and event not in _RAW_NAMES)
        or "ChanVariable" in name
        or (name == "Value" and event == "VarSet")
    ) and name != "EffectiveConnectedLineName"


def unescape(text: str) -> str:
    """Undo Asterisk's `ast_escape_c`; an unknown escape stands for its own character."""
    return _ESCAPE.sub(lambda match: _ESCAPED.get(match[1], match[1]), text)
