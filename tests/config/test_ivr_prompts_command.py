"""`tellerline ivr prompts`: what is recorded, spoken or missing; all of it for another PBX."""

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from config.commands.ivr import app
from config.failures import Failed
from config.sounds.samples import FRAME, PIECE, from_wav, silence, wav

SHIPPED = Path(__file__).parents[2] / "config"

needs_voice = pytest.mark.skipif(
    shutil.which("espeak-ng") is None or shutil.which("sox") is None,
    reason="espeak-ng and sox are not installed",
)


@pytest.fixture(autouse=True)
def config_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "config"
    shutil.copytree(SHIPPED / "ivr", folder / "ivr")
    shutil.copy(SHIPPED / "prompts.yaml", folder)
    own = folder / "prompts/en"
    own.mkdir(parents=True)
    for name in ("goodbye", "value-21", "main-welcome", "position-3", "godbye"):
        (own / f"{name}.wav").write_bytes(wav(silence(PIECE + 5)))
    monkeypatch.setenv("TELLERLINE_CONFIG_DIR", str(folder))
    monkeypatch.setenv("TELLERLINE_STATE_DIR", str(tmp_path / "state"))
    return folder


def run(*argv: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["prompts", *argv], catch_exceptions=False)
    return done.exit_code, done.output


@needs_voice
def test_all_that_may_be_heard_is_written_for_another_pbx(tmp_path: Path) -> None:
    code, text = run("build", "--lang", "en", "--out", str(tmp_path / "out"))
    assert code == 0, text
    folder = tmp_path / "out/en/ivr"
    files = {path.stem: path for path in folder.iterdir()}
    assert {"value-99", "balance_account-1", "pause", "goodbye--1", "value-21--2"} <= files.keys()
    assert any(name.startswith("main-welcome-") for name in files)
    assert all(len(from_wav(path.read_bytes())) <= PIECE * FRAME for path in files.values())
    assert not (tmp_path / "state").exists()


@needs_voice
def test_recordings_are_told_and_those_that_replace_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TELLERLINE_CACHE", str(tmp_path / "cache"))
    code, text = run("check", "--lang", "en")
    assert code == 0, text
    assert "3 recordings" in text.splitlines()[0]
    assert " 0 not spoken yet" not in text
    assert "  main-welcome: recorded" in text
    assert "  godbye: a recording that replaces nothing" in text
    assert "position-3" not in text


def test_without_voices_the_build_fails_and_not_the_caller(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TELLERLINE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", "")
    for command in ("build", "check"):
        with pytest.raises(Failed, match="espeak-ng is missing"):
            run(command, "--lang", "ru")
