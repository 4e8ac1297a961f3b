"""The keyring: made once, kept, and refused where it cannot be trusted."""

import json
from pathlib import Path

import pytest

from config.keyring import keyring
from config.settings import SettingsInvalid, read_settings


def test_made_once_and_then_kept(tmp_path: Path) -> None:
    settings = read_settings({}, state_dir=tmp_path)
    made = keyring(settings)
    assert keyring(settings) == made
    assert len(made.keys[made.current]) == 32
    assert (tmp_path / "keyring.json").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"current": "1", "keys": {}}', '{"current": "1", "keys": {"1": "AAAA"}}'],
)
def test_what_is_no_keyring_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "ours.json"
    file.write_text(text)
    file.chmod(0o600)
    with pytest.raises(SettingsInvalid):
        keyring(read_settings({}, keyring_file=file))


def test_a_keyring_that_others_may_read_is_refused(tmp_path: Path) -> None:
    settings = read_settings({}, state_dir=tmp_path)
    made = keyring(settings)
    (tmp_path / "keyring.json").chmod(0o644)
    with pytest.raises(SettingsInvalid) as refused:
        keyring(settings)
    kept = json.loads((tmp_path / "keyring.json").read_text())["keys"][made.current]
    assert kept not in str(refused.value)
