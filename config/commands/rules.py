"""`tellerline rules`: are the files that calls are distributed by right, and what is in force?"""

from pathlib import Path
from typing import Annotated

import typer

from config.failures import Failed
from config.rules import check_folder
from config.settings import read_settings
from config.storage import on_database
from crm_core.database import Database
from crm_core.four_eyes.kept import Kept
from crm_core.four_eyes.states import VersionState
from crm_core.rules.versions import RULES

app = typer.Typer(add_completion=False, no_args_is_help=True)


@app.callback()
def rules() -> None:
    """Routing rules."""


@app.command()
def check(
    folder: Annotated[Path, typer.Argument(help="Where queues.yaml lies.", exists=True)],
) -> None:
    """Check rules, queues, skills and schedules of a folder; exit 1 if anything is wrong."""
    errors = check_folder(folder)
    for line in errors:
        typer.echo(line)
    if errors:
        raise typer.Exit(1)
    typer.echo("The rules are valid.")


@app.command()
def show() -> None:
    """Print the published rules."""
    kept = on_database(read_settings(), _published)
    if kept is None:
        raise Failed("no rules are published yet: start the product once")
    typer.echo(f"# version {kept.version}, published by {kept.decided_by} at {kept.decided_at}")
    typer.echo(kept.body, nl=False)


async def _published(db: Database) -> Kept | None:
    async with db.reading() as session:
        return await RULES.in_state(session, VersionState.PUBLISHED)
