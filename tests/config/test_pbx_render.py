"""The files that Asterisk gets: complete, closed to others, each secret in its place."""

import re
import stat
import wave
from dataclasses import replace
from pathlib import Path

import pytest

from config.pbx.music import write_music
from config.pbx.operator_files import OperatorWishes, write_for_operator
from config.pbx.options import PbxOptions
from config.pbx.render import prompt_folders, render, template_names
from telephony.picture import FALLBACK, HELD, JOIN, KEYPAD, OFFER, SEND_AWAY, TELL, WAIT
from tests.config.test_pbx_options import options


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    return rendered(options(tmp_path), tmp_path / "out")


def rendered(given: PbxOptions, out: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in render(given, out)}


def test_every_template_becomes_a_private_file(tmp_path: Path) -> None:
    written = render(options(tmp_path), tmp_path / "out")
    assert [path.name + ".j2" for path in written] == template_names()
    assert {stat.S_IMODE(path.stat().st_mode) for path in written} == {0o600}
    assert {path.name for path in (tmp_path / "out").iterdir()} == {path.name for path in written}


def test_secrets_stand_in_manager_conf_only(files: dict[str, str]) -> None:
    for secret in ("a-secret", "p-secret"):
        assert [name for name, text in files.items() if secret in text] == ["manager.conf"]


def test_application_has_no_system_right_and_provisioning_no_other(files: dict[str, str]) -> None:
    application, provisioning = files["manager.conf"].split("[tellerline-provision]")
    assert re.findall(r"^write = (.*)$", application, re.MULTILINE) == [
        "call,agent,originate,reporting"
    ]
    assert re.findall(r"^(?:read|write) =(.*)$", provisioning, re.MULTILINE) == ["", " system"]


def test_event_filter_is_one_expression_that_takes_the_names_it_lists(
    files: dict[str, str],
) -> None:
    (pattern,) = re.findall(r"^eventfilter = (.*)$", files["manager.conf"], re.MULTILINE)
    for name in ("Newchannel", "BridgeEnter", "UserEvent", "DeviceStateChange"):
        assert re.match(pattern, f"Event: {name}\r\n")
    for name in ("Newexten", "VarSet", "RTCPSent", "DTMFEnd", "AGIExecStart", "AGIExecEnd"):
        assert not re.match(pattern, f"Event: {name}\r\n")


def test_what_is_keyed_is_of_no_class_that_the_application_reads_and_in_no_log(
    files: dict[str, str],
) -> None:
    reads = re.findall(r"^read =(.*)$", files["manager.conf"], re.MULTILINE)
    assert reads == [" call,agent,user", ""]
    assert re.findall(r"^\w+ => (.*)$", files["logger.conf"], re.MULTILINE) == ["error,warning"]


def test_clock_of_the_keypad_is_stopped_wherever_a_caller_comes_to_from_there(
    files: dict[str, str],
) -> None:
    """A server at the keypad that falls silent is left by a hang-up; it would end a talk, too."""
    contexts = re.findall(
        r"^\[(tellerline-[\w-]+)\]\n(.*?)(?=^\[|\Z)", files["extensions.conf"], re.M | re.S
    )
    first = {
        name: re.findall(r"^exten => .*?,1,(.*)$", body, re.MULTILINE)[0]
        for name, body in contexts
        if "exten" in body
    }
    for context in (WAIT, TELL, SEND_AWAY, OFFER, JOIN, HELD, FALLBACK):
        assert first[context] == "Set(TIMEOUT(absolute)=0)", context
    assert re.search(r"^exten => T,1,", dict(contexts)[KEYPAD], re.MULTILINE)


def test_each_kind_of_music_has_a_folder(tmp_path: Path) -> None:
    given = replace(options(tmp_path), music=("brass", "default"))
    text = rendered(given, tmp_path / "out")["musiconhold.conf"]
    folders = dict(re.findall(r"^\[(\w+)\]\nmode = files\ndirectory = (.*)$", text, re.MULTILINE))
    top = str(given.layout.music)
    assert folders == {"brass": f"{top}/brass", "default": top, "tellerline": top}


def test_operator_gets_music_for_each_kind(tmp_path: Path) -> None:
    wishes = OperatorWishes(
        node="pbx1", bind="127.0.0.1", application_hosts=(), trunk_hosts=(), music=("brass",)
    )
    write_for_operator(wishes, tmp_path)
    music = tmp_path / "tellerline-music"
    assert sorted(str(path.relative_to(music)) for path in music.rglob("*.wav")) == [
        "brass/tellerline-wait.wav",
        "tellerline-wait.wav",
    ]


@pytest.mark.parametrize("host", ["10.1.2.3", None])
def test_own_address_stands_for_the_loopback_in_ice(tmp_path: Path, host: str | None) -> None:
    text = rendered(replace(options(tmp_path), host_address=host), tmp_path / "out")["rtp.conf"]
    assert ("10.1.2.3 => 127.0.0.1" in text) is (host is not None)


def test_only_digits_can_be_dialled_from_outside(files: dict[str, str]) -> None:
    arrivals = files["extensions.conf"].split("[tellerline-in]")[1].split("[tellerline-arrival]")[0]
    patterns = re.findall(r"^exten => (\S+?),", arrivals, re.MULTILINE)
    assert len(patterns) == 40
    assert all(re.fullmatch(r"_\+?X+", pattern) for pattern in patterns)


def test_operators_files_name_his_addresses_and_fresh_secrets(tmp_path: Path) -> None:
    wishes = OperatorWishes(
        node="main", bind="10.0.0.5", application_hosts=("10.0.0.7",), trunk_hosts=("10.0.0.9",)
    )
    first = write_for_operator(wishes, tmp_path / "a")
    write_for_operator(wishes, tmp_path / "b")
    manager = [(tmp_path / name / "manager.conf").read_text() for name in "ab"]
    assert manager[0] != manager[1]
    assert "bindaddr = 10.0.0.5" in manager[0]
    assert "permit = 10.0.0.7/255.255.255.255" in manager[0]
    assert "match = 10.0.0.9" in (tmp_path / "a" / "pjsip_trunk.conf").read_text()
    assert "127.0.0.1" not in (tmp_path / "a" / "pjsip_trunk.conf").read_text()
    assert any(path.suffix == ".wav" for path in first)


def test_prompts_are_found_by_language_though_the_distribution_names_the_voice(
    tmp_path: Path,
) -> None:
    for name in ("en_US_f_Allison", "ru_RU_f_IvrvoiceRU", "custom"):
        (tmp_path / name).mkdir()
    (tmp_path / "en").symlink_to("/nowhere/prompt-en")
    found = {language: path.name for language, path in prompt_folders(tmp_path).items()}
    assert found == {"en": "en_US_f_Allison", "ru": "ru_RU_f_IvrvoiceRU"}


def test_music_is_telephone_audio_that_neither_clips_nor_clicks(tmp_path: Path) -> None:
    write_music(tmp_path / "m.wav")
    with wave.open(str(tmp_path / "m.wav")) as music:
        assert (music.getnchannels(), music.getsampwidth(), music.getframerate()) == (1, 2, 8000)
        frames = music.readframes(music.getnframes())
    samples = [int.from_bytes(frames[i : i + 2], "little", signed=True) for i in range(0, 80000, 2)]
    assert 3000 < max(map(abs, samples)) < 10000
    first, last = samples[0], int.from_bytes(frames[-2:], "little", signed=True)
    assert abs(first - last) < 1500
