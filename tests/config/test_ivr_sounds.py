"""A flow is told only when all that it says stands; names and new versions are laid beside it."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from config.ivr_sounds import flow_scripts, lay_flow_sounds
from config.keypad_prompts import SpokenFlow
from config.sounds.scripts import SoundsMissing
from crm_core.money import Money
from ivr.speech.own import with_own
from ivr.speech.phrasebook import Phrasebook, Unsaid, name_file
from ivr.speech.told import Name, told

CONFIG = Path(__file__).parents[2] / "config"
WELCOME = "Welcome to the bank. We are happy that you have called us, and hope to be of some help."
OFFICE = Name((("en", "Riverside branch"), ("", "Отделение у реки")))
ONLY_RUSSIAN = Name((("", "Отделение у реки"),))

needs_voice = pytest.mark.skipif(
    shutil.which("espeak-ng") is None or shutil.which("sox") is None,
    reason="espeak-ng and sox are not installed",
)


def flow(text: str) -> SpokenFlow:
    return SpokenFlow(flow="desk", languages=("en",), texts={"welcome": {"en": text}})


@needs_voice
def test_every_file_of_the_book_stands_before_anybody_is_told(tmp_path: Path) -> None:
    def lay(text: str) -> Phrasebook:
        return lay_flow_sounds(flow(text), CONFIG, tmp_path, names=[OFFICE], progress=print)

    book = lay(WELCOME)
    said = [
        told("welcome"),
        told("debt_next", day=date(2026, 3, 2), amount=Money(120050, "RUB")),
        told("branch_named", name=OFFICE),
    ]
    sounds = book.sounds(said, "en")
    assert all((tmp_path / f"{sound}.wav").exists() for sound in sounds)
    assert sounds[0].endswith("--1"), "longer than 2.5 s, so it is laid in pieces"
    lay("Welcome.")
    assert all((tmp_path / f"{sound}.wav").exists() for sound in sounds), "some still hear it"
    with pytest.raises(Unsaid, match=name_file("Отделение у реки")):
        book.sounds([told("branch_named", name=ONLY_RUSSIAN)], "en")


def test_a_name_is_read_by_a_voice_that_knows_its_letters() -> None:
    book = with_own(Phrasebook(texts={"en": {}}), "desk", {"welcome": {"en": WELCOME}})
    scripts = flow_scripts(flow(WELCOME), book, CONFIG, names=[ONLY_RUSSIAN, OFFICE])
    voices = {file: one.voice.name for one in scripts for file in one.texts}
    assert voices[name_file("Отделение у реки")] == "ru"
    assert voices[name_file("Riverside branch")] == "en-gb"


def test_a_language_without_prompts_is_refused(tmp_path: Path) -> None:
    polish = SpokenFlow(flow="desk", languages=("pl",), texts={})
    with pytest.raises(SoundsMissing, match="desk speaks pl, which has no prompts"):
        lay_flow_sounds(polish, CONFIG, tmp_path, progress=print)
    assert not list(tmp_path.iterdir())
