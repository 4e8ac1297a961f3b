"""The benchmark of imports puts in the same rows twice, ours and plain."""

from pathlib import Path

from bench.imports import NUMBERED, measure
from bench.stores import Store


def test_each_kind_of_rows_is_measured_both_ways(tmp_path: Path) -> None:
    rows = list(measure(Store("SQLite", f"sqlite:///{tmp_path / 'bank.db'}"), 20))
    assert [one.name for one in rows] == [f"SQLite: {entity}" for entity in NUMBERED]
    assert all(one.ours > 0 and one.peer and one.ratio for one in rows)
