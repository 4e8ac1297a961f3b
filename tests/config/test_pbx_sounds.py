"""Sound files: made once, the operator's own first, whole or nothing."""

import shutil
import wave
from pathlib import Path

import pytest

from config.pbx.sounds import SoundsMissing, lay_out, make_sounds, write_out
from config.prompts import Script

SCRIPT = Script(language="ru", voice="ru", speed=150, texts={"full": "Раз.", "goodbye": "Два."})

needs_voice = pytest.mark.skipif(
    shutil.which("espeak-ng") is None or shutil.which("sox") is None,
    reason="espeak-ng and sox are not installed",
)


@needs_voice
def test_texts_are_spoken_once(tmp_path: Path) -> None:
    said: list[str] = []
    for _ in range(2):
        sounds = make_sounds([SCRIPT], tmp_path / "none", tmp_path / "cache", said.append)
    assert len(said) == 1
    assert write_out(sounds, tmp_path / "out") == 2
    with wave.open(str(tmp_path / "out/ru/full.wav")) as spoken:
        assert (spoken.getnchannels(), spoken.getsampwidth()) == (1, 2)
        assert spoken.getframerate() == 8000
        assert spoken.getnframes() > 800


def test_recordings_win_and_need_no_voice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = tmp_path / "own" / "ru"
    own.mkdir(parents=True)
    (own / "full.alaw").write_bytes(b"studio")
    (own / "goodbye.wav").write_bytes(b"studio")
    monkeypatch.setenv("PATH", "")
    sounds = make_sounds([SCRIPT], own.parent, tmp_path / "cache", pytest.fail)
    lay_out(sounds, tmp_path / "tree")
    assert (tmp_path / "tree/ru/full.alaw").read_bytes() == b"studio"


def test_without_voice_and_recording_nothing_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(SoundsMissing, match=r"espeak-ng is missing.*prompts/ru/full\.wav"):
        make_sounds([SCRIPT], tmp_path / "none", tmp_path / "cache", pytest.fail)
    assert not list(tmp_path.rglob("*.wav"))


@needs_voice
def test_unknown_voice_is_named(tmp_path: Path) -> None:
    klingon = Script(language="ru", voice="tlh", speed=150, texts=SCRIPT.texts)
    with pytest.raises(SoundsMissing, match="ru with the voice tlh"):
        make_sounds([klingon], tmp_path / "none", tmp_path / "cache", lambda _line: None)
    assert not list((tmp_path / "cache/prompts").iterdir())


def test_tree_follows_what_is_recorded(tmp_path: Path) -> None:
    """Recorded anew in another format, the old file must not be played any more."""
    one = Script(language="ru", voice="ru", speed=150, texts={"full": "Раз."})
    own = tmp_path / "own" / "ru"
    own.mkdir(parents=True)
    for was, now in ((None, "full.wav"), ("full.wav", "full.alaw")):
        if was is not None:
            (own / was).unlink()
        (own / now).write_bytes(b"studio")
        lay_out(make_sounds([one], own.parent, tmp_path, pytest.fail), tmp_path / "tree")
        assert [path.name for path in (tmp_path / "tree/ru").iterdir()] == [now]
