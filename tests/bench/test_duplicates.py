"""The benchmark of duplicates compares what was found with what is known."""

import pytest

from bench import BENCHES, duplicates


def test_shares_lie_between_nothing_and_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TELLERLINE_DATA", raising=False)
    monkeypatch.setattr(duplicates, "CLIENTS", 1_000)
    rows = {one.name: one for one in BENCHES["duplicates"](True)}
    assert len(rows) == 4
    assert all(0 <= one.ours <= 1 for one in rows.values())
    recall = rows["duplicates, made-up bank of 200, worth a look, recall"]
    assert recall.ours > (recall.peer or 0)
