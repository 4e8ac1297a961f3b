"""What callers are told: whole in each language, with the right form of each number."""

from pathlib import Path

import pytest

from config.prompts import Script, read_prompts
from config.settings import SettingsInvalid
from telephony.phrases import all_said, file_of

SHIPPED = Path(__file__).parents[2] / "config"


@pytest.fixture(scope="module")
def scripts() -> dict[str, Script]:
    return {script.language: script for script in read_prompts(SHIPPED)}


def test_each_language_says_everything(scripts: dict[str, Script]) -> None:
    assert set(scripts) == {"en", "ru", "uk", "zh"}
    names = {file_of(said) for said in all_said()}
    for script in scripts.values():
        assert set(script.texts) == names
        assert not [text for text in script.texts.values() if "{" in text]


def test_each_number_sounds_different(scripts: dict[str, Script]) -> None:
    for script in scripts.values():
        assert len(set(script.texts.values())) == len(script.texts)


@pytest.mark.parametrize(
    ("language", "name", "text"),
    [
        ("ru", "position-3", "Ваше место в очереди — третье."),
        ("ru", "position-11", "Ваше место в очереди — одиннадцатое."),
        ("ru", "position-40", "Ваше место в очереди — сороковое."),
        ("ru", "position-99", "Ваше место в очереди — девяносто девятое."),
        ("ru", "expected_wait-1", "Ждать осталось около одной минуты."),
        ("ru", "expected_wait-2", "Ждать осталось около двух минут."),
        ("ru", "expected_wait-11", "Ждать осталось около одиннадцати минут."),
        ("ru", "expected_wait-21", "Ждать осталось около двадцати одной минуты."),
        ("ru", "expected_wait-60", "Ждать осталось около шестидесяти минут."),
        ("uk", "expected_wait-21", "Чекати залишилося близько двадцяти однієї хвилини."),
        ("en", "position-22", "You are twenty-second in line."),
        ("en", "expected_wait-1", "The wait is about one minute."),
        ("zh", "expected_wait-2", "预计等待约两分钟。"),
        ("zh", "expected_wait-12", "预计等待约十二分钟。"),
    ],
)
def test_numbers_are_said_as_people_say_them(
    scripts: dict[str, Script], language: str, name: str, text: str
) -> None:
    assert scripts[language].texts[name] == text


@pytest.mark.parametrize(
    ("was", "becomes", "place"),
    [
        ("    goodbye: Goodbye.\n", "", "en.phrases.goodbye: is missing"),
        ("You are {place} in line", "You are in line", "en.phrases.position.other"),
        ("We are closed", "We are {closed}", "en.phrases.closed.other"),
        ("      other: The wait", "      few: The wait", "en.phrases.expected_wait"),
        ("ones: [first, second", "ones: [second", "en.numbers.place.ones"),
        ("voice: en-gb", "voice: --version", "en.voice"),
        ("en:\n", "nowhere:\n", "nowhere: there is no such language"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, was: str, becomes: str, place: str) -> None:
    text = (SHIPPED / "prompts.yaml").read_text(encoding="utf-8")
    assert was in text
    (tmp_path / "prompts.yaml").write_text(text.replace(was, becomes, 1), encoding="utf-8")
    with pytest.raises(SettingsInvalid) as told:
        read_prompts(tmp_path)
    assert place in str(told.value)
