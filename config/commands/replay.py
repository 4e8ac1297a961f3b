"""`tellerline replay`: a routing journal through the engine once more, and one hash of it all.

Exit code 0: it was replayed, whatever came of it; 1: the journal cannot be read.
"""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from config.failures import Failed
from routing.loop.codec import Undecodable
from routing.loop.journal import JournalDamaged
from routing.loop.replay import Replayed, replay

app = typer.Typer(add_completion=False)
_err = Console(stderr=True, highlight=False)


@app.command()
def replay_(
    journal: Annotated[
        Path, typer.Argument(exists=True, help="The journal's folder, or one segment of it.")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Apply a journal's facts to a fresh engine; print how many and the hash of its decisions."""
    found = _replayed(journal)
    if as_json:
        typer.echo(
            json.dumps(
                {"facts": found.facts, "hash": found.digest, "differences": found.differences}
            )
        )
    else:
        typer.echo(f"facts: {found.facts}\nhash: {found.digest}\ndifferences: {found.differences}")


def _replayed(journal: Path) -> Replayed:
    try:
        with _err.status("Replaying"):
            return replay(journal)
    except (JournalDamaged, Undecodable, KeyError, TypeError) as error:
        raise Failed(f"the journal cannot be read: {error}") from error
    except OSError as error:
        raise Failed(f"the journal cannot be read: {error.strerror}") from error
