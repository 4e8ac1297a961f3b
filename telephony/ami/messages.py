"""What comes out of an AMI link: events, replies, and the link's own ups and downs.

Owns these values and what single headers mean everywhere (time stamps, channel variables). It
gives no meaning to any event: that is translation's business.

Headers are trusted in order: of a repeated header the first counts, because Asterisk writes its
own before the free text of a UserEvent, which a caller may have influenced. A whole forged event
(line breaks smuggled into a UserEvent) cannot be told from a genuine one here; the dialplan must
FILTER() what it prints, and snapshots correct the rest.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from telephony.ami.headers import Fields, Repeats

_REQUEST_ID = re.compile(r"[0-9a-f]{16}-\d+/(.+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class AmiEvent:
    """One event. `received_at` is aware UTC, the same for all events of one read."""

    name: str
    fields: Mapping[str, str]
    """Headers by name; of a repeated one the first."""
    received_at: datetime

    def as_dict(self) -> dict[str, str]:
        """Every header at once, for whoever wants most of them; do not change it."""
        return self.fields.all() if isinstance(self.fields, Fields) else dict(self.fields)

    @property
    def repeats(self) -> Repeats:
        """Further values of repeated headers, in order."""
        return self.fields.repeats if isinstance(self.fields, Fields) else ()

    @property
    def timestamp(self) -> datetime | None:
        """When Asterisk made the event (`timestampevents=yes`), aware UTC."""
        try:
            return datetime.fromtimestamp(float(self.fields["Timestamp"]), UTC)
        except (KeyError, ValueError, OverflowError, OSError):
            return None

    @property
    def request_id(self) -> str | None:
        """The id that the sender of the action gave, if this event answers one of ours."""
        return request_id(self.fields.get("ActionID", ""))

    @property
    def variables(self) -> dict[str, str]:
        """The channel variables that manager.conf's `channelvars` asks for, unescaped."""
        pairs = [*self.as_dict().items(), *self.repeats]
        texts = [value for key, value in pairs if key.startswith("ChanVariable")]
        return {name: value for name, _, value in (t.partition("=") for t in texts)}


@dataclass(frozen=True, slots=True)
class Response:
    """Asterisk's reply to one action; only successful ones reach the caller of `send`."""

    status: str
    fields: Mapping[str, str]
    received_at: datetime

    @property
    def message(self) -> str:
        # Some carry a bare LF: "No AORs found\n".
        return self.fields.get("Message", "").strip()

    @property
    def succeeded(self) -> bool:
        return self.status in ("Success", "Follows", "Goodbye")


class LinkLoss(StrEnum):
    """Why a link ended."""

    CUT = "cut"
    """The peer or the network closed it."""
    SILENT = "silent"
    """Nothing was heard for the watchdog's patience: frozen or half-open."""
    OVERFLOW = "overflow"
    """Our consumer was too slow; cut on purpose, the next login resynchronises."""
    VIOLATION = "violation"
    """The peer broke the protocol or its size limits."""
    STOPPED = "stopped"
    """We were told to stop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkUp:
    """Logged in; what follows are events of this session. The owner resynchronises now."""

    node: str
    session: int
    """Counts the logins of this client from 1."""
    version: str
    """Of the manager protocol, from the banner."""
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkDown:
    """The session ended; events may have been missed from here to the next `LinkUp`."""

    node: str
    session: int
    reason: LinkLoss
    detail: str
    at: datetime


def request_id(action_id: str) -> str | None:
    """The caller's own id inside an ActionID of this package, or None."""
    match = _REQUEST_ID.fullmatch(action_id)
    return match[1] if match else None
