"""Writes a generated bank as batches of the core-banking contract, and what the contract has no
entity for beside them. Streaming: rows are written as they come, none are kept.

The same rows give the same bytes: UTF-8, RFC 4180, lines ended by CR LF, no time of writing. Rows
are tuples and are written two thousand at a time, for there may be many millions.
"""

import csv
import hashlib
import io
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Protocol

from crm_core.corebank.entities import ENTITIES, SCHEMA_VERSION, Entity
from crm_core.corebank.manifest import BatchKind
from crm_core.demo.generator.plan import Plan
from crm_core.demo.generator.records import Extra, Row, Table
from crm_core.money import Money

SOURCE = "demo-bank"
EXTRA = "extra"
"""The folder, beside the batches, of what the contract has no entity for."""

_AT_ONCE = 2_000

Progress = Callable[[str, int], None]


class Sink(Protocol):
    """Where a generated bank goes."""

    def table(self, table: Table) -> None:
        """Take the rows of an entity."""

    def extra(self, extra: Extra) -> None:
        """Take the rows of a file that the contract has no entity for."""


@dataclass(slots=True)
class BatchFolder:
    """Batches in a folder. `tell` hears of the file and how many more rows stand in it."""

    plan: Plan
    folder: Path
    tell: Progress = lambda _file, _rows: None
    rows: dict[str, int] = field(default_factory=dict)
    bytes_written: int = 0

    def table(self, table: Table) -> None:
        entity = ENTITIES[table.entity]
        totals = _Totals(entity)
        places = _places(entity, table.columns)
        laid_out = _laid_out(table.rows, places)
        path = self.folder / f"{entity.name}.csv"
        rows, digest = self._write(path, entity.header, totals.counting(laid_out))
        manifest = {
            "batch_id": f"{_named(self.plan)}-{entity.name}",
            "source": SOURCE,
            "entity": entity.name.value,
            "schema_version": SCHEMA_VERSION,
            "kind": BatchKind.FULL.value,
            "business_date": self.plan.as_of.isoformat(),
            "rows": rows,
            "sha256": digest,
            "control_totals": totals.told(),
        }
        path = self.folder / f"{entity.name}.manifest.json"
        path.write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8", newline="\n")

    def extra(self, extra: Extra) -> None:
        folder = self.folder / EXTRA
        folder.mkdir(exist_ok=True)
        self._write(folder / f"{extra.name}.csv", extra.columns, extra.rows)

    def _write(self, path: Path, header: Row, rows: Iterable[Row]) -> tuple[int, str]:
        """How many rows were written, and the SHA-256 of the file."""
        digest, count, left = hashlib.sha256(), 0, iter(rows)
        with path.open("wb") as file:
            self._put(file, digest.update, [header])
            while some := list(islice(left, _AT_ONCE)):
                self._put(file, digest.update, some)
                count += len(some)
                self.tell(path.stem, len(some))
        self.rows[path.stem] = count
        return count, digest.hexdigest()

    def _put(self, file: BinaryIO, seen: Callable[[bytes], None], rows: list[Row]) -> None:
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\r\n").writerows(rows)
        data = text.getvalue().encode()
        seen(data)
        self.bytes_written += file.write(data)


def _named(plan: Plan) -> str:
    """A name that tells banks of different plans apart."""
    managed = f"-{hashlib.sha256(' '.join(plan.managers).encode()).hexdigest()[:8]}"
    what = f"{plan.size}-{plan.seed}-{plan.locale}-{plan.profile}"
    return f"{SOURCE}-{plan.as_of}-{what}{managed if plan.managers else ''}"


class _Totals:
    """Adds up an entity's control amount by currency, in minor units."""

    def __init__(self, entity: Entity) -> None:
        header = entity.header
        self._amount = header.index(entity.control) if entity.control else None
        self._currency = header.index("currency") if entity.control else 0
        self._sums: dict[str, int] = {}

    def counting(self, rows: Iterable[Row]) -> Iterable[Row]:
        return rows if self._amount is None else self._counted(rows, self._amount)

    def _counted(self, rows: Iterable[Row], amount: int) -> Iterator[Row]:
        sums = self._sums
        for row in rows:
            currency = str(row[self._currency])
            sums[currency] = sums.get(currency, 0) + int(str(row[amount]).replace(".", ""))
            yield row

    def told(self) -> dict[str, str]:
        return {code: f"{Money(self._sums[code], code).decimal:f}" for code in sorted(self._sums)}


def _places(entity: Entity, columns: tuple[str, ...]) -> tuple[int, ...]:
    """Where each column of the contract stands in a row that has these; -1 for nowhere.

    Raises ValueError if a column is not the contract's, or one that it needs is missing.
    """
    needed = {one.name for one in entity.columns if one.required}
    if not needed <= set(columns) <= set(entity.header):
        raise ValueError(f"the columns of {entity.name} do not fit the contract")
    return tuple(columns.index(one) if one in columns else -1 for one in entity.header)


def _laid_out(rows: Iterable[Row], places: tuple[int, ...]) -> Iterator[Row]:
    for row in rows:
        whole = (*row, "")
        yield tuple([whole[place] for place in places])
