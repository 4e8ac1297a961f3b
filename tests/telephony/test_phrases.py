"""What callers are told becomes names of sound files, whatever the number."""

import pytest

from routing.commands import Said
from routing.terms import Phrase
from telephony.phrases import Voice, all_said, file_of

VOICE = Voice(languages=frozenset({"en", "ru"}), house="ru")


@pytest.mark.parametrize(
    ("phrase", "number", "name"),
    [
        (Phrase.FULL, None, "full"),
        (Phrase.POSITION, 3, "position-3"),
        (Phrase.POSITION, 0, "position-1"),
        (Phrase.POSITION, 1_000, "position-99"),
        (Phrase.EXPECTED_WAIT, 61, "expected_wait-60"),
        (Phrase.CALLBACK_OFFER, None, "callback_offer-1"),
        (Phrase.CALLBACK_OFFER, 11, "callback_offer-11"),
    ],
)
def test_file_of_what_is_said(phrase: Phrase, number: int | None, name: str) -> None:
    assert file_of(Said(phrase=phrase, number=number)) == name


def test_whatever_is_said_has_a_file() -> None:
    names = {file_of(said) for said in all_said()}
    for phrase in Phrase:
        assert {file_of(Said(phrase=phrase, number=n)) for n in (None, -1, 1, 10**6)} <= names


@pytest.mark.parametrize(("language", "spoken"), [("en", "en"), ("", "ru"), ("fr", "ru")])
def test_language_without_files_is_the_houses(language: str, spoken: str) -> None:
    said = (Said(phrase=Phrase.CLOSED), Said(phrase=Phrase.GOODBYE))
    sounds = VOICE.sounds(said, language)
    assert sounds == f"tellerline/{spoken}/closed&tellerline/{spoken}/goodbye"


def test_nothing_said_plays_nothing() -> None:
    assert VOICE.sounds((), "en") == ""
