"""Messages that callers left at their keypads: files of Asterisk's, a few seconds each.

A message has a name, a UUID. Its slices are `<name>-<recording>-<slice>.wav` in one folder: who was
recorded twice in a call left one message. Work here blocks; call it in a thread.
"""

import io
import re
import wave
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from crm_core.errors import Unknown

KEPT = timedelta(days=400)
MOST_BYTES = 16 * 1024 * 1024
"""Of a message that is handed out, some 17 minutes; the rest of a longer one is left out."""

_NAME = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_SLICE = re.compile(_NAME.pattern + r"-(\d{1,3})-(\d{1,3})\.wav")
_SLICE_BYTES = 256 * 1024
_AS_RECORDED = (1, 2, 8_000)
"""Channels, bytes of a sample, samples of a second."""


class MessageGone(Unknown):
    """There is no such message, or not any more."""

    code = "message_gone"


class Messages:
    """The folder, which need not be there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def read(self, name: str) -> bytes:
        """All of a message, joined, as WAV. Raises MessageGone."""
        joined, told = io.BytesIO(), 0
        with wave.open(joined, "wb") as out:
            out.setnchannels(_AS_RECORDED[0])
            out.setsampwidth(_AS_RECORDED[1])
            out.setframerate(_AS_RECORDED[2])
            for path in self._slices(name):
                samples = _samples(path)
                told += len(samples)
                if told > MOST_BYTES:
                    break
                out.writeframes(samples)
        if not told:
            raise MessageGone
        return joined.getvalue()

    def drop(self, name: str) -> None:
        """Delete a message, if it is there."""
        for path in self._slices(name):
            path.unlink(missing_ok=True)

    def sweep(self, now: datetime) -> int:
        """Delete slices that were kept long enough. How many it were."""
        old = [path for path in self._all("*") if _written(path) < now - KEPT]
        for path in old:
            path.unlink(missing_ok=True)
        return len(old)

    def _slices(self, name: str) -> list[Path]:
        """The files of a message in their order; nothing else is ever touched."""
        if _NAME.fullmatch(name) is None:
            return []
        return sorted(self._all(f"{name}-*"), key=_place)

    def _all(self, pattern: str) -> Iterator[Path]:
        folder = self.folder.resolve()
        for path in folder.glob(f"{pattern}.wav"):
            if _SLICE.fullmatch(path.name) and path.resolve() == path:
                yield path


def _place(path: Path) -> tuple[int, int]:
    found = _SLICE.fullmatch(path.name)
    assert found is not None
    return int(found[1]), int(found[2])


def _samples(path: Path) -> bytes:
    """What was recorded; nothing of a file that is not whole or not Asterisk's."""
    try:
        if path.stat().st_size > _SLICE_BYTES:
            return b""
        with wave.open(str(path), "rb") as file:
            told = file.getnchannels(), file.getsampwidth(), file.getframerate()
            return file.readframes(file.getnframes()) if told == _AS_RECORDED else b""
    except (OSError, EOFError, wave.Error):
        return b""


def _written(path: Path) -> datetime:
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except FileNotFoundError:
        return datetime.max.replace(tzinfo=UTC)
