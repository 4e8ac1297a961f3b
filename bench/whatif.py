"""What-if: how much faster than real time a day is simulated, and how near it comes to Erlang.

The peer of the figures is the formula on its own assumptions (no ringing, no wrap-up, one queue);
the floor of the speed is the same queue as a bare recursion, without an engine. A full run works
through enough calls for chance to fall below 1 % of the mean wait; it takes some minutes.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import timedelta
from heapq import heapreplace
from random import Random

from bench.rows import Row, row
from crm_core.staffing.erlang import Load, service
from crm_core.whatif.drawing import Caller
from crm_core.whatif.figures import Figures, Targets, summed
from crm_core.whatif.steady import BEGIN, HOUSE, Steady, callers, staff
from crm_core.whatif.world import Setting, play

WITHIN = 20
BATCH = 25_000
"""Calls that are simulated in one go; each batch begins empty."""
WORLDS = (
    ("Erlang C, 14 agents", Steady(calls_per_hour=200, aht=180), 14),
    ("Erlang A, 50 agents", Steady(calls_per_hour=2880, aht=60, patience=120), 50),
)
DAY = (Steady(calls_per_hour=2000 / 12, aht=200, patience=120), 10)
"""A day of some 2,000 calls in twelve hours."""


def run(quick: bool) -> list[Row]:
    """The speed of a day, then the check values: one batch each, or forty."""
    rows = [_speed()]
    for name, world, agents in WORLDS:
        rows += _against_erlang(name, world, agents, batches=1 if quick else 40)
    return rows


def _speed() -> Row:
    world, agents = DAY
    people = callers(world, 2_000, Random(1))
    span = (people[-1].call.arrived_at - BEGIN).total_seconds()
    began = time.perf_counter()
    _played(people, agents)
    ours = time.perf_counter() - began
    began = time.perf_counter()
    _bare(people, agents)
    floor = time.perf_counter() - began
    return row(
        "whatif: a day of 2,000 calls", ours=span / ours, floor=span / floor, unit="x real time"
    )


def _against_erlang(name: str, world: Steady, agents: int, *, batches: int) -> list[Row]:
    found = summed(_played(callers(world, BATCH, Random(n)), agents) for n in range(batches))
    load = Load(calls_per_hour=world.calls_per_hour, aht=world.aht, patience=world.patience)
    known = service(load, agents, within=WITHIN)
    ratios = found.ratios()
    pairs = [
        ("mean wait", ratios["mean_wait_all"], known.asa, "s"),
        ("service level", ratios["service_level"], known.service_level, "share"),
    ]
    if world.patience:
        pairs.append(("abandon rate", ratios["abandon_rate"], known.abandon_rate, "share"))
    return [
        row(f"whatif: {name}, {figure}", ours=ours or 0.0, peer=peer, unit=unit)
        for figure, ours, peer, unit in pairs
    ]


def _played(people: Sequence[Caller], agents: int) -> Figures:
    until = people[-1].call.arrived_at + timedelta(hours=2)
    crew = staff(agents, until)
    setting = Setting(
        roster=HOUSE.roster(crew), staff=crew, targets=Targets(within=WITHIN, short_abandon=0)
    )
    return play(people, setting, Random(1)).whole()


def _bare(people: Sequence[Caller], agents: int) -> float:
    """The mean wait of first come, first served, without anything around it."""
    free, waits = [0.0] * agents, 0.0
    for one in people:
        arrival = (one.call.arrived_at - BEGIN).total_seconds()
        wait = max(free[0] - arrival, 0.0)
        if wait <= one.patience:
            heapreplace(free, arrival + wait + one.talk)
            waits += wait
    return waits / len(people)
