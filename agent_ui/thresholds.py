"""From when on the board warns of a queue (yellow) and alarms (red). Values only.

`config.board` reads them; the board's script compares, for waiting grows by the second.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Levels:
    """The two limits of one figure; None never warns."""

    yellow: float | None = None
    red: float | None = None


NEVER = Levels()


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """A queue's limits. Waiting and shares of abandons warn from them on, the others below them.

    Shares are percent and count from `least` contacts of the day on: one caller who gives up at
    nine is no trouble. Agents available count only while somebody of the pool is on shift.
    """

    longest_wait: Levels = NEVER
    """Seconds."""
    waiting: Levels = NEVER
    service_level: Levels = NEVER
    abandon_rate: Levels = NEVER
    available: Levels = NEVER
    least: int = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """The limits of all queues; `usual` holds where a queue has none of its own."""

    usual: Limits = Limits()
    queues: Mapping[str, Limits] = field(default_factory=dict)

    def of(self, queue: str) -> Limits:
        """The limits of a queue."""
        return self.queues.get(queue, self.usual)
