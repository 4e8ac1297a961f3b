"""`tellerline demo`: the product with a small demo bank, and clients who call."""

import asyncio
import importlib
import json
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from config.demo_call import CallPlan, place_call, pressed
from config.logs import set_up_logs
from config.pbx_private import private_node, private_sounds
from config.settings import read_settings

app = typer.Typer(help="A small demo bank, with a real Asterisk.", add_completion=False)
_out = Console(highlight=False)

LONGEST_KEYS = 900
"""Characters, of 1,024 in a line to Asterisk; a half second is one, too."""


@app.callback(invoke_without_command=True)
def demo(
    context: typer.Context,
    crowd: Annotated[
        int, typer.Option(min=0, max=5_000, help="How many made-up clients beside the named ones.")
    ] = 300,
) -> None:
    """Run the product with a small demo bank. Let clients call with `demo call` beside it."""
    if context.invoked_subcommand is None:
        importlib.import_module("config.demo").run_demo(_out, crowd=crowd)


@app.command("generate")
def generate(
    out: Annotated[Path, typer.Option("--out", help="A folder that is not there, or empty.")],
    clients: Annotated[int, typer.Option(help="How many clients.")] = 50_000,
    seed: Annotated[int, typer.Option(help="Another seed is another bank.")] = 42,
    as_of: Annotated[
        datetime, typer.Option("--as-of", formats=["%Y-%m-%d"], help="The business date.")
    ] = datetime(2026, 3, 2),  # noqa: DTZ001 - a day
    locale: Annotated[str, typer.Option(help="Whose names: ru, uk, en, zh or mix.")] = "mix",
    scale: Annotated[str, typer.Option(help="The part of the clients, 0.01 to 1.")] = "1",
    profile: Annotated[str, typer.Option(help="demo, stress or edge.")] = "demo",
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Make a bank up: a folder that `tellerline bank import` loads. Equal words, equal bytes."""
    words = {"clients": clients, "seed": seed, "locale": locale, "scale": scale}
    importlib.import_module("config.demo_generate").run_generate(
        _out, out, as_of=as_of.date(), profile=profile, as_json=as_json, **words
    )


@app.command("hire")
def hire(
    folder: Annotated[
        Path, typer.Argument(exists=True, file_okay=False, help="A generated bank's folder.")
    ],
) -> None:
    """Hire a generated bank's staff, who never sign in, so that its clients have managers."""
    new = importlib.import_module("config.demo_staff").run_hire(read_settings(), folder)
    _out.print(f"Hired: {new}")


@app.command("load")
def load(
    folder: Annotated[
        Path, typer.Argument(exists=True, file_okay=False, help="A generated bank's folder.")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Load all of a generated bank: its staff, its batches, and what lies beside them."""
    importlib.import_module("config.demo_load").run_load(
        _out, read_settings(), folder, as_json=as_json
    )


@app.command("call")
def call(
    number: Annotated[str, typer.Option("--from", help="Caller's number, or `anonymous`.")],
    dialled: Annotated[str, typer.Option("--to", help="The bank's number that he dials.")] = "4000",
    say: Annotated[str, typer.Option(help="What the caller says, over and over.")] = "",
    keys: Annotated[
        str, typer.Option(help='Keys that he presses, such as "1,2,1234#"; a comma is a pause.')
    ] = "",
    pause: Annotated[
        float, typer.Option(min=0.5, max=60, help="Seconds of such a pause, for the next prompt.")
    ] = 3.0,
    hangup_after: Annotated[
        float | None, typer.Option(min=1, max=3600, help="Seconds until he hangs up.")
    ] = None,
    name: Annotated[str, typer.Option(help="The name his phone company sends.")] = "",
    language: Annotated[str, typer.Option(help="The voice's language: en or ru.")] = "ru",
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Let a client call, and report what became of the call."""
    settings = read_settings()
    set_up_logs("error")
    plan = CallPlan(
        number=_caller(number),
        dialled=_dialled(dialled),
        name=_plain(name, "--name"),
        say=say,
        keys=_keys(keys, pause),
        pause=pause,
        hangup_after=hangup_after,
        language=language,
    )
    node = settings.nodes[0] if settings.nodes else private_node(settings)
    sounds = None if settings.nodes else private_sounds(settings)
    folder = (settings.state_dir / "demo").resolve()
    folder.mkdir(parents=True, exist_ok=True)
    tell = (lambda _line: None) if as_json else _out.print
    report = asyncio.run(place_call(node, plan, folder, tell, sounds=sounds))
    if as_json:
        typer.echo(json.dumps(report.as_json()))
        return
    for key, value in report.as_json().items():
        if key != "heard":
            _out.print(f"  {key}: {value}")
    for one in report.heard:
        _out.print(f"  heard at {one.at:.1f} s: {one.sound}")


def _caller(number: str) -> str:
    if number == "anonymous" or (number.lstrip("+").isdigit() and len(number) <= 20):
        return number
    raise typer.BadParameter("a number of digits, or `anonymous`", param_hint="--from")


def _dialled(number: str) -> str:
    if number.lstrip("+").isdigit() and len(number) <= 20:
        return number
    raise typer.BadParameter("a number of digits", param_hint="--to")


def _plain(text: str, option: str) -> str:
    if any(char in text for char in '"<>\r\n\0'):
        raise typer.BadParameter("no quotes, angle brackets or line ends", param_hint=option)
    return text


def _keys(keys: str, pause: float) -> str:
    if any(key not in "0123456789*#ABCD," for key in keys):
        raise typer.BadParameter("digits, *, # and commas only", param_hint="--keys")
    if len(pressed(keys, pause)) > LONGEST_KEYS:
        raise typer.BadParameter("too many keys and pauses for one call", param_hint="--keys")
    return keys
