"""A batch's manifest: who tells of what, for which day, and how to know that it came whole.

A folder holds one batch (`manifest.json`) or several (`<name>.manifest.json`). The rows are in
`file` beside it, by default `<entity>.csv`: UTF-8, RFC 4180, a header with the entity's columns.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

from crm_core.corebank.entities import BATCH_ORDER, SCHEMA_VERSION
from crm_core.corebank.names import EntityName
from crm_core.errors import Refused
from crm_core.money import Money

LARGEST_MANIFEST = 64 * 1024
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}", re.ASCII)
_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)


class BatchKind(StrEnum):
    """Whether a batch tells of everything there is, or of what changed."""

    FULL = "full"
    DELTA = "delta"


class ManifestRefused(Refused):
    """The manifest cannot be read, or is of another version of the contract."""

    code = "manifest_refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """A batch as it was announced. `control_totals` are minor units by currency."""

    batch_id: str
    source: str
    entity: EntityName
    kind: BatchKind
    business_date: date
    rows: int
    sha256: str
    control_totals: Mapping[str, int]
    file: Path


def read_manifest(path: Path) -> Manifest:
    """The manifest in the file. Raises ManifestRefused, whose text names the field."""
    try:
        with path.open("rb") as file:
            text = file.read(LARGEST_MANIFEST + 1)
        told = json.loads(text) if len(text) <= LARGEST_MANIFEST else None
    except (OSError, ValueError, RecursionError) as error:
        raise ManifestRefused("json") from error
    if not isinstance(told, dict):
        raise ManifestRefused("json")
    if told.get("schema_version") != SCHEMA_VERSION:
        raise ManifestRefused("schema_version")
    return _manifest(told, path.parent)


def batches_in(folder: Path) -> list[Manifest]:
    """The batches of a folder, parents first, the oldest day first. Raises ManifestRefused."""
    paths = {*folder.glob("*.manifest.json"), *folder.glob("manifest.json")}
    found = [read_manifest(path) for path in sorted(paths)]
    order = {name: n for n, name in enumerate(BATCH_ORDER)}
    return sorted(found, key=lambda one: (order[one.entity], one.business_date, one.batch_id))


def _manifest(told: Mapping[str, Any], folder: Path) -> Manifest:
    field = "fields"
    try:
        field = "entity"
        entity = EntityName(told["entity"])
        field = "kind"
        kind = BatchKind(told["kind"])
        field = "business_date"
        day = date.fromisoformat(told["business_date"])
        field = "control_totals"
        totals = {c: Money.parse(sum_, c).minor for c, sum_ in told["control_totals"].items()}
        field = "rows"
        rows = _count(told["rows"])
    except (KeyError, TypeError, ValueError, AttributeError, Refused) as error:
        raise ManifestRefused(field) from error
    return Manifest(
        batch_id=_matching(told, "batch_id", _NAME),
        source=_matching(told, "source", _NAME),
        entity=entity,
        kind=kind,
        business_date=day,
        rows=rows,
        sha256=_matching(told, "sha256", _SHA256),
        control_totals=totals,
        file=folder / _matching({"file": f"{entity}.csv", **told}, "file", _NAME),
    )


def _matching(told: Mapping[str, Any], field: str, pattern: re.Pattern[str]) -> str:
    text = told.get(field)
    if not isinstance(text, str) or not pattern.fullmatch(text):
        raise ManifestRefused(field)
    return text


def _count(number: object) -> int:
    if type(number) is not int or number < 0:
        raise ValueError("no count")
    return number
