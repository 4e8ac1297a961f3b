"""`tellerline token`: passes for programs that use the API."""

import json
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Column, Table

from config.failures import Failed
from config.settings import read_settings
from config.storage import on_database
from crm_core.database import Database
from crm_core.errors import FieldRefused
from crm_core.staff import tokens
from crm_core.staff.employees import employees
from crm_core.staff.permissions import Permission
from crm_core.staff.tokens import NewToken, Token, TokenUnknown

app = typer.Typer(help="Passes for programs.", add_completion=False, no_args_is_help=True)
_out = Console(highlight=False)

_BY = "command line"
_JSON = Annotated[bool, typer.Option("--json", help="Print as JSON.")]


@app.command("create")
def create(
    employee: Annotated[str, typer.Argument(help="The username for whom the program acts.")],
    name: Annotated[str, typer.Option(help="What the program is.")],
    scope: Annotated[list[Permission], typer.Option(help="What it may do; again for more.")],
    days: Annotated[int, typer.Option(help="For how many days.")] = 90,
    as_json: _JSON = False,
) -> None:
    """Make a token. It is told only here."""

    async def make(db: Database) -> NewToken:
        async with db.unit_of_work() as session:
            people = {one.username: one for one in await employees(session) if one.active}
            if employee not in people:
                raise typer.BadParameter("there is no such employee", param_hint="EMPLOYEE")
            return await tokens.create(
                session, people[employee], name=name, scopes=scope, days=days, by=_BY
            )

    try:
        made = on_database(read_settings(), make)
    except FieldRefused as error:
        problem = error.problem.replace("_", " ").replace(":", ": ")
        raise Failed(f"{error.field}: {problem}") from error
    if as_json:
        typer.echo(json.dumps({"id": made.id, "token": made.token}))
    else:
        typer.echo(made.token)


@app.command("list")
def show(as_json: _JSON = False) -> None:
    """List all tokens; their secrets are known to nobody."""

    async def everything(db: Database) -> tuple[list[Token], dict[str, str]]:
        async with db.reading() as session:
            names = {str(one.id): one.username for one in await employees(session)}
            return await tokens.tokens(session), names

    found, names = on_database(read_settings(), everything)
    rows = [
        {
            "id": one.id,
            "name": one.name,
            "employee": names.get(one.employee, ""),
            "scopes": ", ".join(sorted(one.scopes)),
            "expires_at": one.expires_at.isoformat(timespec="minutes"),
            "used_at": one.used_at.isoformat(timespec="minutes") if one.used_at else "",
            "revoked_at": one.revoked_at.isoformat(timespec="minutes") if one.revoked_at else "",
        }
        for one in found
    ]
    if as_json:
        typer.echo(json.dumps(rows))
        return
    headings = "Name", "Employee", "Scopes", "Ends", "Used", "Revoked"
    table = Table(Column("Id", no_wrap=True, min_width=36), *headings)
    for row in rows:
        table.add_row(*row.values())
    _out.print(table)


@app.command("revoke")
def revoke(token: Annotated[str, typer.Argument(help="Its id, as `list` tells it.")]) -> None:
    """End a token now."""

    async def end(db: Database) -> None:
        async with db.unit_of_work() as session:
            await tokens.revoke(session, token, by=_BY)

    try:
        on_database(read_settings(), end)
    except TokenUnknown as error:
        raise Failed("there is no such token") from error
    _out.print("The token is revoked.")
