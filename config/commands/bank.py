"""`tellerline bank`: take in what the core bank tells, from a folder of its files.

Exit code 0: all batches were taken; 1: one was refused, or could not be read.
"""

import asyncio
import json
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from config.failures import Failed
from config.keyring import keyring
from config.settings import Settings, read_settings
from crm_core.clock import SystemClock
from crm_core.corebank.camt.booking import BookReport, book_file
from crm_core.corebank.camt.statement import StatementRefused
from crm_core.corebank.camt.xml import XmlRefused
from crm_core.corebank.foreign.bank import ForeignBank, told_by
from crm_core.corebank.foreign.berka import read_berka
from crm_core.corebank.foreign.reading import SetRefused
from crm_core.corebank.foreign.retail_banking import read_retail_banking
from crm_core.corebank.loading import LoadOptions, Report, load
from crm_core.corebank.manifest import BatchKind, Manifest, ManifestRefused, batches_in
from crm_core.corebank.writing import BatchHead, write_batch
from crm_core.database import Database, upgrade
from crm_core.sealing import NumberSeal

app = typer.Typer(help="Data of the core bank.", add_completion=False, no_args_is_help=True)
_out = Console(highlight=False)
_SHOWN_ERRORS = 20


class Format(StrEnum):
    """What lies in the folder."""

    CSV = "csv"
    BERKA = "berka"
    RETAIL_BANKING = "retail_banking"
    CAMT053 = "camt053"


_SETS: dict[Format, Callable[[Path], ForeignBank]] = {
    Format.BERKA: read_berka,
    Format.RETAIL_BANKING: read_retail_banking,
}


@app.callback()
def bank() -> None:
    """Data of the core bank."""


@app.command("import")
def import_(
    folder: Annotated[
        Path, typer.Argument(exists=True, file_okay=False, help="The files' folder.")
    ],
    format_: Annotated[Format, typer.Option("--format", help="What lies in it.")] = Format.CSV,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Take in all batches of a folder; what was taken before changes nothing."""
    settings = read_settings()
    upgrade(settings.database)
    if format_ is Format.CAMT053:
        _import_statements(settings, folder, as_json=as_json)
        return
    try:
        with tempfile.TemporaryDirectory(prefix="tellerline") as scratch:
            batches = list(_batches(folder, format_, Path(scratch)))
            reports = asyncio.run(_load_all(settings, batches))
    except (ManifestRefused, SetRefused) as error:
        raise Failed(f"{error.code}: {error}") from error
    if as_json:
        _out.print_json(json.dumps([_told(one) for one in reports]))
    else:
        _show(reports)
    if not reports or any(one.problem for one in reports):
        raise typer.Exit(1)


def _import_statements(settings: Settings, folder: Path, *, as_json: bool) -> None:
    """Book all statements (*.xml) of the folder, each file whole or not at all."""
    files = sorted(folder.glob("*.xml"))
    reports = asyncio.run(_book_all(settings, files))
    if as_json:
        _out.print_json(json.dumps([asdict(one) for one in reports]))
    else:
        counts = ("entries", "booked", "repeated", "parked", "refused", "unmatched_reversals")
        table = Table("file", *(one.replace("_", " ") for one in counts), "")
        for one in reports:
            figures = (f"{getattr(one, name):,}" for name in counts)
            table.add_row(one.file, *figures, one.problem or "")
        _out.print(table)
    if not reports or any(one.problem for one in reports):
        raise typer.Exit(1)


async def _book_all(settings: Settings, files: list[Path]) -> list[BookReport]:
    db = Database(settings.database, clock=SystemClock())
    seal = NumberSeal(keyring(settings))
    try:
        return [await _book(db, one, seal) for one in files]
    finally:
        await db.close()


async def _book(db: Database, file: Path, seal: NumberSeal) -> BookReport:
    try:
        return await book_file(db, file, seal=seal)
    except (XmlRefused, StatementRefused) as error:
        return BookReport(file=file.name, problem=f"{error.code}: {error}")
    except OSError as error:
        return BookReport(file=file.name, problem=error.strerror or "unreadable")


def _batches(folder: Path, format_: Format, scratch: Path) -> Iterator[Manifest]:
    """The folder's batches; those of another format are written into the scratch folder first."""
    if format_ in _SETS:
        bank_ = _SETS[format_](folder)
        for entity, rows in told_by(bank_).items():
            head = BatchHead(
                batch_id=f"{bank_.source}-{entity}",
                source=bank_.source,
                entity=entity,
                kind=BatchKind.DELTA,
                business_date=bank_.last_day,
            )
            write_batch(scratch, head, rows)
        folder = scratch
    yield from batches_in(folder)


async def _load_all(settings: Settings, batches: list[Manifest]) -> list[Report]:
    db = Database(settings.database, clock=SystemClock())
    seal, options = NumberSeal(keyring(settings)), LoadOptions(region=settings.region)
    try:
        return [await _load(db, one, seal, options) for one in batches]
    finally:
        await db.close()


async def _load(db: Database, manifest: Manifest, seal: NumberSeal, options: LoadOptions) -> Report:
    """One batch, with a bar for reading and one for storing on a terminal's standard error."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    console = Console(stderr=True)
    with Progress(
        *columns,
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    ) as progress:
        bars = {
            phase: progress.add_task(f"{manifest.batch_id}: {phase}", total=manifest.rows)
            for phase in ("read", "store")
        }
        return await load(
            db,
            manifest,
            seal=seal,
            options=options,
            progress=lambda phase, rows: progress.advance(bars[phase], rows),
        )


def _told(report: Report) -> dict[str, Any]:
    fields = asdict(report)
    about = fields.pop("about")
    return {
        "batch_id": about["subject"],
        "source": about["source"],
        "entity": about["entity"],
        **fields,
    }


def _show(reports: list[Report]) -> None:
    table = Table("batch of", "rows", "stored", "unchanged", "refused", "parked", "ended", "")
    for column in table.columns[1:-1]:
        column.justify = "right"
    for one in reports:
        counts = (one.rows, one.stored, one.unchanged, one.refused, one.parked, one.ended)
        note = one.problem or ("taken before" if one.repeated else "")
        table.add_row(one.about.entity, *(f"{count:,}" for count in counts), note)
    _out.print(table)
    for one in reports:
        for error in one.errors[:_SHOWN_ERRORS]:
            place = f"{one.about.subject}, line {error.line}"
            _out.print(f"{place}: {error.column or 'row'}: {error.reason}", markup=False)
        left = len(one.errors) - _SHOWN_ERRORS
        if left > 0:
            _out.print(f"{one.about.subject}: and {left:,} more")
