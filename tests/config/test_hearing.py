"""What a caller heard is read from his recording; what he keys is told as SendDTMF takes it."""

import random
import wave
from array import array
from pathlib import Path

import pytest

from config.demo_call import pressed
from config.hearing import heard, where

SECOND = 8_000


def sound(
    path: Path, seconds: float, *, loud: int = 9_000, before: "array[int] | None" = None
) -> "array[int]":
    """A file of noise of its own, after what is `before`; `loud` 0 is a pause."""
    noise = random.Random(path.name)
    own = array("h", (noise.randint(-loud, loud) for _ in range(int(seconds * SECOND))))
    samples = (before or array("h")) + own
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
    record(recording, hello + quiet + menu + menu + hello)
    told = heard(folder, recording)
    assert [(one.sound, one.at) for one in told] == [
        ("ru/hello", 0),
        ("en/ivr/menu", 1.5),
        ("en/ivr/menu", 1.7),
        ("ru/hello", 1.9),
    ]
    assert 0 <= (where(folder / "ru" / "hello.wav", recording) or -1) < 1


def test_of_two_that_begin_alike_the_one_that_goes_on_is_heard(tmp_path: Path) -> None:
    """Twenty-one and twenty-two; a lost frame in the middle changes nothing, nor does a key that
    cuts the last one short."""
    folder, recording = tmp_path / "sounds", tmp_path / "call-in.wav"
    twenty = sound(tmp_path / "twenty.wav", 0.5)
    one, two = (sound(folder / f"{name}.wav", 0.4, before=twenty) for name in ("one", "two"))
    record(recording, one[:2000] + one[2160:] + two + one[:6000])
    assert [told.sound for told in heard(folder, recording)] == ["one", "two", "one"]


def record(recording: Path, samples: "array[int]") -> None:
    recording.write_bytes(bytes(44) + samples.tobytes())


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
