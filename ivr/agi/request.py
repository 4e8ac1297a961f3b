"""The request that Asterisk sends first: `agi_*` headers, one a line, and an empty line.

A name that stands twice is refused: the caller chooses his own name, and it must not be able to
bring a second `agi_network_script`.
"""

import re
from dataclasses import dataclass, field

from ivr.agi.errors import Refusal
from routing.ids import FlowId

MAX_REQUEST = 8_192
MAX_LINES = 128
MAX_LINE = 1_024
"""Bytes, lines, bytes of a line. Asterisk sends some 25 lines, the longest of some 100 bytes."""

END = b"\n\n"

_HEADER = re.compile(rb"^(agi_[a-z0-9_]{1,40}+): ?+([^\0\r\n]{0,%d}+)\n" % MAX_LINE, re.MULTILINE)
# Nothing is ever matched a second way ("+"): else what is refused could take for ever.
_BEGIN = b"agi_"
_FLOW = re.compile(r"[A-Za-z0-9_-]{1,64}")
_NOBODY = ("", "unknown")


class RequestRefused(Exception):
    """The request cannot be served."""

    def __init__(self, why: Refusal) -> None:
        super().__init__(why.value)
        self.why = why


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Who is brought, and to which flow: the last part of the script's path, without its query."""

    flow: FlowId
    unique_id: str
    channel: str
    language: str
    caller_number: str | None = field(repr=False)
    """As the caller's side gave it, in any spelling."""
    dialled: str | None


def check_begun(data: bytes) -> None:
    """What has come of a request that is not whole yet. Raises RequestRefused, so that whoever
    speaks another protocol is let go with his first bytes."""
    if not data.startswith(_BEGIN[: len(data)]):
        raise RequestRefused(Refusal.MALFORMED)
    if len(data) > MAX_REQUEST:
        raise RequestRefused(Refusal.TOO_LONG)


def read_request(data: bytes) -> Request:
    """The request of these bytes, which end with its last line. Raises RequestRefused."""
    if len(data) > MAX_REQUEST:
        raise RequestRefused(Refusal.TOO_LONG)
    found = _HEADER.findall(data)
    headers = dict(found)
    if not len(headers) == len(found) == data.count(b"\n") <= MAX_LINES:
        raise RequestRefused(Refusal.MALFORMED)

    def text(name: bytes) -> str:
        value: bytes = headers.get(name, b"")
        return value.decode(errors="replace")

    flow = text(b"agi_network_script").partition("?")[0].rpartition("/")[2]
    unique_id = text(b"agi_uniqueid")
    if not _FLOW.fullmatch(flow) or not unique_id:
        raise RequestRefused(Refusal.MALFORMED)
    return Request(
        flow=FlowId(flow),
        unique_id=unique_id,
        channel=text(b"agi_channel"),
        language=text(b"agi_language"),
        caller_number=_somebody(text(b"agi_callerid")),
        dialled=_somebody(text(b"agi_dnid")),
    )


def _somebody(number: str) -> str | None:
    return None if number in _NOBODY else number
