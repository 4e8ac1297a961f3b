"""What somebody heard, by his recording: which sound files were played to him, and in which order.

Between Local channels sound is passed on bit by bit, so a file is found by its own samples.
"""

import wave
from array import array
from pathlib import Path

HEADER = 44
"""Bytes before the samples of a WAV file as Asterisk writes it."""

PIECE = 400
"""Samples on either side of the loudest: 100 ms of speech come twice in no recording."""


def where(sound: Path, recording: Path) -> float | None:
    """The second in which the loudest piece of a sound file is heard, None if it is not (yet).

    The recording may still be going on; Asterisk writes it down in steps.
    """
    with wave.open(str(sound)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 8000)
        whole = file.readframes(file.getnframes())
    loud = array("h", whole)
    top = max(range(len(loud)), key=lambda at: abs(loud[at]))
    piece = loud[max(0, top - PIECE) : top + PIECE].tobytes()
    so_far = recording.read_bytes()[HEADER:] if recording.exists() else b""
    at = so_far.find(piece)
    return None if at < 0 else at / 2 / 8000
