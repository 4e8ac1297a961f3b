"""The request that Asterisk sends first: `agi_*` headers, one a line, and an empty line.

A name that stands twice is refused: the caller chooses his own name, and it must not be able to
bring a second `agi_network_script`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from ivr.agi.errors import Refusal
from routing.ids import FlowId

MAX_LINE = 1_024
MAX_LINES = 128
"""Bytes of a line, lines of a request. Asterisk sends some 25, the longest of them some 100."""

_HEADER = re.compile(rb"(agi_[a-z0-9_]{1,40}): ?([^\0\r]*)")
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


def check_line(line: bytes, before: int) -> None:
    """A line of a request, of which so many came before it. Raises RequestRefused, so that whoever
    speaks another protocol is let go with his first line."""
    if len(line) > MAX_LINE or before >= MAX_LINES:
        raise RequestRefused(Refusal.TOO_LONG)
    if not line.startswith(b"agi_"):
        raise RequestRefused(Refusal.MALFORMED)


def read_request(lines: Sequence[bytes]) -> Request:
    """The request of these checked lines. Raises RequestRefused."""
    headers: dict[bytes, str] = {}
    for line in lines:
        found = _HEADER.fullmatch(line)
        if found is None or found[1] in headers:
            raise RequestRefused(Refusal.MALFORMED)
        headers[found[1]] = found[2].decode(errors="replace")
    flow = headers.get(b"agi_network_script", "").partition("?")[0].rpartition("/")[2]
    unique_id = headers.get(b"agi_uniqueid", "")
    if not _FLOW.fullmatch(flow) or not unique_id:
        raise RequestRefused(Refusal.MALFORMED)
    return Request(
        flow=FlowId(flow),
        unique_id=unique_id,
        channel=headers.get(b"agi_channel", ""),
        language=headers.get(b"agi_language", ""),
        caller_number=_somebody(headers.get(b"agi_callerid", "")),
        dialled=_somebody(headers.get(b"agi_dnid", "")),
    )


def _somebody(number: str) -> str | None:
    return None if number in _NOBODY else number
