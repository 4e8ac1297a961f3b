"""The sound callers wait with, synthesised so that the repository carries no recording.

A slow pentatonic phrase in soft bell tones; a centre replaces the file with its own.
"""

import array
import math
import wave
from pathlib import Path

RATE = 8000
NOTE_SECONDS = 0.75
RING_SECONDS = 1.8
MELODY_HZ = (261.63, 329.63, 392.00, 440.00, 523.25, 440.00, 392.00, 329.63) * 2 + (
    293.66, 392.00, 440.00, 587.33, 523.25, 440.00, 392.00, 293.66,
)  # fmt: skip
OVERTONES = ((1, 1.0), (2, 0.35), (3, 0.12))
PEAK = 7000
"""About -13 dBFS: pleasant on a telephone line and below any limiter."""


def write_music(path: Path) -> None:
    """Write the phrase as 16-bit mono 8 kHz WAV, some 18 s, without a click where it loops."""
    total = int(RATE * NOTE_SECONDS * len(MELODY_HZ))
    mix = [0.0] * total
    for index, hertz in enumerate(MELODY_HZ):
        _add_bell(mix, int(index * RATE * NOTE_SECONDS), hertz)
    loudest = max(map(abs, mix))
    samples = array.array("h", (int(value / loudest * PEAK) for value in mix))
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(samples.tobytes())


def _add_bell(mix: list[float], start: int, hertz: float) -> None:
    """Add one decaying tone; its end wraps to the start, so the loop is seamless."""
    length = int(RATE * RING_SECONDS)
    for step in range(length):
        time = step / RATE
        attack = min(1.0, time / 0.03)
        fade = attack * math.exp(-2.2 * time) * (1 - step / length)
        tone = sum(level * math.sin(2 * math.pi * hertz * n * time) for n, level in OVERTONES)
        mix[(start + step) % len(mix)] += fade * tone
