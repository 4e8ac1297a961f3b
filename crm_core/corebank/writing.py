"""Writing batches: rows into a CSV file, with the manifest that tells how to know it came whole.

For whoever speaks for a core bank: importers of other formats, the demo's generator, tests. Rows
are text by column; what a row leaves out is an empty cell.
"""

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from crm_core.corebank.entities import ENTITIES, SCHEMA_VERSION
from crm_core.corebank.manifest import BatchKind
from crm_core.corebank.names import EntityName
from crm_core.money import Money

Cells = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchHead:
    """What a batch is called and what it is of."""

    batch_id: str
    source: str
    entity: EntityName
    kind: BatchKind
    business_date: date


def write_batch(folder: Path, head: BatchHead, rows: Iterable[Cells]) -> Path:
    """Write `<batch_id>.csv` and its manifest, the manifest last. The manifest's path."""
    entity = ENTITIES[head.entity]
    path, digest = folder / f"{head.batch_id}.csv", hashlib.sha256()
    totals: dict[str, Money] = {}
    count, line = 0, io.StringIO(newline="")
    writer = csv.DictWriter(line, entity.header, restval="", lineterminator="\r\n")
    with path.open("wb") as file:

        def flush() -> None:
            text = line.getvalue().encode()
            digest.update(text)
            file.write(text)
            line.seek(0)
            line.truncate()

        writer.writeheader()
        for row in rows:
            writer.writerow(row)
            flush()
            count += 1
            if entity.control is not None:
                amount = Money.parse(row[entity.control], row["currency"])
                before = totals.get(amount.currency, Money.zero(amount.currency))
                totals[amount.currency] = before + amount
        flush()
    manifest = {
        "batch_id": head.batch_id,
        "source": head.source,
        "entity": head.entity,
        "schema_version": SCHEMA_VERSION,
        "kind": head.kind,
        "business_date": head.business_date.isoformat(),
        "rows": count,
        "sha256": digest.hexdigest(),
        "control_totals": {code: f"{one.decimal:f}" for code, one in sorted(totals.items())},
        "file": path.name,
    }
    told = path.with_suffix(".manifest.json")
    told.write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    return told
