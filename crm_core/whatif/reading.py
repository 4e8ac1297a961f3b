"""Reading calls from a CSV file of somebody else's: bounded, and refused with line numbers."""

import csv
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from crm_core.whatif import bank_log, plain_csv
from crm_core.whatif.calls import CallsRefused, RecordedCall, Recording, recording

LARGEST_FILE = 256 * 1024 * 1024
"""Bytes."""
MOST_CALLS = 1_000_000
LONGEST_CELL = 200
_SHOWN = 20

Row = Mapping[str, str]
Made = RecordedCall | str
"""A call, or why the row is none (a code)."""

_FORMATS: tuple[tuple[frozenset[str], Callable[[Row, int], Made]], ...] = (
    (bank_log.COLUMNS, bank_log.call_of),
    (plain_csv.COLUMNS, plain_csv.call_of),
)


def read_calls(path: Path) -> Recording:
    """The calls of a CSV file (UTF-8), its form told by its heading.

    Raises CallsRefused with at most 20 lines of what is wrong; no call is taken then.
    """
    left_out: Counter[str] = Counter()
    calls: list[RecordedCall] = []
    wrong: list[str] = []
    for line, made in _made(path, wrong):
        if isinstance(made, str):
            left_out[made] += 1
        else:
            calls.append(made)
        if len(calls) > MOST_CALLS:
            raise CallsRefused([f"line {line}: more than {MOST_CALLS:,} calls"])
    if wrong:
        raise CallsRefused(wrong)
    if not calls:
        raise CallsRefused(["the file has no call"])
    return recording(calls, left_out)


def _made(path: Path, wrong: list[str]) -> Iterator[tuple[int, Made]]:
    """What the rows are, each with its line; what is wrong is noted, until it is too much."""
    make: Callable[[Row, int], Made] | None = None
    for line, row in _rows(path):
        make = make or _format(row)
        try:
            yield line, make(row, line)
        except ValueError as error:
            wrong.append(f"line {line}: {error}")
        if len(wrong) >= _SHOWN:
            return


def _rows(path: Path) -> Iterator[tuple[int, Row]]:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise CallsRefused([f"the file is larger than {LARGEST_FILE // 1024**2} MB"])
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            for row in reader:
                yield reader.line_num, _cells(row, reader.line_num)
    except OSError as error:
        raise CallsRefused([f"the file cannot be read: {error.strerror}"]) from error
    except UnicodeDecodeError as error:
        raise CallsRefused(["the file is not UTF-8"]) from error
    except csv.Error as error:
        raise CallsRefused([f"line {reader.line_num}: {error}"]) from error


def _cells(row: dict[str | None, str | None], line: int) -> Row:
    """The row's cells; csv puts what is too much under None, and None where cells are missing."""
    if None in row or None in row.values():
        raise CallsRefused([f"line {line}: the row has more or fewer cells than the heading"])
    if any(len(text) > LONGEST_CELL for text in row.values() if text is not None):
        raise CallsRefused([f"line {line}: a cell is longer than {LONGEST_CELL} characters"])
    return {str(name): (text or "").strip() for name, text in row.items()}


def _format(row: Row) -> Callable[[Row, int], Made]:
    for columns, make in _FORMATS:
        if columns <= set(row):
            return make
    known = " or ".join(", ".join(sorted(columns)) for columns, _ in _FORMATS)
    raise CallsRefused([f"line 1: the heading lacks columns; expected {known}"])
