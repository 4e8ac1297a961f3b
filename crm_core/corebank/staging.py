"""Staging a batch: its file is read once, checked whole, and set aside in memory's bounds.

Nothing here touches the database. What can be stored goes to a scratch file without a name, which
the system drops with the process; what cannot is counted, and told by line and reason.
"""

import csv
import hashlib
import pickle
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from itertools import islice
from tempfile import TemporaryFile
from typing import IO, Any, Self

from crm_core.corebank.cells import CellRefused, RowReader, Told, Values, told
from crm_core.corebank.entities import Entity
from crm_core.corebank.manifest import Manifest
from crm_core.errors import Refused

CHUNK = 4_000
MOST_ERRORS = 10_000
"""As many refused rows are told of; the others are counted."""
_BLOCK = 1 << 20

_Group = list[tuple[int, tuple[str, ...]]]
"""Rows of one key, each with its line."""

Progress = Callable[[int], None]
"""Is told how many more rows were done."""


class BatchRefused(Refused):
    """The batch is not taken. `problem` is a stable code; nothing of the batch was stored."""

    code = "batch_refused"

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


@dataclass(frozen=True, slots=True, kw_only=True)
class RowError:
    """A row that was refused."""

    line: int
    column: str
    reason: str


@dataclass(slots=True, kw_only=True)
class Staged:
    """A batch that can be stored. Close it to drop the scratch file."""

    file: IO[bytes]
    rows: int = 0
    refused: int = 0
    totals: dict[str, int] = field(default_factory=dict)
    """The sums of the control column by currency, of the rows that can be stored."""
    spared: set[str] | None = field(default_factory=set)
    """Keys of refused rows, which a full batch must not end; None if some are not known."""
    errors: list[RowError] = field(default_factory=list)

    @classmethod
    def empty(cls) -> Self:
        """A batch of which nothing was read."""
        return cls(file=BytesIO())

    def refuse(self, lines: list[int], column: str, reason: str) -> None:
        """Count these lines as refused."""
        self.refused += len(lines)
        for line in lines[: MOST_ERRORS - len(self.errors)]:
            self.errors.append(RowError(line=line, column=column, reason=reason))

    def count(self, control: str | None, rows: list[Values], *, sign: int) -> None:
        """Add these rows to the totals, or with sign -1 take them out again."""
        if control is not None:
            for row in rows:
                before = self.totals.get(row["currency"], 0)
                self.totals[row["currency"]] = before + sign * row[control]

    def spare(self, key: str) -> None:
        """What is held under this key must not be ended for a row that was refused."""
        if self.spared is not None:
            self.spared.add(key)

    def chunks(self) -> Iterator[list[Told]]:
        """What can be stored, some CHUNK at a time."""
        self.file.seek(0)
        while True:
            try:
                yield pickle.load(self.file)
            except EOFError:
                return

    def close(self) -> None:
        self.file.close()


def stage(manifest: Manifest, entity: Entity, *, region: str, progress: Progress) -> Staged:
    """Read and check the manifest's file. Raises BatchRefused: cut off, or not of the contract."""
    _check_whole(manifest)
    staged = Staged(file=TemporaryFile(prefix="tellerline"))  # noqa: SIM115 - the caller closes it
    try:
        _read(manifest, RowReader(entity, region=region), staged, progress)
    except (csv.Error, UnicodeDecodeError, OSError) as error:
        staged.close()
        raise BatchRefused("unreadable") from error
    except BaseException:
        staged.close()
        raise
    return staged


def _check_whole(manifest: Manifest) -> None:
    digest = hashlib.sha256()
    try:
        with manifest.file.open("rb") as file:
            while block := file.read(_BLOCK):
                digest.update(block)
    except OSError as error:
        raise BatchRefused("no_file") from error
    if digest.hexdigest() != manifest.sha256:
        raise BatchRefused("sha256")


def _read(manifest: Manifest, reader: RowReader, staged: Staged, progress: Progress) -> None:
    with manifest.file.open(encoding="utf-8", newline="") as file:
        things = _things(csv.reader(file, strict=True), reader, staged)
        while chunk := list(islice(things, CHUNK)):
            pickle.dump(chunk, staged.file, pickle.HIGHEST_PROTOCOL)
            progress(sum(len(done.rows) for done in chunk))
    if staged.rows != manifest.rows:
        raise BatchRefused("rows")


def _things(lines: Any, reader: RowReader, staged: Staged) -> Iterator[Told]:
    """What the file tells, group by group; without groups each row is one."""
    entity, places = reader.entity, _places(next(lines, []), reader.entity)
    key, width = entity.header.index(entity.key), len(entity.columns)
    group: _Group = []
    for line in lines:
        staged.rows += 1
        if len(line) != width:
            staged.refuse([lines.line_num], "", "columns")
            staged.spared = None
            continue
        cells = tuple([line[place] for place in places])
        if group and (not entity.grouped or group[0][1][key] != cells[key]):
            yield from _thing(reader, group, staged)
            group = []
        group.append((lines.line_num, cells))
    if group:
        yield from _thing(reader, group, staged)


def _thing(reader: RowReader, group: _Group, staged: Staged) -> Iterator[Told]:
    """The group as one thing; with one wrong row it is refused as a whole."""
    lines, rows = [line for line, _cells in group], []
    at = 0
    try:
        for at, (_line, cells) in enumerate(group):  # noqa: B007 - asked for in the handler
            rows.append(reader.read(cells))
        yield told(reader.entity, rows, [cells for _line, cells in group], lines)
        staged.count(reader.entity.control, rows, sign=1)
    except CellRefused as error:
        staged.spare(group[0][1][reader.entity.header.index(reader.entity.key)])
        staged.refuse([lines[at]], error.column, error.reason)
        staged.refuse(lines[:at] + lines[at + 1 :], "", "group")


def _places(header: list[str], entity: Entity) -> list[int]:
    """Where the entity's columns stand in the file. Raises BatchRefused for any other header."""
    if sorted(header) != sorted(entity.header):
        raise BatchRefused("header")
    return [header.index(name) for name in entity.header]
