"""The AMI bench measures what it says: the same real events for all, every one counted."""

from __future__ import annotations

import json
import re
from io import StringIO
from pathlib import Path

from rich.console import Console

from bench import BENCHES
from bench.ami import floor, measure, ours, panoramisk
from bench.ami_stream import READ_ALL, events_of, product_recordings, repeated
from bench.rows import print_rows, row, write_rows
from telephony.ami import AmiEvent


def test_the_stream_holds_real_events_only() -> None:
    events = events_of([READ_ALL])
    assert events.count(b"\r\n\r\n") >= 2_000
    assert b"Response: Success\r\nActionID" not in events
    assert events_of(product_recordings()).count(b"\r\n\r\n") > 500


def test_each_repetition_is_of_other_calls() -> None:
    events = events_of([READ_ALL])
    stream = repeated(events, 3)
    ids = re.compile(rb"\r\nUniqueid: (pbx1-[^\r]*)")
    once, thrice = set(ids.findall(events)), set(ids.findall(stream))
    assert len(thrice) == 3 * len(once)
    assert stream.count(b"\r\n\r\n") == 3 * events.count(b"\r\n\r\n")


def test_every_contender_takes_every_event() -> None:
    """`measure` raises when one event is missing."""
    rates = measure(
        [READ_ALL],
        1,
        1,
        {
            "floor": floor,
            "peer": panoramisk,
            "all": ours(None, read=AmiEvent.as_dict),
            "filtered": ours(frozenset({"Hangup", "TheEnd"}), read=None),
        },
    )
    assert all(rate > 0 for rate in rates.values())


def test_rows_are_written_as_others_expect_them(tmp_path: Path) -> None:
    rows = [row("x", ours=30.0, peer=10.0, floor=1_500.0, unit="events/CPU-s")]
    write_rows([*rows, row("y", ours=1.0, unit="ms")], tmp_path / "rows.json")
    first, second = json.loads((tmp_path / "rows.json").read_text())
    assert first == {
        "name": "x",
        "ours": 30.0,
        "peer": 10.0,
        "floor": 1_500.0,
        "unit": "events/CPU-s",
        "ratio": 3.0,
    }
    assert second["ratio"] is None
    shown = StringIO()
    print_rows(rows, Console(file=shown, width=120))
    assert "3.00" in shown.getvalue()
    assert "1,500" in shown.getvalue()


def test_the_bench_is_on_the_list() -> None:
    assert "ami" in BENCHES
