"""The benchmark of what-if measures what it says: far faster than real time, near to Erlang."""

import pytest

from bench import BENCHES, whatif


def test_a_small_run_is_fast_and_near(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whatif, "BATCH", 2_000)
    assert BENCHES["whatif"] is whatif.run
    speed, *figures = whatif.run(True)
    assert speed.ours > 1_000, "the issue's goal"
    assert speed.floor is not None and speed.floor > speed.ours
    levels = [one for one in figures if "service level" in one.name]
    assert all(one.ratio == pytest.approx(1, abs=0.1) for one in levels)
    assert len(figures) == 5
