"""What somebody heard, by his recording: which sound files were played to him, and when.

Between Local channels sound is passed on bit by bit, so a file is found by its own samples.
"""

import wave
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

RATE = 8_000
HEADER = 44
"""Bytes before the samples of a WAV file as Asterisk writes it."""

PIECE = 400
"""Samples on either side of the loudest: 100 ms of speech come twice in no recording."""

HUSH = 500
"""What is nowhere as loud as this is a pause."""

PROBE = 800
SLIP = 3_200
"""Bytes: a sound is compared by 50 ms, each within 0.2 s of its place, because a recording loses or
gains a frame now and then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A sound by its name below the folder, and the second of the recording in which it began."""

    at: float
    sound: str


def where(sound: Path, recording: Path) -> float | None:
    """Return the second in which a sound's loudest piece is heard first, None if it is not (yet).

    The recording may still be going on; Asterisk writes it down in steps.
    """
    piece, _ = _loudest(_samples(sound))
    at = next(_places(piece, _so_far(recording)), None)
    return None if at is None else at / 2 / RATE


def in_order(sounds: Sequence[Path], recording: Path) -> int:
    """Return how many of these sounds are in the recording, one after the other, up to the first
    that is not (yet).

    A recording that has lost a frame in the loudest piece still has others of the sound.
    """
    samples = _so_far(recording)
    at = 0
    for count, sound in enumerate(sounds):
        begins = _begins(_samples(sound), samples, at)
        if begins is None:
            return count
        at = begins + PROBE
    return len(sounds)


def _begins(whole: bytes, samples: bytes, after: int) -> int | None:
    """Where something of a sound is first, from there on, and not long after where it is looked
    for by another piece."""
    piece, _ = _loudest(whole)
    if not piece:
        return after
    parts = [whole[one : one + PROBE] for one in range(0, len(whole), PROBE)]
    probes = [piece, *(one for one in parts if not _is_pause(one))]
    places = [samples.find(probe, after) for probe in probes]
    return min((place for place in places if place >= 0), default=None)


def heard(folder: Path, recording: Path) -> tuple[Heard, ...]:
    """Return every sound of a folder that is in the recording, as often as it came, in order.

    Of sounds that are alike in part the one of which the most was heard counts; of two that are the
    same, the first by name.
    """
    samples = _so_far(recording)
    fitting = [fit for path in sorted(folder.rglob("*.wav")) for fit in _fits(path, samples)]
    found: list[_Fit] = []
    for fit in sorted(fitting, key=lambda one: (-one.alike, one.probes)):
        if not any(other.begins <= fit.loudest < other.ends for other in found):
            found.append(fit)
    return tuple(
        Heard(at=round(one.begins / 2 / RATE, 2), sound=_name(one.path, folder))
        for one in sorted(found, key=lambda one: one.loudest)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fit:
    """Where a sound may stand in a recording, in bytes, and how many of its probes are there."""

    path: Path
    begins: int
    loudest: int
    ends: int
    alike: int
    probes: int


def _fits(path: Path, samples: bytes) -> Iterator[_Fit]:
    whole = _samples(path)
    piece, before = _loudest(whole)
    places = list(_places(piece, samples))
    probes = [whole[one : one + PROBE] for one in range(0, len(whole), PROBE)] if places else []
    probes = [one for one in probes if not _is_pause(one)]
    for at in places:
        begins = max(0, at - before)
        first = max(0, begins - SLIP)
        window = samples[first : begins + len(whole) + SLIP]
        there = [window.find(probe) for probe in probes]
        yield _Fit(
            path=path,
            begins=begins,
            loudest=at,
            ends=max(at + len(piece), first + max(there, default=0) + PROBE),
            alike=sum(one >= 0 for one in there),
            probes=len(probes),
        )


def _name(path: Path, folder: Path) -> str:
    return str(path.relative_to(folder).with_suffix(""))


def _places(piece: bytes, samples: bytes) -> Iterator[int]:
    at = samples.find(piece) if piece else -1
    while at >= 0:
        yield at
        at = samples.find(piece, at + len(piece))


def _loudest(whole: bytes) -> tuple[bytes, int]:
    """The loudest piece, nothing of a pause, and how many bytes are before it."""
    if _is_pause(whole):
        return b"", 0
    loud = array("h", whole)
    high, low = max(loud), min(loud)
    top = loud.index(high if high >= -low else low)
    first = max(0, top - PIECE)
    return loud[first : top + PIECE].tobytes(), first * 2


def _is_pause(samples: bytes) -> bool:
    loud = array("h", samples)
    return max(max(loud, default=0), -min(loud, default=0)) < HUSH


def _samples(sound: Path) -> bytes:
    with wave.open(str(sound)) as file:
        if (file.getnchannels(), file.getsampwidth(), file.getframerate()) != (1, 2, RATE):
            raise ValueError(f"not 8 kHz, mono, 16 bit: {sound}")
        return bytes(file.readframes(file.getnframes()))


def _so_far(recording: Path) -> bytes:
    return recording.read_bytes()[HEADER:] if recording.exists() else b""
