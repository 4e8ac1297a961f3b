"""What a caller heard is read from his recording; what he keys is told as SendDTMF takes it."""

import random
import wave
from array import array
from pathlib import Path

import pytest

from config.demo_call import pressed
from config.hearing import Heard, heard, where

SECOND = 8_000


def sound(path: Path, seconds: float, *, loud: int = 9_000) -> "array[int]":
    """A file of noise of its own; `loud` 0 is a pause."""
    noise = random.Random(path.name)
    samples = array("h", (noise.randint(-loud, loud) for _ in range(int(seconds * SECOND))))
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SECOND)
        file.writeframes(samples.tobytes())
    return samples


def test_sounds_are_told_in_order_as_often_as_they_came_and_pauses_are_not(tmp_path: Path) -> None:
    folder, recording = tmp_path / "sounds", tmp_path / "call-in.wav"
    hello = sound(folder / "ru" / "hello.wav", 1)
    menu = sound(folder / "en" / "ivr" / "menu.wav", 0.2)
    quiet = sound(folder / "ru" / "pause.wav", 0.5, loud=0)
    sound(folder / "ru" / "never.wav", 1)
    heard_of = hello + quiet + menu + menu + hello
    recording.write_bytes(bytes(44) + heard_of.tobytes())
    told = heard(folder, recording)
    assert [one.sound for one in told] == ["ru/hello", "en/ivr/menu", "en/ivr/menu", "ru/hello"]
    assert 0 <= told[0].at <= 1 and 1.5 <= told[1].at <= 1.7 and told[3].at >= 1.9
    assert told[0] == Heard(
        at=round(where(folder / "ru" / "hello.wav", recording) or -1, 2), sound="ru/hello"
    )


def test_who_has_heard_nothing_yet(tmp_path: Path) -> None:
    sound(tmp_path / "hello.wav", 0.5)
    assert heard(tmp_path, tmp_path / "none-in.wav") == ()
    assert where(tmp_path / "hello.wav", tmp_path / "none-in.wav") is None


@pytest.mark.parametrize(
    ("keys", "pause", "sent"),
    [("12#", 3, "12#"), ("1,2", 1.5, "1www2"), (",1,,", 0.5, "w1ww"), ("1,2", 0.1, "1w2")],
)
def test_comma_is_a_pause(keys: str, pause: float, sent: str) -> None:
    assert pressed(keys, pause) == sent
