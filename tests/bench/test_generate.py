"""The benchmark of the generator makes a whole bank and compares the same rows."""

import pytest

from bench import BENCHES, generate


def test_measures_a_whole_bank(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generate, "QUICK_CLIENTS", 60)
    clients, rows, whole, memory = BENCHES["generate"](True)
    assert clients.name == "generate, 60 clients"
    assert rows.peer is not None
    assert whole.peer is not None
    assert rows.peer * whole.peer == pytest.approx(rows.ours * whole.ours)
    assert rows.peer > rows.ours
    assert 30 < memory.ours < 1_000
