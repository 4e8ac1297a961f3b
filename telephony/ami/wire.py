"""The AMI byte stream decoded, as a pure object: bytes in, messages out, no I/O, no clock.

Rules of the wire, as Asterisk writes it:

- A banner line, then messages. A line ends with CR LF and a message with an empty line. A bare
  CR, LF or NUL is part of a value: Asterisk prints some texts raw.
- The first header says what it is: `Event: NAME` or `Response: STATUS`. Anything else is counted
  and dropped.
- How a message's headers are read: see `telephony.ami.headers`.
- Text is UTF-8. A message is decoded as a whole, so a letter split between two reads stays whole;
  bytes that are no UTF-8 become U+FFFD in that message only.

The result never depends on how the stream was cut into reads. Work is linear in the bytes
received, whatever the peer sends, and memory is bounded by `max_message`.

Most events are wanted by nobody, so the first line alone decides, as bytes: an unwanted event
costs a search, a slice and a look-up.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from telephony.ami.headers import Fields, HeaderReader
from telephony.ami.messages import AmiEvent, Response

BANNER = b"Asterisk Call Manager/"
MAX_BANNER = 256
MAX_NAMES = 512
"""Distinct event names remembered; forged ones must not fill the memory."""

_EOL = b"\r\n"
_END = b"\r\n\r\n"


class _Kind:
    """What a first line means; one object for each distinct event name."""

    __slots__ = ("count", "name", "reader", "wanted")

    def __init__(self, name: str, wanted: bool) -> None:
        self.name = name
        self.wanted = wanted
        self.count = 0
        self.reader = HeaderReader(name)


class Decoder:
    """Decodes one connection; make a new one for each.

    `feed` returns whole messages in order. After a violation it returns what was good before it,
    `violation` says what happened, and nothing further is decoded: cut the link.
    """

    def __init__(
        self,
        *,
        wanted: frozenset[str] | None = None,
        max_message: int = 262_144,
        own_ids: str = "",
    ) -> None:
        self.version = ""
        self.violation = ""
        self.malformed = 0
        self.undecodable = 0
        self.open_lists = 0
        """While above zero, events that carry one of our own ActionIDs pass the filter."""
        self._max = max_message
        self._all = wanted is None
        self._own = b"\r\nActionID: " + own_ids.encode()
        self._kinds = {
            b"Event: " + name.encode(): _Kind(name, wanted=True) for name in wanted or ()
        }
        self._parts: list[bytes] = []
        self._size = 0
        self._edge = b""
        self._replies = HeaderReader("")
        self._others = _Kind("(other)", wanted=self._all)

    def take_skipped(self) -> Counter[str]:
        """How many events of each name the filter has passed over since the last call."""
        taken: Counter[str] = Counter()
        for kind in (*self._kinds.values(), self._others):
            if kind.count and not kind.wanted:
                taken[kind.name] = kind.count
            kind.count = 0
        return taken

    def feed(self, data: bytes, received_at: datetime) -> list[AmiEvent | Response]:
        """Decode what is complete now; the rest waits for the next call."""
        if self.violation:
            return []
        if not self.version:
            data = self._banner(data)
        found: list[AmiEvent | Response] = []
        if data:
            self._messages(self._complete(data), received_at, found)
            if self._size >= self._max + len(_END) and not self.violation:
                self.violation = f"a message of more than {self._max} bytes"
        return found

    def _banner(self, data: bytes) -> bytes:
        """Consume the first line; what follows it belongs to the messages."""
        head = b"".join((*self._parts, data))
        line, found, rest = head.partition(_EOL)
        limit = MAX_BANNER if found else MAX_BANNER + 1
        if not head.startswith(BANNER[: len(head)]) or len(line) > limit:
            self.violation = "the peer is no Asterisk manager"
            return b""
        if not found:
            self._parts = [head]
            return b""
        self._parts = []
        self.version = line[len(BANNER) :].decode(errors="replace").strip() or "?"
        return rest

    def _complete(self, data: bytes) -> list[bytes]:
        """All whole messages at hand; the unfinished rest is kept."""
        if self._parts:
            if _END not in self._edge + data:
                self._keep(data)
                return []
            data = b"".join((*self._parts, data))
            self._parts, self._size, self._edge = [], 0, b""
        whole = data.split(_END)
        if rest := whole.pop():
            self._keep(rest)
        return whole

    def _keep(self, rest: bytes) -> None:
        self._parts.append(rest)
        self._size += len(rest)
        self._edge = (self._edge + rest)[1 - len(_END) :]

    def _messages(
        self, whole: list[bytes], received_at: datetime, found: list[AmiEvent | Response]
    ) -> None:
        kinds, longest = self._kinds, self._max
        for raw in whole:
            end = raw.find(_EOL)
            kind = kinds.get(raw[:end] if end >= 0 else raw)
            if kind is None or len(raw) > longest:
                if not self._rare(raw, received_at, found):
                    return
                continue
            kind.count += 1
            if kind.wanted or (self.open_lists and self._own in raw):
                try:
                    text = raw.decode()
                except UnicodeDecodeError:
                    text = self._text(raw)
                found.append(AmiEvent(kind.name, Fields(kind.reader, text), received_at))

    def _rare(self, raw: bytes, received_at: datetime, found: list[AmiEvent | Response]) -> bool:
        """Replies, first sightings, oddities; False after a violation."""
        if len(raw) > self._max:
            self.violation = f"a message of more than {self._max} bytes"
            return False
        raw = raw.removeprefix(_EOL)
        head = raw.partition(_EOL)[0]
        key, _, value = head.partition(b":")
        what = key.strip().lower()
        name = value.strip().decode(errors="replace")
        if what == b"response":
            fields = Fields(self._replies, self._text(raw))
            found.append(Response(name, fields, received_at))
        elif what == b"event":
            kind = self._kind(head, name)
            kind.count += 1
            if kind.wanted or (self.open_lists and self._own in raw):
                fields = Fields(kind.reader, self._text(raw))
                found.append(AmiEvent(name, fields, received_at))
        elif raw:
            self.malformed += 1
        return True

    def _kind(self, head: bytes, name: str) -> _Kind:
        plain = b"Event: " + name.encode()
        known = self._kinds.get(plain)
        if known is not None:
            return known
        if len(self._kinds) >= MAX_NAMES:
            return self._others
        kind = _Kind(name, wanted=self._all)
        if head == plain:
            self._kinds[plain] = kind
        return kind

    def _text(self, raw: bytes) -> str:
        try:
            return raw.decode()
        except UnicodeDecodeError:
            self.undecodable += 1
            return raw.decode(errors="replace")
