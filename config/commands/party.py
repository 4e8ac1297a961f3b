"""`tellerline party`: what the product knows of a party, as an agent would see it.

Amounts and numbers are masked: nobody is on the line. The look is audited as the command line's.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy.ext.asyncio import AsyncSession

import agent_ui
from agent_ui.i18n import read_translations
from agent_ui.panel import FigureShape, PanelShape
from agent_ui.panel import panel as panel_shape
from agent_ui.sentences import Sentence, sentence_maker
from agent_ui.shapes import Names
from config.failures import Failed
from config.files import read_catalogue_file
from config.settings import Settings, read_settings
from config.storage import on_database
from crm_core import phones
from crm_core.database import Database
from crm_core.duplicates.merging import standing
from crm_core.errors import PartyUnknown
from crm_core.parties.directory import candidates
from crm_core.parties.panel import PartyPanel, panel
from routing.facts import Candidate
from routing.ids import AgentId, PartyId

app = typer.Typer(help="Clients and other parties.", add_completion=False, no_args_is_help=True)
_out = Console(highlight=False)
_err = Console(highlight=False, stderr=True)

_BY = AgentId("command line")
_LANGUAGE = "en"


@app.callback()
def party() -> None:
    """Clients and other parties."""


@app.command("show")
def show(
    who: Annotated[str, typer.Argument(help="A party's id, or a phone number in any format.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Print the 360 panel; of a number that several parties use, who they are.

    A record that was merged into another shows that one, and says so on the error output.
    """
    settings = read_settings()
    found = on_database(settings, lambda db: _found(db, settings, who))
    if isinstance(found, PartyPanel):
        names = Names(read_catalogue_file(settings.config_dir), _LANGUAGE)
        shape = panel_shape(found, names, viewer=_BY)
        if as_json:
            typer.echo(shape.model_dump_json())
        else:
            _print_panel(shape, _sentences(settings, names))
        return
    rows = [
        {"party": one.party, "name": one.name, "reason": one.reason, "managers": one.managers}
        for one in found
    ]
    if as_json:
        typer.echo(json.dumps({"candidates": rows}, ensure_ascii=False))
    else:
        _print_table(("Party", "Name", "Why"), [[*row.values()][:3] for row in rows])


async def _standing(session: AsyncSession, asked: PartyId) -> PartyId:
    """Who stands for the party now; on the way it is said that it gave way to another."""
    stands = await standing(session, asked)
    if stands != asked:
        _err.print(f"{asked} was merged into {stands}")
    return stands


async def _found(db: Database, settings: Settings, who: str) -> PartyPanel | Sequence[Candidate]:
    """The panel, or several candidates. Raises Failed where there is nobody."""
    async with db.unit_of_work() as session:
        known, number = PartyId(who), phones.normalise(who, settings.region)
        if number is not None:
            several = await candidates(session, number)
            if len(several) > 1:
                return several
            known = several[0].party if several else known
        known = await _standing(session, known)
        try:
            return await panel(session, known, viewer=_BY, reason="command line")
        except PartyUnknown:
            raise Failed("there is no such party") from None


def _sentences(settings: Settings, names: Names) -> Sentence:
    folder = Path(agent_ui.__file__).parent / "locale"
    text = read_translations(folder).gettext(_LANGUAGE)
    return sentence_maker(text, names, timezone=settings.time_zone)


def _print_panel(one: PanelShape, sentence: Sentence) -> None:
    badges = [f"tier {one.tier}" if one.tier else "", "VIP" if one.vip else ""]
    standing = ", ".join(filter(None, [one.kind, one.status, *badges, one.language]))
    _out.print(f"[bold]{one.name}[/]  {standing}  {one.party}")
    for flag in one.flags:
        _out.print(f"  [red]! {sentence(f'red.{flag.flag}', flag.detail)}[/]")
    if one.next_action:
        step = one.next_action
        _out.print(f"  next: {sentence(f'step.{step.step}', step.detail)}")
    for guess in one.why:
        _out.print(f"  {guess.rank}. {sentence(f'cause.{guess.cause}', guess.detail)}")
    _print_table(("Money", "Agreements", "As of"), _money(one))
    _print_table(("Phone", "Role"), [[each.masked, each.role] for each in one.phones])
    _print_table(("Rank", "Manager"), [[str(each.rank), each.name] for each in one.managers])
    calls = [[f"{each.at:%Y-%m-%d %H:%M}", each.topic_name, each.essence] for each in one.contacts]
    _print_table(("Last contact", "Topic", "Essence"), calls)


def _money(one: PanelShape) -> list[list[str]]:
    rows = []
    for name in ("deposits", "available_credit", "owed", "overdue", "next_payment"):
        held: FigureShape | None = getattr(one.money, name)
        if held is not None:
            told = f"{held.as_of:%Y-%m-%d %H:%M} UTC" if held.as_of else "never told"
            stale = " (stale)" if held.stale else ""
            rows.append([name.replace("_", " "), str(held.agreements), told + stale])
    return rows


def _print_table(headings: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    if not rows:
        return
    table = Table(*headings)
    for row in rows:
        table.add_row(*(str(cell) for cell in row))
    _out.print(table)
