"""`tellerline asterisk ...`: what it prints and how it exits."""

import stat
from pathlib import Path

import pytest
from typer.testing import CliRunner

from config.pbx.cli import app

runner = CliRunner()


def run(*arguments: str) -> tuple[int, str]:
    result = runner.invoke(app, list(arguments))
    return result.exit_code, result.output


def test_status_of_a_node_that_never_was_fails(tmp_path: Path) -> None:
    assert run("status", "--state", str(tmp_path)) == (1, "pbx1 does not run\n")
    assert list(tmp_path.iterdir()) == []


def test_stop_of_a_node_that_does_not_run_is_done(tmp_path: Path) -> None:
    assert run("stop", "--state", str(tmp_path)) == (0, "pbx1 does not run\n")


@pytest.mark.parametrize(
    "arguments",
    [["config"], ["bogus"], ["status", "--bogus"], ["config", "--out", "x", "--node", "A B"]],
)
def test_wrong_use_is_2(arguments: list[str]) -> None:
    assert run(*arguments)[0] == 2


def test_config_writes_the_files(tmp_path: Path) -> None:
    code, text = run("config", "--out", str(tmp_path), "--bind", "10.0.0.5")
    assert code == 0
    assert str(tmp_path) in text
    assert stat.S_IMODE((tmp_path / "manager.conf").stat().st_mode) == 0o600


def test_config_into_a_place_that_cannot_be_written_fails(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert run("config", "--out", str(tmp_path / "file"))[0] == 1


@pytest.mark.asterisk
def test_prompts_are_written_for_another_pbx(tmp_path: Path) -> None:
    code, text = run("prompts", "--out", str(tmp_path))
    assert code == 0, text
    for name in ("ru/position-3", "en/goodbye", "zh/expected_wait-60", "uk/ivr/value-21-f"):
        assert (tmp_path / f"{name}.wav").stat().st_size > 4_000


@pytest.mark.asterisk
def test_start_status_stop(tmp_path: Path) -> None:
    state = ["--state", str(tmp_path)]
    try:
        code, text = run("start", *state)
        assert code == 0, text
        assert "pbx1 runs as process" in text
        assert run("status", *state)[0] == 0
    finally:
        assert run("stop", *state)[0] == 0
    assert run("status", *state)[0] == 1
