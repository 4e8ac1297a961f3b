"""What an operator may set, and how he is told that he erred."""

from pathlib import Path

import pytest

from config.files import read_catalogue_file
from config.queueing import read_queues
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


def test_shipped_files_are_valid() -> None:
    plan = read_queues(PACKAGE)
    assert plan.default_queue in {queue.queue for queue in plan.queues}
    assert plan.names["service"]["ru"] == "Обслуживание"
    assert read_catalogue_file(PACKAGE).topics


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("queues: [", "while parsing"),
        ("default_queue: a\nqueues: []", "at least 1"),
        ("default_queue: b\nqueues: [{queue: a, name: A}]", "there is no queue b"),
        ("default_queue: a\nqueues: [{queue: a, name: A}, {queue: a, name: B}]", "stands twice"),
        (
            "default_queue: a\nqueues: [{queue: a, name: A}]\nentries: [{dialled: '1', queue: x}]",
            "entries.0: there is no queue x",
        ),
        ("default_queue: a\nqueues: [{queue: a, name: A, wrap_up: never}]", "wrap_up"),
        ("default_queue: a\nqueues: [{queue: a, name: A, colour: red}]", "colour"),
        ("!!python/object/apply:os.system ['true']", "could not determine a constructor"),
    ],
)
def test_wrong_queues_are_refused_with_their_place(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "queues.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(SettingsInvalid) as caught:
        read_queues(tmp_path)
    assert any(told in line for line in caught.value.errors), caught.value.errors
    assert all(str(tmp_path) in line for line in caught.value.errors)


def test_missing_file_and_no_text_are_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsInvalid, match="No such file"):
        read_queues(tmp_path)
    (tmp_path / "queues.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsInvalid):
        read_queues(tmp_path)
