"""`tellerline ivr`: are the flows of self-service right, and what would a caller hear?"""

import json
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from config.commands import ivr_prompts
from config.failures import Failed
from config.flow_files import flow_files, known_here, read_flow_file
from config.flow_trials import Dialled, published_flow, there_is_a_bank, try_at_bank
from config.ivr_prompts import ivr_phrasebook
from config.settings import Settings, SettingsInvalid, read_settings
from crm_core import phones
from ivr.flows.nodes import Flow
from ivr.made_up_bank import MadeUpBank, try_out
from ivr.speech.own import with_own
from ivr.steps.acts import Caller
from ivr.trying import Moment, Trial, report

app = typer.Typer(help="Self-service at the keypad.", add_completion=False, no_args_is_help=True)
app.add_typer(ivr_prompts.app, name="prompts")
_out = Console(highlight=False, markup=False)


class Bank(StrEnum):
    """Whom a trial asks."""

    STATE = "state"
    SAMPLE = "sample"


@app.callback()
def ivr() -> None:
    """Self-service at the keypad."""


@app.command()
def check(
    target: Annotated[
        str,
        typer.Argument(metavar="[FLOW|DIR]", help="A flow's name, its file, or a folder of flows."),
    ] = "",
) -> None:
    """Check flows: every mistake with its line; exit 1 if there is one."""
    config_dir = read_settings().config_dir
    known = known_here(config_dir)
    errors: list[str] = []
    for path in flow_files(target or str(config_dir), config_dir):
        try:
            flow = read_flow_file(path, known)
            typer.echo(f"{path}: {len(flow.nodes)} nodes in {', '.join(flow.languages)}: valid")
        except SettingsInvalid as error:
            errors += error.errors
    for line in errors:
        typer.echo(line)
    if errors:
        raise typer.Exit(1)


@app.command("try")
def try_(
    flow: Annotated[str, typer.Argument(help="A flow's name, or its file.")],
    keys: Annotated[
        str,
        typer.Option(
            help="What is pressed: commas part the answers, nothing is silence, ! presses at once."
        ),
    ] = "",
    caller: Annotated[str, typer.Option(help="The number that he shows.")] = "",
    language: Annotated[str, typer.Option("--lang", help="His own language, if known.")] = "",
    bank: Annotated[
        Bank, typer.Option(help="The bank in the state folder, or a made-up one (PIN 1234).")
    ] = Bank.STATE,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Walk through a flow and print all that is said. PINs and codes are never printed."""
    settings = read_settings()
    dialled = Dialled(number=caller, language=language, keys=tuple(keys.split(",")) if keys else ())
    if bank is Bank.STATE and not there_is_a_bank(settings):
        raise Failed(f"there is no bank in {settings.state_dir}: start one, or say --bank sample")
    read = _flow(settings, flow, bank)
    words = with_own(ivr_phrasebook(settings.config_dir), read.flow, read.texts)
    if bank is Bank.STATE:
        tried = try_at_bank(settings, read, dialled, words)
    else:
        today = datetime.now(UTC).date()
        number = phones.normalise(caller, settings.region)
        who = Caller(number=number, language=language)
        tried = try_out(read, who, list(dialled.keys), words=words, bank=MadeUpBank(today))
    if as_json:
        typer.echo(json.dumps({"bank": bank.value, **report(tried)}, ensure_ascii=False))
    else:
        _print(tried, bank)


def _flow(settings: Settings, flow: str, bank: Bank) -> Flow:
    """What callers are served by, if that is published under the name; else the file."""
    if bank is Bank.STATE and not Path(flow).exists():
        published = published_flow(settings, flow)
        if published is not None:
            return published
    [path, *more] = flow_files(flow, settings.config_dir)
    if more:
        raise Failed(f"{flow}: one flow is tried at a time")
    return read_flow_file(path, known_here(settings.config_dir))


def _print(tried: Trial, bank: Bank) -> None:
    if bank is Bank.SAMPLE:
        _out.print("At a made-up bank: no figure is anybody's.\n")
    width = max((len(one.node) for one in tried.moments), default=0)
    for one in tried.moments:
        for line in _lines(one):
            _out.print(f"{one.node:{width}}  {line}", soft_wrap=True)
    service = tried.service
    _out.print()
    for name, value in (
        ("path", service.path),
        ("topic", service.topic),
        ("told", ", ".join(service.told)),
        ("end", " ".join(filter(None, (tried.ended, tried.queue, tried.agent)))),
        ("waits at", service.node if tried.wants else ""),
    ):
        if value:
            _out.print(f"{name}: {value}")


def _lines(one: Moment) -> list[str]:
    said = " ".join(one.said)
    return [
        *([f"{one.language}: {said}"] if said else []),
        *([f"> {one.pressed}"] if one.pressed else []),
        *([f"({one.event})"] if one.event else []),
    ]
