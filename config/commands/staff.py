"""`tellerline staff`: the first employees of an installation, and new passwords."""

import json
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from config.desk_phone import DeskAccount, write_desk_account
from config.pbx_private import private_node
from config.queueing import read_queues
from config.settings import read_settings
from config.storage import on_database
from crm_core.database import Database
from crm_core.models import Role
from crm_core.staff import employees
from crm_core.staff.passwords import Passwords
from routing.ids import QueueId

app = typer.Typer(help="Employees who can sign in.", add_completion=False, no_args_is_help=True)
_out = Console(highlight=False)

_BY = "command line"


@app.command("add")
def add(
    username: str,
    name: Annotated[str, typer.Option(help="As colleagues know him.")],
    role: Annotated[Role, typer.Option()],
    queue: Annotated[list[str] | None, typer.Option(help="A queue whose pool he serves.")] = None,
    language: Annotated[str, typer.Option()] = "en",
    password: Annotated[
        str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True)
    ] = "",
) -> None:
    """Add an employee; the password is asked for."""
    settings = read_settings()
    known = {profile.queue for profile in read_queues(settings.config_dir).queues}
    queues = [QueueId(one) for one in queue or []]
    for one in queues:
        if one not in known:
            raise typer.BadParameter(f"there is no queue {one}", param_hint="--queue")

    async def hire(db: Database) -> None:
        password_hash = await Passwords().hash(password)
        async with db.unit_of_work() as session:
            await employees.hire(
                session,
                username,
                name=name,
                role=role,
                language=language,
                password_hash=password_hash,
                queues=queues,
                by=_BY,
            )

    on_database(settings, hire)
    _out.print(f"{username} can sign in, and a running product has him on the roster in a moment.")


@app.command("desk-phone")
def desk_phone(
    username: str,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Give an employee's desk phone a new account. It is told only here; the old one dies."""
    settings = read_settings()

    async def write(db: Database) -> DeskAccount:
        async with db.reading() as session:
            people = {one.username: one for one in await employees.employees(session)}
        if username not in people:
            raise typer.BadParameter("there is no such employee", param_hint="USERNAME")
        node = settings.nodes[0] if settings.nodes else private_node(settings)
        return await write_desk_account(node, people[username].desk_endpoint)

    account = on_database(settings, write)
    if as_json:
        values = {"server": account.server, "user": account.user, "password": account.password}
        _out.print_json(json.dumps(values))
    else:
        _out.print(f"Server {account.server}, user {account.user}, password {account.password}")


@app.command("list")
def show() -> None:
    """List all employees."""

    async def everybody(db: Database) -> list[employees.Employee]:
        async with db.reading() as session:
            return await employees.employees(session)

    table = Table("Username", "Name", "Role", "Active")
    for person in on_database(read_settings(), everybody):
        table.add_row(
            person.username, person.name, person.role.value, "yes" if person.active else ""
        )
    _out.print(table)
