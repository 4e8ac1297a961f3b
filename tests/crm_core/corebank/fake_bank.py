"""A core bank for the tests: it knows a few clients and tells of them as batches and events.

Faults are asked for by name: a file cut off, totals that are not so, rows told twice.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from crm_core.corebank.manifest import BatchKind, Manifest, read_manifest
from crm_core.corebank.names import EntityName
from crm_core.corebank.writing import BatchHead, write_batch

DAY = date(2026, 3, 2)

Row = dict[str, str]


def product(key: str = "cash", **cells: str) -> Row:
    return {
        "source_key": key, "source_version": "1", "code": key, "family": "loan",
        "name_en": "Cash loan", "currency": "RUB", "rate": "0.189", "starts_on": "2020-01-01",
        **cells,
    }  # fmt: skip


def client(key: str = "c1", **cells: str) -> Row:
    return {
        "source_key": key, "source_version": "1", "kind": "person", "family_name": "Орлова",
        "given_name": "Анна", "birth_date": "1980-05-17", "language": "ru", **cells,
    }  # fmt: skip


def phone(key: str = "p1", party: str = "c1", **cells: str) -> Row:
    return {
        "source_key": key, "source_version": "1", "party_key": party, "number": "8 (916) 123-45-67",
        **cells,
    }  # fmt: skip


def agreement(key: str = "a1", **cells: str) -> Row:
    return {
        "source_key": key, "source_version": "1", "product_key": "cash", "currency": "RUB",
        "number": f"40817810000000{int(key[1:]):06}", "opened_on": "2025-01-10", **cells,
    }  # fmt: skip


def role(key: str = "r1", **cells: str) -> Row:
    return {
        "source_key": key, "source_version": "1", "agreement_key": "a1", "party_key": "c1",
        "role": "owner", "starts_on": "2025-01-10", **cells,
    }  # fmt: skip


def loan(agreement_key: str = "a1", **cells: str) -> Row:
    return {
        "agreement_key": agreement_key, "source_version": "1", "currency": "RUB",
        "principal": "3000.00", "rate": "0.12", "term_months": "3", "method": "annuity",
        "disbursed_on": "2025-12-10", "maturity_on": "2026-03-10", **cells,
    }  # fmt: skip


def instalments(agreement_key: str = "a1", *, version: str = "1", paid: int = 1) -> list[Row]:
    days = ("2026-01-10", "2026-02-10", "2026-03-10")
    return [
        {
            "agreement_key": agreement_key, "source_version": version, "n": str(n), "due_on": day,
            "currency": "RUB", "principal_due": "1000", "interest_due": "30",
            "principal_paid": "1000" if n <= paid else "",
            "interest_paid": "30" if n <= paid else "",
        }
        for n, day in enumerate(days, start=1)
    ]  # fmt: skip


def entry(key: str = "e1", **cells: str) -> Row:
    return {
        "source_key": key, "source_version": "1", "agreement_key": "a1", "kind": "transfer",
        "amount": "-10.50", "currency": "RUB", "booked_at": "2026-03-01T10:00:00Z",
        "value_on": "2026-03-01", **cells,
    }  # fmt: skip


@dataclass(slots=True)
class FakeBank:
    """Writes batches into a folder; each has an id of its own unless one is given."""

    folder: Path
    source: str = "abs"
    written: int = 0
    log: list[Path] = field(default_factory=list)

    def batch(
        self,
        entity: str,
        rows: Iterable[Row],
        /,
        *,
        kind: BatchKind = BatchKind.DELTA,
        day: date = DAY,
        batch_id: str = "",
        **told: Any,
    ) -> Manifest:
        """A batch; `told` are fields of the manifest that shall say something else."""
        self.written += 1
        head = BatchHead(
            batch_id=batch_id or f"{entity}-{self.written}",
            source=self.source,
            entity=EntityName(entity),
            kind=kind,
            business_date=day,
        )
        path = write_batch(self.folder, head, rows)
        self.log.append(path)
        if told:
            path.write_text(json.dumps({**json.loads(path.read_text()), **told}))
        return read_manifest(path)

    def whole(self) -> list[Manifest]:
        """One client with a loan, in the order of the contract."""
        told: Mapping[str, list[Row]] = {
            "product": [product()],
            "party": [client()],
            "party_phone": [phone()],
            "agreement": [agreement()],
            "agreement_party": [role()],
            "loan": [loan()],
            "instalment": instalments(),
            "entry": [entry()],
        }
        return [self.batch(entity, rows) for entity, rows in told.items()]


def cut_off(manifest: Manifest, keep: int) -> None:
    """Leave only the first bytes of the batch's file."""
    manifest.file.write_bytes(manifest.file.read_bytes()[:keep])
