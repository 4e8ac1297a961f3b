"""Telephone sound as samples: 8 kHz, mono, 16 bit. Pure.

Everything is a whole number of frames of 20 ms, the step in which Asterisk plays, so that pieces
played one after another are bit by bit the sound that they were cut from.
"""

import io
import wave
from array import array
from collections.abc import Iterator, Sequence

RATE = 8000
FRAME = 160
"""Samples in 20 ms."""
PIECE = 125
"""Frames in the longest piece, 2.5 s: only between two does Asterisk notice a dead server."""

_EARLIEST = 50
"""Frames before which no piece is cut."""


def silence(frames: int) -> "array[int]":
    return array("h", bytes(2 * FRAME * frames))


def whole_frames(sound: "array[int]") -> "array[int]":
    """The sound filled up with silence to whole frames."""
    return sound + array("h", bytes(2 * (-len(sound) % FRAME)))


def pieces(sound: "array[int]", longest: int = PIECE) -> Iterator["array[int]"]:
    """Cut into at most `longest` frames each, where it is quietest."""
    start, peaks = 0, _peaks(sound) if len(sound) > longest * FRAME else ()
    while len(peaks) - start > longest:
        window = range(start + min(_EARLIEST, longest), start + longest)
        cut = min(window, key=lambda frame: (_loudness(peaks, frame), -frame))
        yield sound[start * FRAME : cut * FRAME]
        start = cut
    yield sound[start * FRAME :]


def wav(sound: "array[int]") -> bytes:
    """The bytes of a WAV file."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(sound.tobytes())
    return out.getvalue()


def from_wav(data: bytes) -> "array[int]":
    """The samples of a WAV file. Raises ValueError if it is none that Asterisk plays."""
    try:
        with wave.open(io.BytesIO(data)) as file:
            if (file.getnchannels(), file.getsampwidth(), file.getframerate()) != (1, 2, RATE):
                raise ValueError("is not 8 kHz, mono, 16 bit")
            return array("h", file.readframes(file.getnframes()))
    except (wave.Error, EOFError) as error:
        raise ValueError("is no WAV file") from error


def _peaks(sound: "array[int]") -> Sequence[int]:
    return [
        max(max(frame), -min(frame))
        for frame in (sound[at : at + FRAME] for at in range(0, len(sound), FRAME))
    ]


def _loudness(peaks: Sequence[int], frame: int) -> int:
    """Around a cut before `frame`: its neighbours count, so that a pause's middle wins."""
    return max(peaks[frame - 1 : frame + 1]) * 4 + sum(peaks[max(0, frame - 3) : frame + 3])
