"""Facts a second through the routing engine, by its size, beside a plain scan of agents and calls.

The load is a day's: callers arrive and are identified, wait, are rung, talk, are held, end; agents
wrap up, take breaks and come back, phones change state; the rules are twenty. The day is played
once to write its facts down; then a fresh engine is told all of them, and the last part is timed.
The peer is the router one writes first: it looks through all agents and calls after each fact and
knows no rules, managers, skills, leases of offers, explanations or views. It is told the last part
of the same facts, as many as it can bear. Goals: 50,000 facts a second at 1,000 agents, 20,000 at
10,000; cost per fact grows at most with the logarithm of the size.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterable

from bench.engine_day import Day
from bench.engine_scan import Scan
from bench.rows import Row, row
from routing.engine import Engine
from routing.facts import Fact

SIZES = ((100, 500), (1_000, 5_000), (10_000, 50_000))
"""Agents at work, and calls that wait all the time."""

FACTS, QUICK = 40_000, 8_000
PAIRS_A_SCAN = 4_000_000
"""The scan is told as many facts as let it look at so many agents and calls."""


def run(quick: bool) -> list[Row]:
    """Measure all sizes with 40,000 facts each, or 8,000 in a quick run."""
    return measure(SIZES, QUICK if quick else FACTS)


def measure(sizes: Iterable[tuple[int, int]], facts: int) -> list[Row]:
    """So many facts at each size."""
    rows: list[Row] = []
    for agents, waiting in sizes:
        day = Day(agents, waiting)
        before = list(day.facts)
        scan = Scan(day.engine.agents(), day.engine.calls(), day.roster)
        timed = day.play(facts)
        del day
        ours = _seconds_a_fact(_engine_after(before).apply, timed)
        few = timed[: max(20, PAIRS_A_SCAN // (agents + waiting))]
        peer = _seconds_a_fact(scan.apply, few)
        what = f"engine, {agents:,} agents, {waiting:,} calls waiting"
        rows.append(row(what, ours=1 / ours, peer=1 / peer, unit="facts/CPU-s"))
        rows.append(row(f"{what}, cost", ours=ours * 1e6, peer=peer * 1e6, unit="us/fact"))
    return rows


def _engine_after(facts: Iterable[Fact]) -> Engine:
    engine = Engine()
    for fact in facts:
        engine.apply(fact)
    return engine


def _seconds_a_fact(apply: Callable[[Fact], object], facts: list[Fact]) -> float:
    """CPU time of one fact on average; the collector leaves alone what stood before."""
    gc.collect()
    gc.freeze()
    began = time.process_time()
    for fact in facts:
        apply(fact)
    spent = time.process_time() - began
    gc.unfreeze()
    return spent / len(facts)
