"""`tellerline demo generate`: reads its words, shows how far it is, reports what was made."""

import json
import time
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from config.demo_bank import Made, make_bank
from crm_core.demo.generator.build import FILES
from crm_core.demo.generator.plan import FEWEST, MOST, Locale, Plan, PlanRefused, ProfileName

_PARTS = 10_000


def run_generate(
    console: Console,
    out: Path,
    *,
    clients: int,
    seed: int,
    as_of: date,
    locale: str,
    scale: str,
    profile: str,
    as_json: bool,
) -> None:
    """Make the bank and report. Raises Failed, typer.BadParameter for words that are none."""
    plan = _plan(clients, seed, as_of, locale=locale, scale=scale, profile=profile)
    began = time.monotonic()
    made = _with_bar(plan, out)
    seconds = time.monotonic() - began
    if as_json:
        told = {"rows": made.rows, "bytes": made.bytes_written, "seconds": round(seconds, 3)}
        typer.echo(json.dumps(told))
        return
    table = Table("file", "rows", box=None, padding=(0, 2))
    table.columns[1].justify = "right"
    for name, rows in made.rows.items():
        table.add_row(name, f"{rows:,}")
    console.print(table)
    console.print(f"\n{plan.size:,} clients, {made.bytes_written:,} bytes, {seconds:.1f} s: {out}")
    console.print(f"Load it with: tellerline demo load {out}")


def _plan(clients: int, seed: int, as_of: date, *, locale: str, scale: str, profile: str) -> Plan:
    for name, value, known in (("locale", locale, Locale), ("profile", profile, ProfileName)):
        if value not in list(known):
            raise typer.BadParameter(f"one of: {', '.join(known)}", param_hint=f"--{name}")
    try:
        return Plan(
            clients=clients,
            seed=seed,
            as_of=as_of,
            locale=Locale(locale),
            scale=_parts(scale),
            profile=ProfileName(profile),
        )
    except PlanRefused as error:
        asked = (
            f"a scale from 0.01 to 1 that leaves {FEWEST} to {MOST:,} clients, and a day of 2000"
        )
        raise typer.BadParameter(f"{asked} to 2100") from error


def _parts(scale: str) -> int:
    try:
        parts = Decimal(scale) * _PARTS
    except InvalidOperation as error:
        raise typer.BadParameter("a number from 0.01 to 1", param_hint="--scale") from error
    if not parts.is_finite() or not 1 <= parts <= _PARTS:
        raise typer.BadParameter("a number from 0.01 to 1", param_hint="--scale")
    return int(parts)


def _with_bar(plan: Plan, out: Path) -> Made:
    """A bar on a terminal's standard error: the files, and the rows of the one being written."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    elapsed, err = TimeElapsedColumn(), Console(stderr=True)
    with Progress(*columns, elapsed, console=err, transient=True) as progress:
        bar = progress.add_task("people", total=FILES)
        written: dict[str, int] = {}

        def tell(file: str, rows: int) -> None:
            written[file] = written.get(file, 0) + rows
            what = f"{file}: {written[file]:,} rows"
            progress.update(bar, completed=len(written) - 1, description=what)

        return make_bank(plan, out, tell)
