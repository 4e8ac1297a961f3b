"""`tellerline simulate`: recorded calls once more, through the engine that routes real ones.

Exit code 0: it was simulated; 1: the calls or the staff cannot be taken; 2: wrong use.
"""

import json
import time
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from rich.box import SIMPLE
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from agent_ui.web.whatif.report import report
from config.failures import Failed
from config.settings import read_settings
from config.whatif import Wishes, variants
from crm_core.whatif.calls import CallsRefused, Recording
from crm_core.whatif.drawing import Draw, learn
from crm_core.whatif.figures import Targets
from crm_core.whatif.noticed import calls_of
from crm_core.whatif.reading import read_calls
from crm_core.whatif.staff_file import StaffRefused
from crm_core.whatif.study import Answer, Question, answer
from crm_core.whatif.told import told
from routing.loop import FileJournal
from routing.loop.codec import Undecodable
from routing.loop.journal import JournalDamaged

app = typer.Typer(help="What if?", add_completion=False, no_args_is_help=True)
_out, _err = Console(highlight=False), Console(stderr=True, highlight=False)


class Language(StrEnum):
    """In which a report is written."""

    EN = "en"
    RU = "ru"


@app.callback()
def simulate() -> None:
    """What if? Recorded calls under other rules, with other staff and skills."""


@app.command("calls")
def calls(
    file: Annotated[
        Path | None,
        typer.Option("--calls", exists=True, dir_okay=False, help="Recorded calls, CSV."),
    ] = None,
    journal: Annotated[
        Path | None,
        typer.Option(exists=True, file_okay=False, help="A routing journal instead of them."),
    ] = None,
    first: Annotated[str, typer.Option("--from", help="First day: a date, or 1 and up.")] = "",
    last: Annotated[str, typer.Option("--to", help="Last day, the same way.")] = "",
    staff: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="Who works when, CSV or YAML."),
    ] = None,
    rules: Annotated[
        Path | None,
        typer.Option(exists=True, file_okay=False, help="Folder of queues.yaml and rules.yaml."),
    ] = None,
    skills_each: Annotated[
        int | None, typer.Option("--skills", min=1, max=20, help="Types of calls an agent takes.")
    ] = None,
    managers: Annotated[
        bool, typer.Option("--managers", help="Clients' first agents are their managers.")
    ] = False,
    no_priority: Annotated[
        bool, typer.Option("--no-priority", help="Forget the priorities of the calls.")
    ] = False,
    ring: Annotated[float, typer.Option(min=0, max=60, help="Seconds until agents answer.")] = 0.0,
    within: Annotated[int, typer.Option(min=1, max=3600, help="Service level, seconds.")] = 20,
    draw: Annotated[Draw, typer.Option(help="Times to draw by chance.")] = Draw.MISSING,
    replications: Annotated[int, typer.Option(min=1, max=1000, help="How often.")] = 5,
    seed: Annotated[int, typer.Option(help="Another seed draws other times.")] = 1,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the result.")] = None,
    html_file: Annotated[
        Path | None, typer.Option("--html", help="Write it as a report of one file.")
    ] = None,
    language: Annotated[Language, typer.Option(help="The report's language.")] = Language.EN,
) -> None:
    """Simulate the calls of a CSV file, or of a journal; compare with what was recorded."""
    source = file or journal
    if source is None or (file and journal):
        raise typer.BadParameter("one of --calls and --journal", param_hint="--calls")
    wishes = Wishes(
        rules=rules,
        staff=staff,
        skills_each=skills_each,
        managers=managers,
        priority=not no_priority,
        ring=ring,
        targets=Targets(within=within),
    )
    try:
        everything = read_calls(file) if file else _journalled(source)
        chosen = _chosen(everything, first, last)
        question = Question(
            recording=chosen,
            habits=learn(everything.calls),
            variants=variants(chosen, wishes),
            seed=seed,
            replications=replications,
            draw=draw,
            targets=wishes.targets,
        )
    except (CallsRefused, StaffRefused) as error:
        raise Failed("\n".join(error.lines)) from error
    result = told(question, _watched(question))
    if json_file is not None:
        _write(json_file, json.dumps(result, indent=1) + "\n")
    if html_file is not None:
        _write(html_file, report(result, language, title=f"{source.stem}: what if"))
    _show(result)


def _journalled(folder: Path) -> Recording:
    """The calls of a journal; its days are those of the product's time zone."""
    zone = ZoneInfo(read_settings().time_zone)
    try:
        entries = FileJournal(folder).entries()
        found = calls_of((entry.decision for entry in entries), zone)
    except (JournalDamaged, Undecodable, OSError) as error:
        raise Failed(f"the journal cannot be read: {error}") from error
    if not found.calls:
        raise CallsRefused(["the journal has no call that has ended"])
    return found


def _chosen(recording: Recording, first: str, last: str) -> Recording:
    days = recording.days()
    chosen = recording.between(
        _day(first, days, "--from") if first else days[0],
        _day(last, days, "--to") if last else days[-1],
    )
    if not chosen.calls:
        raise CallsRefused(["there is no call on these days"])
    return chosen


def _day(text: str, days: list[date], option: str) -> date:
    """A date, or which day of the file's it is, counted from 1."""
    if text.isascii() and text.isdigit() and len(text) <= 5:
        return days[0] + timedelta(days=int(text) - 1)
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(
            "a date such as 2026-03-02, or 1 and up", param_hint=option
        ) from None


def _watched(question: Question) -> Answer:
    """Simulate with a bar on standard error, and say there how fast it went."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    began = time.monotonic()
    with Progress(*columns, TimeRemainingColumn(), console=_err, transient=True) as progress:
        bar = progress.add_task("days", total=None)

        def tell(done: int, of: int) -> bool:
            progress.update(bar, completed=done, total=of)
            return True

        found = answer(question, tell)
    seconds = time.monotonic() - began
    runs = question.replications * len(question.variants)
    days = len(question.recording.days()) * runs
    speed = days * 86_400 / seconds
    _err.print(
        f"{days:,} days and {found.facts:,} facts in {seconds:.1f} s: "
        f"{speed:,.0f} times as fast as the days went."
    )
    return found


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Failed(f"{path}: {error.strerror}") from error


_COLUMNS = {
    "offered": "{:,.0f}",
    "answered": "{:,.0f}",
    "abandoned": "{:,.0f}",
    "service_level": "{:.1%}",
    "mean_wait": "{:.1f}",
    "occupancy": "{:.1%}",
}


def _show(result: dict[str, Any]) -> None:
    """A line for each day and side: what was recorded, and what each variant makes of it."""
    table = Table("day", "", *(name.replace("_", " ") for name in _COLUMNS), box=SIMPLE)
    for column in table.columns[:2]:
        column.no_wrap = True
    for column in table.columns[2:]:
        column.justify = "right"
    rows = [(one["day"], one) for one in result["days"]]
    for day, one in [*rows, ("all", result["total"])]:
        for label, side in ((day, "recorded"), ("", "base"), ("", "predicted")):
            if side in one:
                table.add_row(label, side, *_cells(one[side]), end_section=side == "predicted")
    _out.print(table)


def _cells(figures: dict[str, float | None]) -> list[str]:
    values = [(figures[name], form) for name, form in _COLUMNS.items()]
    return ["-" if value is None else form.format(value) for value, form in values]
