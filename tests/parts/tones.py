"""Tones on the line: what a phone says is one pure tone, so that a test can tell who is heard.

A-law at 8 kHz, in frames of 20 ms. A tone must be a multiple of 50 Hz: then every frame begins
where the one before it ended.
"""

import math
from collections.abc import Iterable

RATE = 8000
FRAME = 160
LOUD = 8000
"""The amplitude of a tone, of 32 767."""
HEARD = 400.0
"""The amplitude from which a tone counts as heard; what is not there measures below 50."""


def tone(hz: int) -> bytes:
    """A frame of a tone."""
    return bytes(
        _to_alaw(round(LOUD * math.sin(2 * math.pi * hz * n / RATE))) for n in range(FRAME)
    )


def loudness(frames: Iterable[bytes], hz: int) -> float:
    """The amplitude of a tone in what was heard (Goertzel), of 32 767."""
    samples = [_FROM_ALAW[byte] for frame in frames for byte in frame]
    if not samples:
        return 0.0
    turn = 2 * math.cos(2 * math.pi * hz / RATE)
    before, now = 0.0, 0.0
    for sample in samples:
        before, now = now, sample + turn * now - before
    power = now * now + before * before - turn * now * before
    return 2 * math.sqrt(max(power, 0.0)) / len(samples)


def _to_alaw(sample: int) -> int:
    """ITU-T G.711: sign, exponent, mantissa, every other bit turned."""
    sign, level = (0x80, sample >> 3) if sample >= 0 else (0x00, (-sample - 1) >> 3)
    level = min(level, 0xFFF)
    exponent = max(level.bit_length() - 5, 0)
    mantissa = (level >> max(exponent, 1)) & 0x0F
    return (sign | exponent << 4 | mantissa) ^ 0x55


def _of_alaw(byte: int) -> int:
    byte ^= 0x55
    exponent, mantissa = (byte >> 4) & 0x07, byte & 0x0F
    level = (mantissa << 4) + 8 if exponent == 0 else ((mantissa << 4) + 0x108) << (exponent - 1)
    return level if byte & 0x80 else -level


_FROM_ALAW = [_of_alaw(byte) for byte in range(256)]
