"""The bank's own flows, tried at the made-up bank: every service in English and Russian."""

from datetime import date
from functools import cache
from pathlib import Path

import pytest

from config.flow_files import FOLDER, known_here, read_flow_file
from config.ivr_prompts import ivr_phrasebook
from crm_core.selfservice.answers import Service
from ivr.flows.nodes import Flow, Speak
from ivr.made_up_bank import MadeUpBank, try_out
from ivr.speech.own import with_own
from ivr.speech.phrasebook import Phrasebook
from ivr.steps.acts import Caller
from ivr.trying import SECRET, Trial, report

CONFIG = Path(__file__).parents[2] / "config"
TODAY = date(2026, 11, 24)
PROVED = "4821#,1234#"


@cache
def bank_flow(name: str) -> tuple[Flow, Phrasebook]:
    flow = read_flow_file(CONFIG / FOLDER / f"{name}.yaml", known_here(CONFIG))
    return flow, with_own(ivr_phrasebook(CONFIG), flow.flow, flow.texts)


def tried(keys: str, language: str = "en", *, flow: str = "main", is_open: bool = True) -> Trial:
    read, words = bank_flow(flow)
    caller = Caller(number="+79455550101", language=language)
    bank = MadeUpBank(TODAY, is_open=is_open)
    return try_out(read, caller, keys.split(","), words=words, bank=bank)


def heard(trial: Trial) -> str:
    return " ".join(text for one in trial.moments for text in one.said)


SERVICES = [
    (
        f"1,{PROVED},1,2",
        "balance",
        "Available balance: twenty-three thousand four hundred and ten roubles and fifty kopecks.",
        "Доступный остаток: двадцать три тысячи четыреста десять рублей пятьдесят копеек.",
    ),
    (
        f"1,{PROVED},2,2",
        "statement",
        "On the twenty-third of November, paid out: one thousand five hundred and twenty-one"
        " roubles and ninety-nine kopecks.",
        "Двадцать третьего ноября. Списание: одна тысяча пятьсот двадцать один рубль"
        " девяносто девять копеек.",
    ),
    (
        f"1,{PROVED},3,2",
        "contract",
        "The agreement ends on the fourteenth of March twenty twenty-eight.",
        "Договор действует до четырнадцатого марта две тысячи двадцать восьмого года.",
    ),
    (
        f"2,{PROVED},1,2,2",
        "debt",
        "twenty-one thousand nine hundred and sixty-four roubles and forty-one kopecks",
        "Срок просрочки: двадцать один день.",
    ),
    (
        f"2,{PROVED},2,2",
        "schedule",
        "Your next payment is due by the third of December.",
        "Следующий платёж — до третьего декабря.",
    ),
    (
        f"2,{PROVED},4,2",
        "decision",
        "Your loan application has been approved.",
        "Одобренная сумма: четыреста пятьдесят тысяч рублей.",
    ),
    (
        f"3,2,{PROVED},2",
        "cards",
        "ending in nine zero three four is ready.",
        "Карта, последние цифры девять ноль три четыре, готова",
    ),
    ("4,1,2", "branches", "Address: 21 Mira Street.", "Адрес: улица Мира, дом 21."),
    (
        "4,2,2",
        "products",
        "The amount is up to three million roubles.",
        "Срок — до шестидесяти месяцев.",
    ),
]


@pytest.mark.parametrize(("keys", "service", "english", "russian"), SERVICES)
def test_every_service_is_told_in_english_and_russian(
    keys: str, service: str, english: str, russian: str
) -> None:
    for language, sentence in (("en", english), ("ru", russian)):
        trial = tried(keys, language)
        assert sentence in heard(trial)
        assert (trial.service.told, trial.ended) == ((service,), "done")
        assert trial.service.topic


def test_no_service_is_left_out() -> None:
    spoken = {one.service for one in bank_flow("main")[0].nodes.values() if isinstance(one, Speak)}
    assert spoken == set(Service) == {Service(service) for _, service, _, _ in SERVICES}


@pytest.mark.parametrize("language", ["uk", "zh"])
def test_every_prompt_has_words_in_the_other_languages(language: str) -> None:
    flow, words = bank_flow("main")
    assert all(words.has(prompt, language) for prompt in flow.texts)
    assert tried(f"2,{PROVED},1,2,2", language).service.told == ("debt",)


@pytest.mark.parametrize(
    ("keys", "end"),
    [
        ("0", ("person", "")),
        ("!0", ("person", "")),
        ("3,1", ("person", "cards")),
        (f"2,{PROVED},1,1", ("person", "collections")),
        (f"2,{PROVED},!0", ("person", "")),
        ("5,1", ("callback", "")),
        ("5,2,2", ("person", "service")),
        ("1,4821#,1111#,1111#,1111#", ("person", "")),
        ("5,3,4821#,999999#,5079#,5079#", ("person", "")),
        (",,", ("person", "")),
    ],
)
def test_where_callers_leave(keys: str, end: tuple[str, str]) -> None:
    trial = tried(keys)
    assert (trial.ended, trial.queue) == end


def test_who_is_not_known_hears_each_language_offered_in_itself() -> None:
    trial = tried("2,0", "")
    offers = [(one.language, one.said) for one in trial.moments if one.node.startswith("offer_")]
    assert offers == [
        ("en", ("For English, press two.",)),
        ("uk", ("Для української мови натисніть три.",)),
        ("zh", ("中文服务请按四。",)),
    ]
    assert trial.service.language == "en"


def test_a_complaint_is_taken_as_a_message_when_nobody_is_there() -> None:
    trial = tried("5,2,2", is_open=False)
    assert trial.service.recording and trial.service.topic == "complaint"
    assert [one.event for one in trial.moments if one.event] == ["closed", "recorded"]


def test_a_pin_is_set_by_a_code_and_nothing_secret_is_in_the_report() -> None:
    trial = tried("5,3,4821#,123456#,5079#,5079#")
    assert heard(trial).count("Your PIN is set.") == 1
    assert [one.pressed for one in trial.moments if one.node == "set_pin"][:3] == [SECRET] * 3
    for secret in ("123456", "5079"):
        assert secret not in repr(trial) + str(report(trial))


@pytest.mark.parametrize(
    ("keys", "kept"),
    [("5,10#", 2), ("1,0#", 2), ("3,7", 2), ("6,4,11#,8#", 2), (",", 0), ("4,,", 1)],
)
def test_the_survey_asks_two_questions(keys: str, kept: int) -> None:
    trial = tried(keys, "ru", flow="survey")
    assert trial.ended == "done"
    assert [one.event for one in trial.moments].count("kept") == kept
    assert "Спасибо, что уделили нам время." in heard(trial)
