"""A folder that keeps files under random keys, outside of anything that is served.

A file is written whole under another name, brought to the disk and then renamed: under a key there
is all of a file or nothing. Knows nothing of parties or rows. Its work blocks; call it in a thread.
"""

import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from crm_core.errors import CrmError, FieldRefused
from crm_core.parties.file_types import HEAD, inside, runs, type_of

_CHUNK = 256 * 1024
_KEY = re.compile(r"[0-9a-f]{32}")
_UNFINISHED = ".part"


class FileBroken(CrmError):
    """The file under a key is gone or is not what was kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """A file that was kept. `size` is in bytes."""

    key: str
    size: int
    sha256: str
    mime: str


class FileStore:
    """Keeps files of at most `largest` bytes in a folder of its own."""

    def __init__(self, folder: Path, *, largest: int) -> None:
        self._folder = folder
        self.largest = largest

    def keep(self, source: BinaryIO, name: str) -> StoredFile:
        """Keep a file; `name` is what it was called. Raises FieldRefused for `file`."""
        key = secrets.token_hex(16)
        path = self._path(key)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        unfinished = path.with_suffix(_UNFINISHED)
        try:
            size, sha256, head = self._write(source, unfinished)
            stored = StoredFile(
                key=key, size=size, sha256=sha256, mime=_accepted(unfinished, name, head)
            )
            unfinished.rename(path)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise
        _to_disk(path.parent)
        return stored

    def read(self, stored: StoredFile) -> bytes:
        """The bytes that were kept. Raises FileBroken."""
        try:
            content = self._path(stored.key).read_bytes()
        except OSError as error:
            raise FileBroken from error
        if hashlib.sha256(content).hexdigest() != stored.sha256:
            raise FileBroken
        return content

    def drop(self, key: str) -> None:
        """Nothing is kept under the key any more."""
        self._path(key).unlink(missing_ok=True)

    def older_than(self, at: datetime) -> Iterator[tuple[str, Path]]:
        """Keys and paths of files last written before `at`, also those that were never finished."""
        for path in sorted(self._folder.glob("??/*")):
            if datetime.fromtimestamp(path.stat().st_mtime, tz=UTC) < at:
                yield path.stem, path

    def _path(self, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise FileBroken
        return self._folder / key[:2] / key

    def _write(self, source: BinaryIO, path: Path) -> tuple[int, str, bytes]:
        digest, size, head = hashlib.sha256(), 0, b""
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as target:
            while chunk := source.read(_CHUNK):
                size += len(chunk)
                if size > self.largest:
                    raise FieldRefused("file", "too_large")
                head = (head + chunk)[:HEAD] if len(head) < HEAD else head
                digest.update(chunk)
                target.write(chunk)
            target.flush()
            os.fsync(target.fileno())
        if size == 0:
            raise FieldRefused("file", "empty")
        return size, digest.hexdigest(), head


def _accepted(path: Path, name: str, head: bytes) -> str:
    """The media type of a file that may be kept. Raises FieldRefused."""
    names: frozenset[str] = frozenset()
    if head.startswith(b"PK"):
        with path.open("rb") as file:
            names = inside(file)
    if runs(name, head, names):
        raise FieldRefused("file", "program")
    return type_of(head, names)


def _to_disk(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
