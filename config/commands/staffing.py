"""`tellerline staffing`: the agents that a load needs for a target, by Erlang C and Erlang A."""

import json
from dataclasses import asdict
from math import isfinite
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from config.failures import Failed
from crm_core.staffing.erlang import Load, Service, service
from crm_core.staffing.requirement import NoNumberMeets, Requirement, Target, requirement
from crm_core.whatif.needed import Goal, Simulated
from crm_core.whatif.needed import needed as simulated_need
from crm_core.whatif.steady import Steady

app = typer.Typer(add_completion=False)
_out = Console(highlight=False)

MOST_SIMULATED = 500

_SHARE = {"min": 0.001, "max": 0.999}


@app.command()
def staffing(
    calls_per_hour: Annotated[float, typer.Option(min=0, max=1_000_000, help="Offered calls.")],
    aht: Annotated[float, typer.Option(min=1, max=36_000, help="Seconds of talk and wrap-up.")],
    target: Annotated[float, typer.Option(**_SHARE, help="Share to be answered in time.")] = 0.8,
    within: Annotated[float, typer.Option(min=0, max=3_600, help="In time: seconds.")] = 20,
    patience: Annotated[
        float | None, typer.Option(min=1, max=36_000, help="Seconds until callers give up.")
    ] = None,
    agents: Annotated[
        int | None, typer.Option(min=1, max=100_000, help="Tell also what so many make of it.")
    ] = None,
    asa: Annotated[float | None, typer.Option(min=0.001, help="The longest mean wait, s.")] = None,
    abandons: Annotated[
        float | None, typer.Option(**_SHARE, help="The largest share that gives up.")
    ] = None,
    occupancy: Annotated[
        float | None, typer.Option(**_SHARE, help="The highest share of time in calls.")
    ] = None,
    shrinkage: Annotated[
        float, typer.Option(min=0, max=0.95, help="The share of planned agents who are away.")
    ] = 0,
    simulate: Annotated[
        bool, typer.Option("--simulate", help="Find the number by the engine itself too.")
    ] = False,
    seed: Annotated[int, typer.Option(min=0, help="What the simulation draws from.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Tell how many agents meet the target: by Erlang C, and with --patience by Erlang A too."""
    goal = Target(
        service_level=target,
        within=within,
        longest_asa=asa,
        most_abandoned=abandons,
        highest_occupancy=occupancy,
        shrinkage=shrinkage,
    )
    models = {"erlang_c": Load(calls_per_hour=calls_per_hour, aht=aht)}
    if patience is not None:
        models["erlang_a"] = Load(calls_per_hour=calls_per_hour, aht=aht, patience=patience)
    try:
        needed = {name: requirement(load, goal) for name, load in models.items()}
    except NoNumberMeets as error:
        raise Failed("no number of agents meets this target") from error
    asked = (
        {name: service(load, agents, within=within) for name, load in models.items()}
        if agents
        else {}
    )
    played = _played(models, goal, needed, seed) if simulate else None
    if as_json:
        document = _document(models, goal, needed, asked)
        typer.echo(json.dumps(document | {"simulated": played and asdict(played)}, indent=2))
        return
    _print(needed, asked)
    if played is not None:
        _out.print(
            f"By the engine itself, {played.calls:,} calls: {played.agents} agents,"
            f" {played.service_level:.1%} in time, mean wait {played.asa:.1f} s,"
            f" {played.abandon_rate:.1%} give up."
        )


def _played(
    models: dict[str, Load], goal: Target, found: dict[str, Requirement], seed: int
) -> Simulated:
    """The number by simulation, looked for around the formula's. Raises Failed."""
    model, load = list(models.items())[-1]
    world = Steady(calls_per_hour=load.calls_per_hour, aht=load.aht, patience=load.patience)
    if load.calls_per_hour == 0 or found[model].agents > MOST_SIMULATED:
        raise Failed(f"a simulation takes some calls and at most {MOST_SIMULATED} agents")
    wanted = Goal(service_level=goal.service_level, within=round(goal.within))
    played = simulated_need(world, wanted, found[model].agents, seed=seed)
    if played is None:
        raise Failed("no number of agents near the formula's meets this target")
    return played


def _document(
    models: dict[str, Load],
    goal: Target,
    needed: dict[str, Requirement],
    asked: dict[str, Service],
) -> dict[str, Any]:
    """The last model is the one that holds: Erlang A where patience is known."""
    model, load = list(models.items())[-1]
    return {
        "calls_per_hour": load.calls_per_hour,
        "aht": load.aht,
        "patience": load.patience,
        "target": goal.service_level,
        "within": goal.within,
        "erlangs": load.erlangs,
        "model": model,
        **_figures(needed[model]),
        "erlang_c": _figures(needed["erlang_c"]),
        "erlang_a": _figures(needed["erlang_a"]) if "erlang_a" in needed else None,
        "asked": {name: _service(found) for name, found in asked.items()} or None,
    }


def _figures(found: Requirement) -> dict[str, Any]:
    return _service(found.service) | {"planned": found.planned}


def _service(found: Service) -> dict[str, Any]:
    """The mean wait is null where the line never ends."""
    return {
        "agents": found.agents,
        "wait_probability": found.wait_probability,
        "service_level": found.service_level,
        "asa": found.asa if isfinite(found.asa) else None,
        "abandon_rate": found.abandon_rate,
        "occupancy": found.occupancy,
    }


_NAMES = {"erlang_c": "Erlang C", "erlang_a": "Erlang A"}


def _print(needed: dict[str, Requirement], asked: dict[str, Service]) -> None:
    headings = "Agents", "Planned", "Wait", "In time", "Mean wait, s", "Give up", "Busy"
    table = Table("", *headings)
    for name, found in needed.items():
        table.add_row(f"{_NAMES[name]}, needed", *_cells(found.service, str(found.planned)))
    for name, service_ in asked.items():
        table.add_row(f"{_NAMES[name]}, asked", *_cells(service_, ""))
    _out.print(table)


def _cells(found: Service, planned: str) -> tuple[str, ...]:
    return (
        str(found.agents),
        planned,
        f"{found.wait_probability:.1%}",
        f"{found.service_level:.1%}",
        f"{found.asa:.1f}" if isfinite(found.asa) else "∞",
        f"{found.abandon_rate:.1%}",
        f"{found.occupancy:.1%}",
    )
