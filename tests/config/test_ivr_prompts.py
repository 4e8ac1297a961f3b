"""The standard prompts of self-service: whole in each language, or nothing starts."""

import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from config.ivr_prompts import FOLDER, ivr_phrasebook, read_ivr_prompts
from config.prompts import read_prompts
from config.settings import SettingsInvalid
from crm_core.money import Money
from ivr.speech.standard import STANDARD
from ivr.speech.told import Digits, Name, Value, told

SHIPPED = Path(__file__).parents[2] / "config"

VALUES: dict[str, Value] = {
    "amount": Money(120150, "RUB"),
    "rate": Decimal("12.5"),
    "days": 21,
    "months": 24,
    "day": date(2026, 3, 2),
    "opened": date(2021, 11, 30),
    "last4": Digits("0452"),
    "name": Name((("", "Восход"),)),
    "address": Name((("", "Мира, 5"),)),
}


@pytest.mark.parametrize(
    ("language", "prompt", "words"),
    [
        (
            "ru",
            "contract_loan",
            "Кредит, последние цифры договора ноль четыре пять два, выдан тридцатого ноября"
            " две тысячи двадцать первого года.",
        ),
        (
            "ru",
            "debt_overdue",
            "Из них просрочено: одна тысяча двести один рубль пятьдесят копеек."
            " Срок просрочки: двадцать один день.",
        ),
        ("ru", "product_months", "Срок — до двадцати четырёх месяцев."),
        (
            "uk",
            "product_most",
            "Сума — не більше однієї тисячі двохсот одного рубля п'ятдесяти копійок.",
        ),
        (
            "uk",
            "contract_rate",
            "Процентна ставка: дванадцять цілих п'ять десятих відсотка річних.",
        ),
        (
            "en",
            "decision_expires",
            "The decision is valid until the second of March twenty twenty-six.",
        ),
        ("zh", "debt_overdue", "其中逾期金额为一千两百零一点五卢布，已逾期二十一天。"),
    ],
)
def test_sentences_are_right_around_their_values(language: str, prompt: str, words: str) -> None:
    values = {place: VALUES[place] for place in STANDARD[prompt]}
    assert ivr_phrasebook(SHIPPED).words(told(prompt, **values), language) == words


def test_every_language_says_everything_and_each_thing_in_words_of_its_own() -> None:
    book = ivr_phrasebook(SHIPPED)
    assert set(book.languages) == {script.language for script in read_prompts(SHIPPED)}
    for language in book.languages:
        said = {
            book.words(told(prompt, **{place: VALUES[place] for place in places}), language)
            for prompt, places in STANDARD.items()
        }
        assert len(said) == len(STANDARD)


def test_a_prompt_that_waiting_callers_hear_too_has_one_text_and_so_one_recording() -> None:
    texts = read_ivr_prompts(SHIPPED)
    for script in read_prompts(SHIPPED):
        for prompt in script.texts.keys() & texts[script.language].keys():
            assert texts[script.language][prompt].clauses[0].spoken == script.texts[prompt]


@pytest.mark.parametrize(
    ("was", "becomes", "error"),
    [
        ("goodbye: ", "good_bye: ", "ru.yaml: goodbye: is missing"),
        ("goodbye: ", "good_bye: ", "ru.yaml: good_bye: is no prompt"),
        ("до {months:month:genitive}", "долгий", "product_months: does not say {months}"),
        ("{months:month:genitive}", "{months:week}", "product_months: week is no form of a count"),
        ("goodbye: ", "Goodbye: ", "ru.yaml: Goodbye"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, was: str, becomes: str, error: str) -> None:
    shutil.copytree(SHIPPED / FOLDER, tmp_path / FOLDER)
    file = tmp_path / FOLDER / "ru.yaml"
    text = file.read_text(encoding="utf-8")
    assert was in text
    file.write_text(text.replace(was, becomes), encoding="utf-8")
    with pytest.raises(SettingsInvalid) as told_why:
        read_ivr_prompts(tmp_path)
    assert error in str(told_why.value)


def test_a_language_without_grammar_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsInvalid, match="holds no prompts"):
        read_ivr_prompts(tmp_path)
    shutil.copytree(SHIPPED / FOLDER, tmp_path / FOLDER)
    (tmp_path / FOLDER / "ru.yaml").rename(tmp_path / FOLDER / "pl.yaml")
    with pytest.raises(SettingsInvalid, match=r"pl\.yaml: values cannot be told in pl"):
        read_ivr_prompts(tmp_path)
