"""A benchmark's result: one row for each thing measured, printed as a table or written as JSON.

Owns the shape `{"name", "ours", "peer", "floor", "unit", "ratio"}` that others script against.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Figures taken side by side in one run; `ratio` is ours to the peer's, in `unit`."""

    name: str
    ours: float
    peer: float | None
    floor: float | None
    unit: str
    ratio: float | None


def row(
    name: str, *, ours: float, unit: str, peer: float | None = None, floor: float | None = None
) -> Row:
    """A row whose ratio is computed: above 1 is more than the peer, whatever is better."""
    return Row(
        name=name,
        ours=ours,
        peer=peer,
        floor=floor,
        unit=unit,
        ratio=ours / peer if peer else None,
    )


def print_rows(rows: Iterable[Row], console: Console | None = None) -> None:
    """Show the rows as a table on standard output (or the given console)."""
    table = Table("what", "ours", "peer", "floor", "unit", "ours / peer")
    for column in table.columns[1:]:
        column.justify = "right"
    for entry in rows:
        table.add_row(
            entry.name,
            _figure(entry.ours),
            _figure(entry.peer),
            _figure(entry.floor),
            entry.unit,
            "" if entry.ratio is None else f"{entry.ratio:.2f}",
        )
    (console or Console()).print(table)


def write_rows(rows: Iterable[Row], path: Path) -> None:
    """Write the rows as a JSON list."""
    text = json.dumps([asdict(entry) for entry in rows], indent=2, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8")


def _figure(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:,.3g}"
