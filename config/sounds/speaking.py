"""espeak-ng and sox: texts to telephone sound.

sox takes longer to start than to resample a minute. So all that a worker speaks is resampled at
once: each text fills whole frames of 20 ms, which are whole samples at either rate, and is cut out
again by counting them.
"""

import re
import shutil
import subprocess
from array import array
from collections.abc import Iterator, Sequence

from config.sounds.samples import FRAME, RATE, silence
from config.sounds.scripts import SoundsMissing, Voice

SECONDS = 30.0
FRAMES_A_SECOND = 50
BETWEEN = 2
"""Frames of silence between two texts, so that neither rings into the other."""
GAIN = "-1"
"""Decibels: room for what resampling adds. All are as loud as the voice speaks them."""
_PAUSES = {**dict.fromkeys(".!?。！？", 15), **dict.fromkeys(",;:，；：、", 6)}
"""Frames of silence for a mark at the end of a text."""
_SILENT_MARKS = ".,;:!?—–- ，。：；！？、"
"""Marks before a text: they are a pause, and would else be read out."""
_MARKS = re.compile(r"^[^\w]*|[^\w]*$")
_HEADER = 44
"""Bytes before the samples of a WAV file as espeak-ng writes it; its lengths are wrong."""


def programs() -> tuple[str, str]:
    """Where espeak-ng and sox are. Raises SoundsMissing."""
    found = {name: shutil.which(name) for name in ("espeak-ng", "sox")}
    missing = [name for name, path in found.items() if path is None]
    if missing:
        raise SoundsMissing(f"{missing[0]} is missing. Install espeak-ng and sox")
    return str(found["espeak-ng"]), str(found["sox"])


def speak(voice: Voice, texts: Sequence[str]) -> Iterator["array[int]"]:
    """The sound of each text, in order; one of marks alone is a pause. Raises SoundsMissing."""
    espeak, sox = programs()
    spoken = [_spoken(espeak, voice, text) for text in texts if _has_words(text)]
    rates = {rate for rate, _ in spoken}
    sounds = iter(_at_once(sox, rates.pop(), [said for _, said in spoken]) if rates else ())
    for text in texts:
        yield dressed(text, next(sounds) if _has_words(text) else array("h"))


def dressed(text: str, sound: "array[int]") -> "array[int]":
    """The sound with the pauses that the text's marks ask for."""
    before, after = (_pause(mark.group()) for mark in (_ends(text)))
    return silence(before) + sound + silence(max(after, 1))


def _ends(text: str) -> tuple["re.Match[str]", "re.Match[str]"]:
    found = list(_MARKS.finditer(text))
    return found[0], found[-1]


def _has_words(text: str) -> bool:
    return any(letter.isalnum() for letter in text)


def _pause(marks: str) -> int:
    return max((_PAUSES.get(mark, 0) for mark in marks), default=0)


def _spoken(espeak: str, voice: Voice, text: str) -> tuple[int, bytes]:
    """The rate and the raw samples of a text, without the silence around it."""
    argv = [espeak, "-v", voice.name, "-s", str(voice.speed), "-z", "--stdout", "--"]
    try:
        said = subprocess.run(
            [*argv, text.lstrip(_SILENT_MARKS)], check=True, capture_output=True, timeout=SECONDS
        ).stdout
    except (subprocess.SubprocessError, OSError) as error:
        raise SoundsMissing(
            f"espeak-ng cannot speak with the voice {voice.name} ({error})"
        ) from error
    silent = len(said) - len(said[_HEADER:].lstrip(b"\0"))
    words = said[silent - silent % 2 :].rstrip(b"\0")
    if len(said) <= _HEADER or not words:
        raise SoundsMissing(f"espeak-ng said nothing with the voice {voice.name}")
    return int.from_bytes(said[24:28], "little"), words.ljust(len(words) + len(words) % 2, b"\0")


def _at_once(sox: str, rate: int, sounds: Sequence[bytes]) -> Iterator["array[int]"]:
    frame = 2 * rate // FRAMES_A_SECOND
    lengths = [-(-len(sound) // frame) + BETWEEN for sound in sounds]
    joined = b"".join(
        sound.ljust(frame * length, b"\0") for sound, length in zip(sounds, lengths, strict=True)
    )
    raw = ("-t", "raw", "-e", "signed", "-b", "16", "-c", "1")
    try:
        done = subprocess.run(
            [sox, "-D", *raw, "-r", str(rate), "-", *raw, "-r", str(RATE), "-", "gain", GAIN],
            input=joined,
            check=True,
            capture_output=True,
            timeout=SECONDS,
        )
    except (subprocess.SubprocessError, OSError) as error:
        raise SoundsMissing(f"sox cannot resample what espeak-ng spoke ({error})") from error
    samples = array("h", done.stdout)
    at = 0
    for length in lengths:
        yield samples[at : at + (length - BETWEEN) * FRAME]
        at += length * FRAME
