"""Prompts with places: read, written out, and found as files; what is wrong is named."""

from datetime import date

import pytest

from crm_core.money import Money
from ivr.speech.forms import Case
from ivr.speech.phrasebook import Phrasebook, Unsaid, name_file, name_files
from ivr.speech.texts import TextRefused, read_text
from ivr.speech.told import Digits, Name, told

CASES = frozenset(Case)
HEAD = Name((("en", "Head office"), ("", "Головной офис")))


def book(text: str, *places: str, language: str = "ru") -> Phrasebook:
    read = read_text(text, file="greeting", places=places, cases=CASES)
    return Phrasebook(texts={language: {"greeting": read}})


def test_a_text_is_told_around_its_values() -> None:
    ours = book("Карта {last4}. Платёж — до {day:genitive}.", "last4", "day")
    said = told("greeting", last4=Digits("07"), day=date(2026, 3, 2))
    assert ours.words(said, "ru") == "Карта ноль семь. Платёж — до второго марта."
    assert ours.files(said, "ru") == (
        *("greeting-1", "value-0", "value-7", "greeting-2", "value-day-2-gen", "value-march"),
        "pause",
    )
    spoken = [clause.spoken for clause in ours.texts["ru"]["greeting"].clauses]
    assert spoken == ["Карта,", ". Платёж — до,", "."]
    assert ours.places("greeting") == ("last4", "day")


def test_pieces_are_played_in_order_and_a_missing_file_is_told_before_anything_is() -> None:
    ours = book("Остаток: {amount}", "amount")
    said = [told("greeting", amount=Money(200, "RUB"))]
    pieces = {
        "greeting-1": ("ivr/greeting-1--1", "ivr/greeting-1--2"),
        "value-2": ("ivr/value-2",),
        "value-rouble-few": ("ivr/value-rouble-few",),
    }
    laid = Phrasebook(texts=ours.texts, laid={"ru": pieces})
    assert laid.sounds(said, "ru") == tuple(piece for one in pieces.values() for piece in one)
    with pytest.raises(Unsaid, match="value-5"):
        laid.sounds([told("greeting", amount=Money(500, "RUB"))], "ru")


def test_names_are_files_of_their_own() -> None:
    ours = book("Отделение {name}.", "name")
    said = told("greeting", name=HEAD)
    assert ours.words(said, "ru") == "Отделение Головной офис."
    assert ours.files(said, "ru") == ("greeting-1", name_file("Головной офис"), "pause")
    assert name_files([HEAD, HEAD], "en") == {name_file("Head office"): "Head office"}


@pytest.mark.parametrize(
    ("said", "language", "why"),
    [
        (told("farewell"), "ru", "farewell has no text in ru"),
        (told("greeting"), "uk", "greeting has no text in uk"),
        (told("greeting"), "ru", "came without amount"),
        (told("greeting", amount=Money(1, "XAF")), "ru", "amounts in XAF"),
    ],
)
def test_what_cannot_be_told_is_no_silence(said, language: str, why: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(Unsaid, match=why):
        book("Остаток: {amount}", "amount").words(said, language)


@pytest.mark.parametrize(
    ("text", "places", "error"),
    [
        ("Остаток.", ["amount"], "does not say {amount}"),
        ("Остаток {amount} {day}", ["amount"], "says {day}, which nothing fills"),
        ("Остаток {amount} {amount}", ["amount"], "says {amount} twice"),
        ("Остаток {amount:dative}", ["amount"], "dative is no form of a money"),
        ("Остаток {amount:day}", ["amount"], "day is no form of a money"),
        ("Остаток {amount:}", ["amount"], "nothing is no form"),
        ("Срок {days}", ["days"], "must say what it counts"),
        ("До {day:minute}", ["day"], "minute is no form of a day"),
        ("Карта {last4:genitive}", ["last4"], "genitive is no form of a digits"),
        ("Остаток {amount", ["amount"], "a brace"),
        ("{amount}.", ["amount"], "says nothing"),
        ("я" * 601, [], "longer than 600"),
        ("Ваш {pet}", ["pet"], "no value is called pet"),
    ],
)
def test_a_wrong_text_is_refused(text: str, places: list[str], error: str) -> None:
    with pytest.raises(TextRefused) as told_why:
        read_text(text, file="greeting", places=places, cases=CASES)
    assert error in str(told_why.value)
