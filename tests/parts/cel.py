"""Asterisk's own record of who was in which bridge with whom, and when: an oracle beside our AMI.

Switched on in a running private node; the lines are written by Asterisk's `cel_custom`.
"""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from config.pbx.options import PbxOptions

CONFIG = """[general]
enable = yes
events = CHAN_START,CHAN_END,BRIDGE_ENTER,BRIDGE_EXIT
dateformat = %s.%6q
"""
COLUMNS = ("${eventtype}", "${eventtime}", "${CHANNEL(channame)}", "${CHANNEL(linkedid)}")
MAPPING = "[mappings]\ncrowd.csv => " + ",".join(f"${{CSV_QUOTE({one})}}" for one in COLUMNS)


@dataclass(frozen=True, slots=True)
class Seen:
    """One line: what happened to which channel of which call; `at` is seconds since 1970."""

    event: str
    at: float
    channel: str
    call: str


def switch_on(options: PbxOptions, console: Callable[[str], str]) -> None:
    """Let the node write down what its channels do from now on."""
    (options.layout.etc / "cel.conf").write_text(CONFIG)
    (options.layout.etc / "cel_custom.conf").write_text(MAPPING + "\n")
    (options.layout.log / "cel-custom").mkdir()
    console("module reload cel")
    for module in ("res_cdrel_custom.so", "cel_custom.so"):
        console(f"module load {module}")


def read(options: PbxOptions) -> list[Seen]:
    """Everything written so far, in order."""
    path = options.layout.log / "cel-custom" / "crowd.csv"
    return list(_lines(path)) if path.exists() else []


def _lines(path: Path) -> Iterator[Seen]:
    with path.open(newline="") as file:
        for event, at, channel, call in csv.reader(file):
            yield Seen(event, float(at), channel, call)
