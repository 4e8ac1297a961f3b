"""The command line. Exit codes: 0 done, 1 failed, 2 wrong use."""

import asyncio
import json
import sys
from typing import Annotated

import structlog
import typer
from rich.console import Console

from bench import cli as bench_cli
from config import staff_cli
from config.bootstrap import PrivatePbx, Product, ServerStopped
from config.demo import announce, open_demo
from config.demo_call import CallNotPlaced, CallPlan, place_call
from config.files import read_catalogue_file, read_queues
from config.logs import set_up_logs
from config.pbx import process
from config.pbx.binary import cache_folder, find_or_install
from config.pbx.cli import app as asterisk_app
from config.pbx.errors import PbxError
from config.pbx.local_node import local_node
from config.pbx_private import NODE, private_node
from config.settings import Settings, SettingsInvalid, read_settings
from crm_core.database import upgrade

FAILED, WRONG_USE = 1, 2

app = typer.Typer(
    name="tellerline",
    help="The workspace of a bank's call centre on Asterisk.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
demo_app = typer.Typer(help="A small demo bank, with a real Asterisk.", add_completion=False)
app.add_typer(demo_app, name="demo")
app.add_typer(asterisk_app, name="asterisk")
app.add_typer(staff_cli.app, name="staff")
app.command("bench")(bench_cli.bench)

_log = structlog.get_logger(__name__)
_out = Console(highlight=False)
_err = Console(stderr=True, highlight=False)


def main() -> None:
    """The entry point."""
    set_up_logs("error")
    try:
        app()
    except SettingsInvalid as error:
        for line in error.errors:
            _err.print(f"[red]error:[/] {line}")
        sys.exit(WRONG_USE)
    except (PbxError, CallNotPlaced) as error:
        _err.print(f"[red]error:[/] {error}")
        sys.exit(FAILED)


@app.command()
def check() -> None:
    """Validate the settings and the files in the configuration folder."""
    settings = read_settings()
    read_queues(settings.config_dir)
    read_catalogue_file(settings.config_dir)
    _out.print("The settings are valid.")


@app.command()
def serve() -> None:
    """Run the product, without demo data, until stopped."""
    settings = read_settings()
    set_up_logs(settings.log_level)
    _prepare(settings)
    _serve(Product(settings, _private(settings)))


@demo_app.callback(invoke_without_command=True)
def demo(context: typer.Context) -> None:
    """Run the product with a small demo bank. Try `demo call` beside it."""
    if context.invoked_subcommand is not None:
        return
    settings = read_settings()
    set_up_logs("warning" if settings.log_level == "info" else settings.log_level)
    _prepare(settings)
    private = _private(settings)
    bank = asyncio.run(open_demo(settings))
    product = Product(settings, private)
    announce(_out, settings, bank)
    _serve(product)


@demo_app.command("call")
def demo_call(
    number: Annotated[str, typer.Option("--from", help="Caller's number, or `anonymous`.")],
    dialled: Annotated[str, typer.Option("--to", help="The bank's number that he dials.")] = "4000",
    say: Annotated[str, typer.Option(help="What the caller says, over and over.")] = "",
    keys: Annotated[str, typer.Option(help="Digits that he presses.")] = "",
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
        dialled=dialled,
        name=_plain(name, "--name"),
        say=say,
        keys=_digits(keys),
        hangup_after=hangup_after,
        language=language,
    )
    node = settings.nodes[0] if settings.nodes else private_node(settings)
    folder = (settings.state_dir / "demo").resolve()
    folder.mkdir(parents=True, exist_ok=True)
    tell = (lambda _line: None) if as_json else _out.print
    report = asyncio.run(place_call(node, plan, folder, tell))
    if as_json:
        _out.print_json(json.dumps(report.as_json()))
        return
    for key, value in report.as_json().items():
        _out.print(f"  {key}: {value}")


def _caller(number: str) -> str:
    if number == "anonymous" or (number.lstrip("+").isdigit() and len(number) <= 20):
        return number
    raise typer.BadParameter("a number of digits, or `anonymous`", param_hint="--from")


def _plain(text: str, option: str) -> str:
    if any(char in text for char in '"<>\r\n\0'):
        raise typer.BadParameter("no quotes, angle brackets or line ends", param_hint=option)
    return text


def _digits(keys: str) -> str:
    if any(key not in "0123456789*#ABCD" for key in keys):
        raise typer.BadParameter("digits, * and # only", param_hint="--keys")
    return keys


def _prepare(settings: Settings) -> None:
    settings.state_dir.mkdir(parents=True, exist_ok=True)
    upgrade(settings.database)


def _private(settings: Settings) -> PrivatePbx | None:
    """Start the private Asterisk, unless the operator has nodes of his own."""
    if settings.nodes:
        return None
    binary = find_or_install(cache_folder(), _err.print)
    process.start(binary, local_node(settings.state_dir, binary, node=NODE))
    return PrivatePbx(binary=binary)


def _serve(product: Product) -> None:
    async def run() -> None:
        try:
            await product.run()
        except* ServerStopped:
            _log.info("stopped")

    try:
        asyncio.run(run())
    except KeyboardInterrupt:
        _log.info("interrupted")
