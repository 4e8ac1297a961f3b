"""Plain counters of one AMI client, for whoever exports metrics; knows no metrics library."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class AmiCounters:
    """Totals since the client was made; read them at any time from the same event loop."""

    bytes_received: int = 0
    events_delivered: int = 0
    events_skipped: Counter[str] = field(default_factory=Counter)
    """Events outside the interest filter, by name, as of the last batch (bounded names)."""
    malformed_messages: int = 0
    undecodable_messages: int = 0
    stray_replies: int = 0
    """Replies to nobody: late after a time-out, or forged."""
    queue_peak: int = 0

    connects_failed: int = 0
    logins: int = 0
    logins_refused: int = 0
    links_lost: Counter[str] = field(default_factory=Counter)
    """By `LinkLoss` value."""

    actions_sent: Counter[str] = field(default_factory=Counter)
    actions_refused: Counter[str] = field(default_factory=Counter)
    outcomes_unknown: Counter[str] = field(default_factory=Counter)
    actions_not_sent: Counter[str] = field(default_factory=Counter)
