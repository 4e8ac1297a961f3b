"""`tellerline explain`: why a call went where it went, with everybody who was not rung.

Reads the routing journal alone: no database, no running product. Names are the roster's.
"""

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

import agent_ui
from agent_ui.explaining import Naming, OfferTold, explain, worded
from agent_ui.i18n import read_translations
from agent_ui.sentences import sentence_maker
from agent_ui.shapes import Names
from config.failures import Failed
from config.files import read_catalogue_file
from config.queueing import read_queues
from config.settings import Settings, read_settings
from crm_core.cards.way import way_of
from routing.ids import CallId
from routing.loop.codec import Undecodable
from routing.loop.journal import JournalDamaged
from routing.loop.moments import CallStory, OfferMoment, story

app = typer.Typer(add_completion=False)
_out = Console(highlight=False)


@app.command()
def explain_(
    call: Annotated[str, typer.Argument(help="The call's id, as its card has it.")],
    journal: Annotated[
        Path | None,
        typer.Option(exists=True, file_okay=False, help="Another journal's folder than our own."),
    ] = None,
    language: Annotated[str, typer.Option(help="en or ru.")] = "en",
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Replay the journal up to each offer of a call, and say who was rung and why nobody else."""
    settings = read_settings()
    found = _story(journal or settings.state_dir / "journal", CallId(call))
    naming = _naming(settings, found, language)
    if as_json:
        typer.echo(json.dumps(_document(found, naming), ensure_ascii=False))
    else:
        _print(found, naming)


def _story(journal: Path, call: CallId) -> CallStory:
    try:
        found = story(journal, call)
    except (JournalDamaged, Undecodable) as error:
        raise Failed(f"the journal cannot be read: {error}") from error
    except OSError as error:
        raise Failed(f"the journal cannot be read: {error.strerror}") from error
    if found is None:
        raise Failed("the journal does not know this call; it keeps the last days only")
    return found


def _naming(settings: Settings, found: CallStory, language: str) -> Naming:
    texts = read_translations(Path(agent_ui.__file__).parent / "locale")
    spoken = texts.choose([language], default="en")
    plan = read_queues(settings.config_dir)
    names = Names(read_catalogue_file(settings.config_dir), spoken)
    return Naming(
        agents={one.agent: one.name for moment in found.moments for one in moment.agents},
        queues=_named(plan.names, spoken),
        skills=_named(plan.skills, spoken),
        sentence=sentence_maker(texts.gettext(spoken), names, timezone=settings.time_zone),
    )


def _named(names: Any, language: str) -> dict[str, str]:
    return {code: texts.get(language) or texts[""] for code, texts in names.items()}


def _document(found: CallStory, naming: Naming) -> dict[str, Any]:
    told = explain(way_of(found.call))
    return {
        "call": found.call.call,
        "state": found.call.state,
        "keypad": [worded(one, naming) for one in told.keyed],
        "facts": [worded(one, naming) for one in told.facts],
        "steps": [
            {"who": worded(one.who, naming), "opens": worded(one.opens, naming)}
            for one in told.steps
        ],
        "offers": [
            {
                "offer": offer.offer,
                "agent": offer.agent,
                "made_at": offer.made_at.isoformat(),
                "basis": offer.basis,
                "outcome": offer.outcome,
                "said": _said(offer, naming),
                "agents": [
                    {"agent": one.agent, "name": one.name, "why": one.why} for one in moment.agents
                ],
            }
            for offer, moment in zip(told.offers, found.moments, strict=True)
        ],
    }


def _said(offer: OfferTold, naming: Naming) -> list[str]:
    return [worded(one, naming) for one in (offer.chosen, *offer.facts, offer.became)]


def _print(found: CallStory, naming: Naming) -> None:
    told = explain(way_of(found.call))
    text = naming.sentence
    _out.print(f"[bold]{found.call.call}[/]  {text(f'call.{found.call.state}', {})}")
    for fact in (*told.keyed, *told.facts):
        _out.print(f"  {worded(fact, naming)}")
    for place, step in enumerate(told.steps, start=1):
        _out.print(f"  {place}. {worded(step.who, naming)} ({worded(step.opens, naming)})")
    for offer, moment in zip(told.offers, found.moments, strict=True):
        name = naming.agents.get(offer.agent, offer.agent)
        _out.print(f"\n[bold]{name}[/]  {offer.made_at:%H:%M:%S} UTC  {offer.offer}")
        for sentence in _said(offer, naming):
            _out.print(f"  {sentence}")
        _out.print(_table(moment, naming))


def _table(moment: OfferMoment, naming: Naming) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2))
    for one in moment.agents:
        said = naming.sentence(f"passed.{one.why}", {}) if one.why else "→"
        table.add_row("", one.name, said)
    return table
