"""The journal: each fact with its decision, in a file, before any effect leaves.

A line is handed to the operating system at once, so it survives a killed process; it costs
microseconds. Segments are numbered files; each begins with a checkpoint of the engine, so that
a start reads only the newest. A torn last line (a machine that lost power) is cut off; damage
anywhere else is an error, never skipped.
"""

import json
import os
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from routing.decision import Decision
from routing.engine import Checkpoint
from routing.facts import Fact
from routing.loop.codec import (
    decode_checkpoint,
    decode_decision,
    decode_fact,
    encode_checkpoint,
    encode_decision,
    encode_fact,
)

SEGMENT_BYTES = 32 * 1024 * 1024

_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))

START = ""
"""The position before the first entry. Positions are text, and sort as they were written."""


class JournalDamaged(Exception):
    """A line in the middle of the journal is not what was written."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A fact and its decision; `position` is where the journal goes on after it."""

    position: str
    fact: Fact
    decision: Decision


class FileJournal:
    """A folder of segments. One process writes; anybody may read."""

    def __init__(self, folder: Path, *, segment_bytes: int = SEGMENT_BYTES) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._segment_bytes = segment_bytes
        self._file: BinaryIO | None = None
        self._size = 0

    # ── Writing ─────────────────────────────────────────────────────────────────────────────

    def open_segment(self, checkpoint: Checkpoint | None) -> None:
        """Begin a new segment, with the engine's state at its head if there is one."""
        self.close()
        number = max(self._numbers(), default=0) + 1
        # Unbuffered: what is written is the system's, not ours, when append returns.
        self._file = (self._folder / _name(number)).open("xb", buffering=0)
        self._size = 0
        if checkpoint is not None:
            self._write({"checkpoint": encode_checkpoint(checkpoint)})

    def append(self, fact: Fact, decision: Decision) -> None:
        """Record a fact with its decision. Raises OSError when the disk refuses."""
        self._write({"f": encode_fact(fact), "d": encode_decision(decision)})

    def is_full(self) -> bool:
        """Tell whether it is time for a new segment."""
        return self._file is None or self._size >= self._segment_bytes

    def prune(self, drained: str, *, untouched_since: datetime) -> int:
        """Delete segments that every reader has drained and nobody wrote to since then.

        `drained` is the position of the slowest reader. The newest segment always stays. Returns
        how many were deleted.
        """
        keep_from = min(_place(drained)[0], max(self._numbers(), default=0))
        deleted = 0
        for number in self._numbers():
            path = self._folder / _name(number)
            if number < keep_from and path.stat().st_mtime < untouched_since.timestamp():
                path.unlink()
                deleted += 1
        return deleted

    def close(self) -> None:
        """Give the file back."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _write(self, value: Any) -> None:
        if self._file is None:
            raise ValueError("no segment is open")
        text = _JSON.encode(value).encode()
        line = b"%08x %s\n" % (zlib.crc32(text), text)
        if self._file.write(line) != len(line):
            self._file.truncate(self._size)
            self._file.seek(self._size)
            raise OSError("the journal's disk is full")
        self._size += len(line)

    # ── Reading ─────────────────────────────────────────────────────────────────────────────

    def recover(self) -> tuple[Checkpoint | None, list[Entry]]:
        """Return the newest checkpoint and what came after it, cutting off a torn last line."""
        numbers = self._numbers()
        if not numbers:
            return None, []
        self._cut_torn_tail(numbers[-1])
        checkpoint: Checkpoint | None = None
        entries: list[Entry] = []
        for position, value in self._lines(numbers[-1], 0):
            if "checkpoint" in value:
                checkpoint = decode_checkpoint(value["checkpoint"])
            else:
                entries.append(_entry(position, value))
        return checkpoint, entries

    def entries(self, after: str = START, limit: int | None = None) -> Iterator[Entry]:
        """Yield what was recorded after a position, over all segments, at most `limit`."""
        number, offset = _place(after)
        given = 0
        for segment in self._numbers():
            if segment < number:
                continue
            start = offset if segment == number else 0
            for position, value in self._lines(segment, start):
                if "checkpoint" in value:
                    continue
                yield _entry(position, value)
                given += 1
                if limit is not None and given >= limit:
                    return

    def end(self) -> str:
        """Return the position after the last entry written so far."""
        numbers = self._numbers()
        if not numbers:
            return START
        return _position(numbers[-1], (self._folder / _name(numbers[-1])).stat().st_size)

    def _lines(self, number: int, start: int) -> Iterator[tuple[str, Any]]:
        for offset, value in lines_of(self._folder / _name(number), start):
            yield _position(number, offset), value

    def _cut_torn_tail(self, number: int) -> None:
        path = self._folder / _name(number)
        data = path.read_bytes()
        whole = data.rfind(b"\n") + 1
        if whole < len(data):
            os.truncate(path, whole)

    def _numbers(self) -> list[int]:
        return sorted(int(path.stem) for path in self._folder.glob("*.journal"))


def lines_of(segment: Path, start: int = 0) -> Iterator[tuple[int, Any]]:
    """Yield the values of a segment's whole lines, each with the byte at which its line ends.

    Raises JournalDamaged, OSError.
    """
    with segment.open("rb") as file:
        file.seek(start)
        offset = start
        for line in file:
            if not line.endswith(b"\n"):
                return  # it is being written, or was torn; a later look decides
            offset += len(line)
            yield offset, _parse(line, segment.stem, offset)


def _name(number: int) -> str:
    return f"{number:08d}.journal"


def _position(number: int, offset: int) -> str:
    return f"{number:08d}:{offset:012d}"


def _place(position: str) -> tuple[int, int]:
    if position == START:
        return 0, 0
    number, _, offset = position.partition(":")
    return int(number), int(offset)


def _parse(line: bytes, segment: str, offset: int) -> Any:
    checksum, _, text = line.rstrip(b"\n").partition(b" ")
    try:
        matches = int(checksum, 16) == zlib.crc32(text)
    except ValueError:
        matches = False
    if not matches:
        raise JournalDamaged(f"segment {segment} is damaged before byte {offset}")
    return json.loads(text)


def _entry(position: str, value: Any) -> Entry:
    return Entry(position, decode_fact(value["f"]), decode_decision(value["d"]))
