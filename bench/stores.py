"""The two databases that benchmarks of SQL run on, fresh, and how they are filled fast."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert

from tests.parts.postgres import make_cluster

_BATCH = 10_000


@dataclass(frozen=True, slots=True)
class Store:
    """A database of a benchmark."""

    name: str
    url: str


def stores() -> Iterator[Store]:
    """An empty database on each, one after the other; gone when the next one is asked for."""
    with tempfile.TemporaryDirectory(prefix="bench") as folder:
        yield Store("SQLite", f"sqlite:///{Path(folder) / 'bank.db'}")
    cluster = make_cluster()
    try:
        cluster.start()
        yield Store("PostgreSQL", cluster.fresh())
    finally:
        cluster.remove()


def put(connection: Connection, target: Any, rows: Iterable[dict[str, Any]]) -> None:
    """Insert rows. PostgreSQL takes them by COPY, which is many times faster than statements."""
    rest = iter(rows)
    if connection.dialect.name != "postgresql":
        while batch := list(islice(rest, _BATCH)):
            connection.execute(insert(target), batch)
        return
    first = next(rest)
    columns = ", ".join(first)
    with connection.connection.cursor().copy(f"COPY {target.name} ({columns}) FROM STDIN") as to:
        to.write_row(tuple(first.values()))
        for one in rest:
            to.write_row(tuple(one.values()))
