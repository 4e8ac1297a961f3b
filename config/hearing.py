"""What somebody heard, by his recording: which sound files were played to him, and when.

Between Local channels sound is passed on bit by bit, so a file is found by its own samples.
"""

import wave
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

RATE = 8_000
HEADER = 44
"""Bytes before the samples of a WAV file as Asterisk writes it."""

PIECE = 400
"""Samples on either side of the loudest: 100 ms of speech come twice in no recording."""

HUSH = 500
"""The loudest sample of a file that is nothing but a pause."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A sound by its name below the folder, and the second of the recording in which it came."""

    at: float
    sound: str


def where(sound: Path, recording: Path) -> float | None:
    """Return the second in which a sound's loudest piece is heard first, None if it is not (yet).

    The recording may still be going on; Asterisk writes it down in steps.
    """
    return next(_times(_loudest(sound), _so_far(recording)), None)


def heard(folder: Path, recording: Path) -> tuple[Heard, ...]:
    """Return every sound of a folder that is in the recording, as often as it came, in order."""
    samples = _so_far(recording)
    found = [
        Heard(at=round(at, 2), sound=str(sound.relative_to(folder).with_suffix("")))
        for sound in sorted(folder.rglob("*.wav"))
        for at in _times(_loudest(sound), samples)
    ]
    return tuple(sorted(found, key=lambda one: one.at))


def _times(piece: bytes, samples: bytes) -> Iterator[float]:
    at = samples.find(piece) if piece else -1
    while at >= 0:
        yield at / 2 / RATE
        at = samples.find(piece, at + len(piece))


def _loudest(sound: Path) -> bytes:
    """The loudest piece, nothing for a pause."""
    with wave.open(str(sound)) as file:
        if (file.getnchannels(), file.getsampwidth(), file.getframerate()) != (1, 2, RATE):
            raise ValueError(f"not 8 kHz, mono, 16 bit: {sound}")
        loud = array("h", file.readframes(file.getnframes()))
    high, low = max(loud, default=0), min(loud, default=0)
    if max(high, -low) < HUSH:
        return b""
    top = loud.index(high if high >= -low else low)
    return loud[max(0, top - PIECE) : top + PIECE].tobytes()


def _so_far(recording: Path) -> bytes:
    return recording.read_bytes()[HEADER:] if recording.exists() else b""
