"""The cache of sound: each text once, under a name that follows from voice, speed and text.

A sound is one file or several pieces, `<key>-<n>of<m>.wav`. It is there when all of them are; they
come by rename, so one that was being made when the process died is made again.
"""

import hashlib
import os
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from config.sounds.samples import pieces, wav, whole_frames
from config.sounds.scripts import Voice

RECIPE = "3"
"""Changed when the same text is to sound another way."""


@dataclass(frozen=True, slots=True)
class Kept:
    """The cache in a folder, as it was when it was listed."""

    folder: Path
    found: dict[str, tuple[Path, ...]]

    def of(self, key: str) -> tuple[Path, ...] | None:
        """The files of a sound, in order; None if it has to be made."""
        return self.found.get(key)

    def keep(self, key: str, sound: "array[int]", *, cut: bool) -> tuple[Path, ...]:
        """Write a sound down and return its files."""
        whole = whole_frames(sound)
        parts = list(pieces(whole)) if cut else [whole]
        names = [f"{key}-{n}of{len(parts)}.wav" for n in range(1, len(parts) + 1)]
        for name, part in zip(names, parts, strict=True):
            scratch = self.folder / f".{name}.{os.getpid()}"
            scratch.write_bytes(wav(part))
            scratch.replace(self.folder / name)
        self.found[key] = tuple(self.folder / name for name in names)
        return self.found[key]


def kept(cache: Path) -> Kept:
    """List what the cache holds."""
    folder = cache / "sounds"
    folder.mkdir(parents=True, exist_ok=True)
    return Kept(
        folder=folder, found=dict(_found(folder, (entry.name for entry in os.scandir(folder))))
    )


def spoken_key(voice: Voice, text: str, *, cut: bool) -> str:
    """The name of a spoken sound in the cache."""
    said = [RECIPE, voice.name, str(voice.speed), text, "cut" if cut else ""]
    return _key("\0".join(said).encode())


def recorded_key(recording: bytes) -> str:
    """The name of a recording's pieces in the cache."""
    return _key(RECIPE.encode() + recording)


def _key(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:32]


def _found(folder: Path, names: Iterable[str]) -> Iterator[tuple[str, tuple[Path, ...]]]:
    parts: defaultdict[str, list[str]] = defaultdict(list)
    for name in names:
        key, dash, _ = name.partition("-")
        if dash and not name.startswith("."):
            parts[key].append(name)
    for key, those in parts.items():
        wanted = int(those[0].rpartition("of")[2].removesuffix(".wav"))
        all_names = [f"{key}-{n}of{wanted}.wav" for n in range(1, wanted + 1)]
        if set(all_names) <= set(those):
            yield key, tuple(folder / name for name in all_names)
