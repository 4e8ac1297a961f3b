"""The benchmark of delivery runs at a small size and measures all four servers."""

from bench.fanout import measure


def test_every_console_of_every_server_gets_every_delta() -> None:
    rows = measure(20, 2)
    units = ["broadcasts/s", "broadcasts/CPU-s", "ms"]
    assert [one.unit for one in rows] == [unit for unit in units for _ in ("sansio", "websockets")]
    assert all(one.ours > 0 and one.peer and one.floor for one in rows)
