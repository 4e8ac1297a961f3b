"""The benchmark of the engine: its day is a real one, and its plain router agrees where it can."""

from collections import Counter

from bench.engine import measure
from bench.engine_day import Day
from routing.facts import AgentRang, CallArrived, CallConnected, CallEnded, WrapUpFinished
from routing.terms import CallState


def test_the_day_keeps_its_size_and_its_mix() -> None:
    day = Day(20, 40)
    kinds = Counter(type(fact) for fact in day.play(2_000))
    assert {CallArrived, AgentRang, CallConnected, CallEnded, WrapUpFinished} <= kinds.keys()
    waiting = sum(call.state is CallState.QUEUED for call in day.engine.calls())
    assert 20 <= waiting <= 60


def test_each_size_is_measured_beside_the_scan() -> None:
    rows = measure([(10, 20), (20, 40)], 500)
    assert len(rows) == 4
    assert all(one.ours > 0 and one.peer for one in rows)
