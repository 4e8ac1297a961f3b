"""`tellerline ivr prompts`: the sound files of self-service.

Exit codes: 0 done, 1 something is missing or failed, 2 wrong use.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from config import keypad_prompts
from config.failures import Failed
from config.ivr_sounds import BELOW
from config.settings import read_settings
from config.sounds.laying import write_out
from config.sounds.making import Progress
from config.sounds.scripts import SoundsMissing

app = typer.Typer(
    help="The sound files of self-service.", add_completion=False, no_args_is_help=True
)
_err = Console(stderr=True, highlight=False)

Languages = Annotated[
    list[str] | None, typer.Option("--lang", help="Only this language; may be repeated.")
]


@app.callback()
def prompts() -> None:
    """The sound files of self-service."""


@app.command()
def build(
    out: Annotated[
        Path | None, typer.Option(help="Also copy them into this folder, for a PBX of your own.")
    ] = None,
    lang: Languages = None,
) -> None:
    """Speak what is not spoken yet.

    Copy the folder to your PBX as `sounds/tellerline` in Asterisk's data folder.
    """
    settings = read_settings()
    with _told_failures(), _progress() as progress:
        asked = keypad_prompts.wanted(settings, lang or ())
        sounds = keypad_prompts.build(asked, settings.config_dir, progress)
        if out is not None:
            write_out(sounds, out, BELOW)
    for language, files in sounds.files.items():
        pieces = sum(len(paths) for paths in files.values())
        typer.echo(f"{language}: {len(files)} sounds in {pieces} files")
    if out is not None:
        typer.echo(f"written to {out}")


@app.command()
def check(lang: Languages = None) -> None:
    """Tell what recordings replace, what is not spoken yet, and what is missing."""
    settings = read_settings()
    with _told_failures():
        asked = keypad_prompts.wanted(settings, lang or ())
        found = keypad_prompts.look(asked, settings.config_dir)
        for one in found:
            _tell(one)
        unspoken = [one.language for one in found if one.unspoken]
        missing = keypad_prompts.voices_missing(settings.config_dir, unspoken) if unspoken else ()
    for voice in missing:
        typer.echo(f"espeak-ng has no voice {voice}")
    if missing:
        raise typer.Exit(1)


def _tell(found: keypad_prompts.Found) -> None:
    typer.echo(
        f"{found.language}: {found.files} sounds, {len(found.recorded)} recordings,"
        f" {len(found.unspoken)} not spoken yet"
    )
    for name in found.recorded:
        typer.echo(f"  {name}: recorded")
    for name in found.strays:
        typer.echo(f"  {name}: a recording that replaces nothing")


@contextmanager
def _told_failures() -> Iterator[None]:
    try:
        yield
    except SoundsMissing as error:
        raise Failed(str(error)) from error


@contextmanager
def _progress() -> Iterator[Progress]:
    """Tells a person by a moving line, anything else by lines."""
    if not _err.is_terminal:
        yield lambda line: typer.echo(line, err=True)
        return
    with _err.status("looking at what is spoken") as status:
        yield status.update
