"""Making a bank up by the real command, beside a plain csv.writer of the very same rows.

The peer is handed all rows ready-made and only writes them: nothing that makes them up, no hash, no
totals. Both are measured in CPU time, ours with the start of its process. Goals for 50,000 clients:
at most 60 seconds of one core, at most 1,000 MB.
"""

from __future__ import annotations

import csv
import os
import sys
import tempfile
import time
from pathlib import Path

from bench.rows import Row, row

CLIENTS, QUICK_CLIENTS = 50_000, 5_000


def run(quick: bool) -> list[Row]:
    """Measure one bank: clients and rows per second of CPU time, and the peak of memory."""
    clients = QUICK_CLIENTS if quick else CLIENTS
    with tempfile.TemporaryDirectory(prefix="bench") as scratch:
        folder = Path(scratch) / "bank"
        ours, memory = _make(folder, clients)
        rows, peer = _copy(folder, Path(scratch) / "copy.csv")
    name = f"generate, {clients:,} clients"
    return [
        row(name, ours=clients / ours, peer=clients / peer, unit="clients/CPU-s"),
        row(f"{name}, rows", ours=rows / ours, peer=rows / peer, unit="rows/CPU-s"),
        row(f"{name}, whole", ours=ours, peer=peer, unit="CPU-s"),
        row(f"{name}, peak memory", ours=memory, unit="MB"),
    ]


def _make(folder: Path, clients: int) -> tuple[float, float]:
    """Seconds of CPU time and megabytes at the peak that the command takes."""
    words = ["demo", "generate", "--out", str(folder), "--clients", str(clients), "--json"]
    silent = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    command = [sys.executable, "-m", "config", *words]
    child = os.posix_spawn(sys.executable, command, os.environ, file_actions=silent)
    _child, status, used = os.wait4(child, 0)
    if status:
        raise RuntimeError("the bank was not made")
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def _copy(folder: Path, target: Path) -> tuple[int, float]:
    """How many rows all files of the bank have, and the seconds to write them once more."""
    rows, seconds = 0, 0.0
    for path in sorted(folder.rglob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            ready = list(csv.reader(file))
        with target.open("w", encoding="utf-8", newline="") as file:
            began = time.process_time()
            csv.writer(file).writerows(ready)
            file.flush()
            seconds += time.process_time() - began
        rows += len(ready) - 1
    return rows, seconds
