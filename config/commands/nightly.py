"""`tellerline nightly`: do now what is done at the end of a business day."""

from datetime import date, datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from config.failures import Failed
from config.nightly import ended_date, jobs
from config.settings import read_settings
from config.storage import on_database
from crm_core.clock import SystemClock
from crm_core.database import Database
from crm_core.nightly.runner import Job, Ran, run_jobs

app = typer.Typer(help="The end of a business day.", add_completion=False)
_out = Console(highlight=False)


@app.callback(invoke_without_command=True)
def nightly(
    on: Annotated[
        datetime | None,
        typer.Option("--date", formats=["%Y-%m-%d"], help="The business date."),
    ] = None,
) -> None:
    """Do what is missing for a business date, by default the last that has ended."""
    settings = read_settings()
    day = on.date() if on else ended_date(SystemClock().now(), settings)
    results = on_database(settings, lambda db: _watched(db, jobs(settings), day))
    for ran in results:
        counts = ", ".join(f"{name} {count}" for name, count in ran.counts.items())
        outcome = "was done before" if ran.skipped else ran.failed_with or counts or "nothing to do"
        _out.print(f"  {ran.job}: {outcome}")
    if any(ran.failed_with for ran in results):
        raise Failed("not every job could be done; run it again when the cause is mended")


async def _watched(db: Database, todo: tuple[Job, ...], day: date) -> list[Ran]:
    columns = SpinnerColumn(), TextColumn("{task.description} {task.completed}")
    with Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True)) as progress:
        lines = {job.name: progress.add_task(job.name, total=None) for job in todo}
        return await run_jobs(
            db, todo, on=day, told=lambda job, count: progress.advance(lines[job], count)
        )
