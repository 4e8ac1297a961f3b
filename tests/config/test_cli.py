"""The command line: exit codes 0 done, 1 failed, 2 wrong use; one line for each error."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from config.cli import COMMANDS, app

ROOT = Path(__file__).parents[2]


def run(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-P", "-m", "config", *words],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )


def test_valid_settings_are_done(tmp_path: Path) -> None:
    done = run("check", TELLERLINE_STATE_DIR=str(tmp_path))
    assert (done.returncode, done.stdout) == (0, "The settings are valid.\n")


def test_wrong_setting_is_wrong_use(tmp_path: Path) -> None:
    done = run("check", TELLERLINE_STATE_DIR=str(tmp_path), TELLERLINE_COLOUR="red")
    assert done.returncode == 2
    assert "TELLERLINE_COLOUR: there is no such setting" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("nonsense",),
        ("demo", "call"),
        ("demo", "call", "--from", "abc"),
        ("demo", "call", "--from", "+79000000000", "--to", "4000,Hangup"),
        ("demo", "call", "--from", "+79000000000", "--keys", "1&2"),
        ("demo", "call", "--from", "+79000000000", "--keys", "1" + "," * 400),
        ("demo", "call", "--from", "+79000000000", "--name", 'x" <1>'),
        ("bench", "nonsense"),
    ],
)
def test_wrong_words_are_wrong_use(words: tuple[str, ...], tmp_path: Path) -> None:
    environment = {"TELLERLINE_STATE_DIR": str(tmp_path)}
    assert CliRunner().invoke(app, words, env=environment).exit_code == 2


def test_busy_port_fails_with_one_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = run("serve", TELLERLINE_STATE_DIR=str(tmp_path), TELLERLINE_HTTP_PORT=port)
    assert done.returncode == 1
    assert f"127.0.0.1:{port} cannot be listened on" in done.stderr
    assert "Traceback" not in done.stderr


def test_every_command_has_help() -> None:
    shown = CliRunner().invoke(app, ["--help"]).stdout
    assert all(name in shown for name in COMMANDS)
