"""Finding the Asterisk to run."""

from pathlib import Path

import pytest

from config.pbx.binary import (
    AsteriskBinary,
    cache_folder,
    debian_mirror,
    find_private,
    install,
    usable,
)
from config.pbx.errors import AsteriskMissingError
from config.pbx.modules import REQUIRED


def test_the_one_in_use_is_new_enough_and_complete(asterisk_binary: AsteriskBinary) -> None:
    assert int(asterisk_binary.version.split(".")[0]) >= 18
    assert set(REQUIRED) <= set(asterisk_binary.loadable())
    assert len(asterisk_binary.loadable()) == len(set(asterisk_binary.loadable()))
    for name in asterisk_binary.loadable():
        assert (asterisk_binary.modules / f"{name}.so").exists()


def test_an_empty_or_half_made_cache_holds_none(tmp_path: Path) -> None:
    assert find_private(tmp_path) is None
    half = tmp_path / "asterisk-sid" / "usr" / "sbin"
    half.mkdir(parents=True)
    (half / "asterisk").touch()
    assert find_private(tmp_path) is None


@pytest.mark.parametrize(
    ("says", "fits"),
    [
        ("Asterisk 22.10.1+dfsg", True),
        ("Asterisk certified/18.9-cert4", True),
        ("Asterisk 18.8.0", True),
        ("Asterisk 18.3.0", False),
        ("Asterisk 16.28.0~dfsg-0+deb11u4", False),
        ("something else", False),
    ],
)
def test_age_decides(
    tmp_path: Path, asterisk_binary: AsteriskBinary, says: str, fits: bool
) -> None:
    command = tmp_path / "asterisk"
    command.write_text(f"#!/bin/sh\necho '{says}'\n")
    command.chmod(0o755)
    found = usable((str(command),), asterisk_binary.modules, asterisk_binary.data)
    assert (found is not None) is fits


def test_one_without_our_modules_is_passed_over(
    tmp_path: Path, asterisk_binary: AsteriskBinary
) -> None:
    assert usable(asterisk_binary.argv, tmp_path, asterisk_binary.data) is None


def test_without_the_tool_the_message_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(AsteriskMissingError, match="mmdebstrap"):
        install(tmp_path / "cache", lambda _line: None)


@pytest.mark.parametrize(
    ("text", "mirror"),
    [
        ("deb http://ftp.de.debian.org/debian bookworm main\n", "http://ftp.de.debian.org/debian"),
        ("deb [arch=amd64] https://m.example/debian/ trixie main\n", "https://m.example/debian"),
        ("Types: deb\nURIs: http://deb.debian.org/debian\n", "http://deb.debian.org/debian"),
        ("deb http://archive.ubuntu.com/ubuntu noble main\n", None),
        ("deb http://security.debian.org/debian-security bookworm-security main\n", None),
        ("# deb http://old.example/debian sid main\n", None),
    ],
)
def test_the_machines_own_mirror_is_used(text: str, mirror: str | None) -> None:
    assert debian_mirror(text) == mirror


def test_cache_folder_can_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELLERLINE_CACHE", str(tmp_path))
    assert cache_folder() == tmp_path
    monkeypatch.delenv("TELLERLINE_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "tellerline"
