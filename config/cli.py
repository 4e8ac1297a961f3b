"""The command line. Exit codes: 0 done, 1 failed, 2 wrong use.

Commands are imported when they are asked for, so that placing a demo call does not have to load
the web server. Each stands in a module of its own, with a Typer application named `app`.
"""

import importlib
import sys
from typing import Any

import typer
from rich.console import Console
from typer.core import TyperGroup

from config.failures import Failed
from config.logs import set_up_logs
from config.settings import SettingsInvalid

FAILED, WRONG_USE = 1, 2

COMMANDS = {
    "asterisk": "config.pbx.cli",
    "bank": "config.commands.bank",
    "bench": "config.commands.bench",
    "check": "config.commands.check",
    "demo": "config.commands.demo",
    "explain": "config.commands.explain",
    "ivr": "config.commands.ivr",
    "nightly": "config.commands.nightly",
    "party": "config.commands.party",
    "replay": "config.commands.replay",
    "rules": "config.commands.rules",
    "serve": "config.commands.serve",
    "simulate": "config.commands.simulate",
    "staff": "config.commands.staff",
    "staffing": "config.commands.staffing",
    "token": "config.commands.token",
}


class _Commands(TyperGroup):
    """Looks commands up by name and imports them then."""

    def list_commands(self, ctx: Any) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in COMMANDS:
            return None
        command = typer.main.get_command(importlib.import_module(COMMANDS[cmd_name]).app)
        command.name = cmd_name
        return command


app = typer.Typer(
    cls=_Commands,
    name="tellerline",
    help="The workspace of a bank's call centre on Asterisk.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def tellerline() -> None:
    """The workspace of a bank's call centre on Asterisk."""


def main() -> None:
    """The entry point."""
    set_up_logs("error")
    err = Console(stderr=True, highlight=False)
    try:
        app()
    except SettingsInvalid as error:
        for line in error.errors:
            err.print(f"[red]error:[/] {line}")
        sys.exit(WRONG_USE)
    except Failed as error:
        err.print(f"[red]error:[/] {error}")
        sys.exit(FAILED)
