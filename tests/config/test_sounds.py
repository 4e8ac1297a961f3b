"""Sound files: made once, the operator's own first, whole or nothing."""

import shutil
import wave
from array import array
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.sounds.laying import lay_out, names_of, write_out
from config.sounds.making import make_sounds
from config.sounds.samples import FRAME, PIECE, from_wav, pieces, wav
from config.sounds.scripts import Script, SoundsMissing, Voice

RU = Voice("ru", 150)
SCRIPT = Script(language="ru", voice=RU, texts={"full": "Раз.", "goodbye": "Два."})

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
        make_sounds([SCRIPT], tmp_path / "none", tmp_path / "cache", print)
    assert not list(tmp_path.rglob("*.wav"))


@needs_voice
def test_unknown_voice_is_named(tmp_path: Path) -> None:
    klingon = Script(language="ru", voice=Voice("tlh", 150), texts=SCRIPT.texts)
    with pytest.raises(SoundsMissing, match=r"told in ru cannot be spoken.*the voice tlh"):
        make_sounds([klingon], tmp_path / "none", tmp_path / "cache", lambda _line: None)
    assert not list((tmp_path / "cache/sounds").iterdir())


def test_tree_follows_what_is_recorded(tmp_path: Path) -> None:
    """Recorded anew in another format, the old file must not be played any more."""
    one = Script(language="ru", voice=RU, texts={"full": "Раз."})
    own = tmp_path / "own" / "ru"
    own.mkdir(parents=True)
    for was, now in ((None, "full.wav"), ("full.wav", "full.alaw")):
        if was is not None:
            (own / was).unlink()
        (own / now).write_bytes(b"studio")
        lay_out(make_sounds([one], own.parent, tmp_path, pytest.fail), tmp_path / "tree")
        assert [path.name for path in (tmp_path / "tree/ru").iterdir()] == [now]


LONG = "Спасибо, что позвонили нам. Все специалисты заняты. Пожалуйста, оставайтесь на линии."


@needs_voice
def test_one_new_text_costs_one_file(tmp_path: Path) -> None:
    def make(**texts: str) -> set[Path]:
        script = Script(language="ru", voice=RU, texts=texts, cut=True)
        make_sounds([script], tmp_path / "none", tmp_path, print)
        return set(tmp_path.rglob("*.wav"))

    first = make(full="Раз.", goodbye="Два.")
    second = make(full="Раз.", goodbye="Два.", again="Раз.", third="Три.")
    assert len(second - first) == 1
    assert len(first) == 2


@needs_voice
def test_long_texts_are_laid_in_pieces_that_are_bit_by_bit_the_whole(tmp_path: Path) -> None:
    files = {}
    for cut in (False, True):
        script = Script(language="ru", voice=RU, texts={"full": LONG, "pause": "."}, cut=cut)
        sounds = make_sounds([script], tmp_path / "none", tmp_path, print)
        files[cut] = [from_wav(path.read_bytes()) for path in sounds.files["ru"]["full"]]
    [whole], parts = files[False], files[True]
    assert len(parts) > 2
    assert all(len(part) <= PIECE * FRAME and len(part) % FRAME == 0 for part in parts)
    assert sum(parts[1:], parts[0]) == whole
    lay_out(sounds, tmp_path / "tree", "ivr")
    names = {path.stem for path in (tmp_path / "tree/ru/ivr").iterdir()}
    assert names == {"pause", *names_of("full", len(parts))}
    [pause] = sounds.files["ru"]["pause"]
    assert not any(from_wav(pause.read_bytes()))


def test_a_recording_is_cut_too_and_a_wrong_one_is_named(tmp_path: Path) -> None:
    own = tmp_path / "own/ru"
    own.mkdir(parents=True)
    tone = array("h", [(at * 37) % 3000 for at in range(FRAME * 200 + 7)])
    script = Script(
        language="ru", voice=RU, texts={"x-1234": "Раз."}, cut=True, recordings={"x-1234": "x"}
    )

    (own / "x.wav").write_bytes(wav(tone))
    pieces = make_sounds([script], own.parent, tmp_path, pytest.fail).files["ru"]["x-1234"]
    heard = sum((from_wav(path.read_bytes()) for path in pieces), array("h"))
    assert len(pieces) == 2
    assert heard[: len(tone)] == tone
    for content, why in ((b"studio", "is no WAV file"), (_at_16_khz(), "is not 8 kHz")):
        (own / "x.wav").write_bytes(content)
        with pytest.raises(SoundsMissing, match=rf"x\.wav {why}"):
            make_sounds([script], own.parent, tmp_path, pytest.fail)
    (own / "x.wav").rename(own / "x.alaw")
    with pytest.raises(SoundsMissing, match="only WAV"):
        make_sounds([script], own.parent, tmp_path, pytest.fail)


@settings(max_examples=12)
@given(
    quiet=st.integers(PIECE // 2, PIECE - 10),
    length=st.integers(PIECE + 1, 3 * PIECE),
)
def test_the_cut_is_made_where_it_is_quietest(quiet: int, length: int) -> None:
    sound = array("h", [9000, -9000] * (FRAME // 2) * length)
    for at in range((quiet - 3) * FRAME, (quiet + 3) * FRAME):
        sound[at] = 0
    first, *rest = pieces(sound)
    assert len(first) == quiet * FRAME
    assert sum(rest, first) == sound


def _at_16_khz() -> bytes:
    data = bytearray(wav(array("h", [0] * 160)))
    data[24:28] = (16_000).to_bytes(4, "little")
    return bytes(data)
