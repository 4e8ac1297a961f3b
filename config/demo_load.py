"""`tellerline demo load`: shows how far it is, reports what was loaded and if all of it was."""

import asyncio
import json
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from config.collecting import read_collection_rules
from config.demo_bank import Loaded, Loading, load_bank
from config.keyring import keyring
from config.settings import Settings
from config.work import read_work_rules
from crm_core.clock import SystemClock
from crm_core.database import Database, upgrade
from crm_core.sealing import NumberSeal


def run_load(console: Console, settings: Settings, folder: Path, *, as_json: bool) -> None:
    """Load a generated bank and report. Raises Failed; typer.Exit(1) if a row was not taken."""
    upgrade(settings.database)
    loaded = asyncio.run(_load(settings, folder))
    if as_json:
        typer.echo(json.dumps(_told(loaded)))
    else:
        _show(console, loaded)
    if not loaded.whole:
        raise typer.Exit(1)


async def _load(settings: Settings, folder: Path) -> Loaded:
    db = Database(settings.database, clock=SystemClock())
    what = Loading(
        seal=NumberSeal(keyring(settings)),
        region=settings.region,
        work=read_work_rules(settings.config_dir),
        collecting=read_collection_rules(settings.config_dir),
    )
    try:
        return await _with_progress(db, folder, what)
    finally:
        await db.close()


async def _with_progress(db: Database, folder: Path, what: Loading) -> Loaded:
    """The part that is being loaded and its rows so far, on a terminal's standard error."""
    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    silent = not console.is_terminal
    with Progress(*columns, console=console, transient=True, disable=silent) as progress:
        shown = progress.add_task("staff")
        done: dict[str, int] = {}

        def tell(part: str, rows: int) -> None:
            done[part] = done.get(part, 0) + rows
            progress.update(shown, description=f"{part}: {done[part]:,}")

        return await load_bank(db, folder, what, tell)


def _told(loaded: Loaded) -> dict[str, object]:
    batches = [
        {
            "entity": one.about.entity,
            "problem": one.problem,
            "rows": one.rows,
            "stored": one.stored,
            "refused": one.refused,
            "parked": one.parked,
        }
        for one in loaded.batches
    ]
    return {"hired": loaded.hired, "batches": batches, "extra": loaded.extra}


def _show(console: Console, loaded: Loaded) -> None:
    table = Table("part", "rows", "new", "refused", "parked", "", box=None, padding=(0, 2))
    for column in table.columns[1:-1]:
        column.justify = "right"
    table.add_row("staff", "", f"{loaded.hired:,}", "", "", "")
    for one in loaded.batches:
        counts = (one.rows, one.stored, one.refused, one.parked)
        note = one.problem or ("taken before" if one.repeated else "")
        table.add_row(one.about.entity, *(f"{count:,}" for count in counts), note)
    for part, count in loaded.extra.items():
        table.add_row(part, "", f"{count:,}", "", "", "")
    console.print(table)
