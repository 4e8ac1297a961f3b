"""Plain counters of the FastAGI server, for whoever exports metrics; knows no metrics library."""

from collections import Counter
from dataclasses import dataclass, field

from ivr.agi.errors import Broken, Refusal


@dataclass(slots=True)
class AgiCounters:
    """Totals since the server was made, but for `connections` and `sessions`, which are now."""

    connections: int = 0
    sessions: int = 0
    served: int = 0
    """Sessions that have begun."""
    failed: int = 0
    """Sessions that ended by an error of our own."""
    refused: Counter[Refusal] = field(default_factory=Counter)
    broken: Counter[Broken] = field(default_factory=Counter)
