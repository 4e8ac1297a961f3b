"""A flow's own prompts: told beside the bank's, in files that an older version does not share."""

import pytest

from ivr.speech.own import recording_of, with_own
from ivr.speech.phrasebook import Phrasebook
from ivr.speech.texts import TextRefused
from ivr.speech.told import told

EMPTY = Phrasebook(texts={"ru": {}, "en": {}})


def test_own_prompts_are_told_in_the_languages_that_have_them() -> None:
    book = with_own(EMPTY, "main", {"welcome": {"ru": "Добрый день.", "de": "Guten Tag."}})
    assert book.words(told("welcome"), "ru") == "Добрый день."
    assert book.has("welcome", "ru")
    assert not book.has("welcome", "en")
    assert set(book.languages) == {"ru", "en"}


def test_another_text_is_another_file_but_the_same_recording() -> None:
    files = {
        with_own(EMPTY, "main", {"welcome": {"ru": text}}).files(told("welcome"), "ru")
        for text in ("Добрый день.", "Добрый вечер.")
    }
    assert len(files) == 2
    assert {recording_of(file, "main") for [file] in files} == {"main-welcome"}
    assert recording_of("debt_overdue-1", "main") == "debt_overdue-1"


def test_a_place_that_no_node_fills_is_refused_with_its_prompt() -> None:
    with pytest.raises(TextRefused, match=r"welcome: ru: says \{name\}, which nothing fills"):
        with_own(EMPTY, "main", {"welcome": {"ru": "Добрый день, {name}."}})
