"""The routing journal as the card projection reads it: one folder, two views."""

from collections.abc import Sequence

from crm_core.cards.journal import JournalEntry
from routing.loop import FileJournal
from routing.loop.journal import START


class JournalTail:
    """Implements `crm_core.cards.journal.JournalReader` over the loop's journal."""

    def __init__(self, journal: FileJournal) -> None:
        self._journal = journal

    def read(self, after: str | None, limit: int) -> Sequence[JournalEntry]:
        """Return the next entries after a position."""
        return [
            JournalEntry(entry.position, entry.fact, entry.decision)
            for entry in self._journal.entries(after or START, limit)
        ]
