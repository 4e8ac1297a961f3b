"""The benches of whole calls: rows as others expect them, and nothing left behind."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bench import BENCHES, pop, ring
from bench.house import House, open_house, quantile
from bench.rows import Row


def test_quantiles_are_in_milliseconds() -> None:
    values = [number / 1000 for number in range(100, 0, -1)]
    assert quantile(values, 0.5) == pytest.approx(51)
    assert quantile(values, 0.95) == pytest.approx(96)
    assert quantile([0.002], 0.95) == pytest.approx(2)


def test_the_benches_are_on_the_list() -> None:
    assert {"pop", "ring"} <= BENCHES.keys()


@pytest.mark.asterisk
async def test_rows_are_whole_and_a_run_cut_short_leaves_no_process() -> None:
    opened: asyncio.Future[House] = asyncio.get_running_loop().create_future()

    async def stay() -> None:
        async with open_house() as house:
            opened.set_result(house)
            await asyncio.Event().wait()

    run = asyncio.create_task(stay())
    house = await opened
    pids = _processes(house)
    _assert_whole(await pop.measure(house, 1), ["pop"])
    rows = await ring.measure(house, 1)
    _assert_whole(rows, ["ring against Dial()", "ring against Queue()"])
    run.cancel()
    with pytest.raises(asyncio.CancelledError):
        await run
    assert not any(map(_runs, pids))


def _processes(house: House) -> list[int]:
    assert house.product.process is not None
    pids = [house.product.process.pid, int(house.product.pbx.pid_file.read_text())]
    assert all(map(_runs, pids))
    return pids


def _runs(pid: int) -> bool:
    """Whether the process works still; one that only waits to be collected has no command line."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes() != b""
    except OSError:
        return False


def _assert_whole(rows: list[Row], names: list[str]) -> None:
    assert [one.name for one in rows] == [f"{name} {q}" for name in names for q in ("p50", "p95")]
    for one in rows:
        assert one.unit == "ms"
        assert one.peer is not None
        assert one.floor is not None
        assert 0 < one.floor < 1000
        assert one.ratio == pytest.approx(one.ours / one.peer)
