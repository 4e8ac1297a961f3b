"""What an operator may set, and how he is told that he erred."""

from pathlib import Path

import pytest

from config.files import read_catalogue_file
from config.settings import PACKAGE, Settings, SettingsInvalid, read_settings


def test_defaults_fit_one_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TELLERLINE_STATE_DIR", raising=False)
    settings = Settings(state_dir=Path("/var/lib/tellerline"))
    assert settings.database == "sqlite:////var/lib/tellerline/tellerline.db"
    assert settings.origin == "http://127.0.0.1:8080"
    assert settings.origins == {"http://127.0.0.1:8080", "http://localhost:8080"}
    assert settings.live_url == "ws://127.0.0.1:8081/live"


def test_unknown_setting_is_an_error_not_silence() -> None:
    with pytest.raises(SettingsInvalid) as caught:
        read_settings({"TELLERLINE_STATEDIR": "/x", "HOME": "/"})
    assert caught.value.errors == ["TELLERLINE_STATEDIR: there is no such setting"]


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"http_port": "x"}, "HTTP_PORT"),
        ({"region": "Russia"}, "REGION"),
        ({"time_zone": "Mars/Olympus"}, "time zone"),
        ({"public_url": "https://bank.example"}, "public_live_url"),
        ({"default_language": "fr"}, "DEFAULT_LANGUAGE"),
        ({"nodes": [{"name": "PBX 1"}]}, "NODES"),
        ({"nodes": [{"name": "pbx1", "outbound": "PJSIP/trunk"}]}, "NODES.0.OUTBOUND"),
    ],
)
def test_each_bad_value_is_named(changes: dict[str, object], named: str) -> None:
    with pytest.raises(SettingsInvalid) as caught:
        read_settings({}, **changes)
    assert any(named in line for line in caught.value.errors), caught.value.errors


def test_secrets_of_nodes_are_not_shown() -> None:
    node = {
        "name": "pbx1",
        "host": "10.0.0.5",
        "ami_secret": "canary-one",
        "provisioning_secret": "canary-two",
        "phone_url": "wss://pbx.example/ws",
    }
    shown = repr(Settings(nodes=(node,)))  # type: ignore[arg-type]
    assert "canary" not in shown


def test_the_shipped_catalogue_is_valid() -> None:
    assert read_catalogue_file(PACKAGE).topics
