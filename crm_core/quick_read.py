"""Small questions to SQLite asked in place, on the event loop, without a thread.

For what a ringing telephone waits for, and nothing else: one indexed statement that takes a tenth
of a millisecond. A reader in WAL mode waits for no writer; should the file be held all the same,
the question fails at once.
"""

import sqlite3
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Select
from sqlalchemy.dialects import sqlite

from crm_core.database import Database
from crm_core.errors import StorageAway

_BUSY_S = 0.02
_STORED = "%Y-%m-%d %H:%M:%S.%f"
"""How SQLAlchemy keeps a time in SQLite."""


class QuickRead:
    """One statement on a connection of its own. Its parameters are `:now` and those named."""

    def __init__(self, db: Database, statement: Select[Any]) -> None:
        options = {"literal_binds": True}
        compiled = statement.compile(dialect=sqlite.dialect(), compile_kwargs=options)
        self._sql = str(compiled)
        self._db = db
        self._connection: sqlite3.Connection | None = None

    def rows(self, **parameters: str) -> list[sqlite3.Row]:
        """Ask. Raises StorageAway."""
        now = self._db.clock.now().astimezone(UTC).strftime(_STORED)
        try:
            return self._open().execute(self._sql, {"now": now, **parameters}).fetchall()
        except sqlite3.Error as error:
            self.close()
            raise StorageAway("the database does not answer") from error

    def close(self) -> None:
        """Give the connection back; the next question opens another."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            uri = f"file:{self._db.sqlite_file}?mode=ro"
            self._connection = sqlite3.connect(uri, uri=True, timeout=_BUSY_S)
            self._connection.row_factory = sqlite3.Row
        return self._connection


def stored_time(text: str | None) -> datetime | None:
    """A time as it stands in the file."""
    return None if text is None else datetime.fromisoformat(text).replace(tzinfo=UTC)
