"""Names as banks write them and people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_core.names import latin, tokens, words


def finds(typed: str, *names: str) -> bool:
    stored = tokens(*names)
    return all(any(token.startswith(word) for token in stored) for word in words(typed))


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("ИВАНОВ", "Иванов Пётр"),
        ("петр ив", "Иванов Пётр"),
        ("ivanov", "Иванов Пётр"),
        ("shcherbak", "Щербак Юрій"),
        ("o'brien", "O’Brien Patrick"),
        ("obr", "O'Brien Patrick"),
        ("лук`яненко", "Лук'яненко Дарина"),
        ("小明", "王小明"),
        ("明", "王小明"),
        ("смирнова", "Ёлкина-Смирнова Алёна"),
        ("ｏｒｉｏｎ", "Orion Trading"),
        ("straße", "STRASSE"),
    ],
)
def test_what_is_typed_finds_what_is_written(typed: str, name: str) -> None:
    assert finds(typed, name)


@pytest.mark.parametrize("typed", ["сидоров", "вано", "petrov"])
def test_what_is_not_there_is_not_found(typed: str) -> None:
    assert not finds(typed, "Иванов Пётр")


@given(st.text(max_size=300))
def test_any_text_is_folded_and_folding_again_changes_nothing(text: str) -> None:
    folded = words(text)
    assert words(" ".join(folded)) == folded
    assert all(word and "'" not in word and "%" not in word for word in folded)
    assert finds(text, text)
    assert len(folded) <= 32 and all(len(word) <= 64 for word in folded)


def test_latin_follows_the_passports_table() -> None:
    assert latin("хрущев") == "khrushchev"
