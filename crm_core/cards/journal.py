"""What the projection needs of the routing journal. The composition root fits the real one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from routing.decision import Decision
from routing.facts import Fact


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """A fact and its decision. `position` is opaque text that sorts by code point as it was
    written."""

    position: str
    fact: Fact
    decision: Decision


class JournalReader(Protocol):
    """Reads a journal. Called in the event loop: it must not wait for anything but the disk."""

    def read(self, after: str | None, limit: int) -> Sequence[JournalEntry]:
        """The next entries after the position, or from the beginning; none at the end."""
        ...
