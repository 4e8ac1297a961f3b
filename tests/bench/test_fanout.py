"""The benchmark of delivery runs at a small size and measures all three servers."""

from bench.fanout import measure


def test_every_console_of_every_server_gets_every_delta() -> None:
    rows = measure(20, 2)
    assert [one.unit for one in rows] == ["broadcasts/s", "broadcasts/CPU-s", "ms"]
    assert all(one.ours > 0 and one.peer and one.floor for one in rows)
