"""Two texts side by side, line by line. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import zip_longest

AROUND = 3
"""Equal lines shown before and after what differs."""


class Kind(StrEnum):
    """What a row shows; of a gap `left_out` lines are equal and not shown."""

    EQUAL = "equal"
    CHANGED = "changed"
    GAP = "gap"


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """A line of a text; lines count from 1."""

    line: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Two lines beside each other, either of which may be absent."""

    kind: Kind
    old: Side | None = None
    new: Side | None = None
    left_out: int = 0


def differences(old: str, new: str) -> list[Row]:
    """The rows of what differs with some lines around; none where the texts are equal."""
    before, after = old.splitlines(), new.splitlines()
    if before == after:
        return []
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    rows = [
        _row(Kind.EQUAL if tag == "equal" else Kind.CHANGED, before, i, after, j)
        for tag, i1, i2, j1, j2 in matcher.get_opcodes()
        for i, j in zip_longest(range(i1, i2), range(j1, j2))
    ]
    return list(_shortened(rows))


def _row(kind: Kind, before: list[str], i: int | None, after: list[str], j: int | None) -> Row:
    return Row(
        kind=kind,
        old=None if i is None else Side(line=i + 1, text=before[i]),
        new=None if j is None else Side(line=j + 1, text=after[j]),
    )


def _shortened(rows: list[Row]) -> Iterator[Row]:
    changed = [n for n, row in enumerate(rows) if row.kind is Kind.CHANGED]
    near = {m for n in changed for m in range(n - AROUND, n + AROUND + 1)}
    left_out = 0
    for n, row in enumerate(rows):
        if n not in near:
            left_out += 1
            continue
        if left_out:
            yield Row(kind=Kind.GAP, left_out=left_out)
            left_out = 0
        yield row
    if left_out:
        yield Row(kind=Kind.GAP, left_out=left_out)
