"""Names as banks write them and people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_core.search.folding import key, keys, words


def finds(typed: str, *names: str) -> bool:
    stored = keys(*names)
    return all(any(term.startswith(key(word)) for term in stored) for word in words(typed))


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("ИВАНОВ", "Иванов Пётр"),
        ("петр ив", "Иванов Пётр"),
        ("ivanov", "Иванов Пётр"),
        ("Смит", "Smith John"),
        ("shcherbak", "Щербак Юрій"),
        ("scherbak", "Щербак Юрій"),
        ("Yeltsin", "Ельцин Борис"),
        ("eltsin", "Ельцин Борис"),
        ("алексеев", "Alexeyev"),
        ("alekseyev", "Алексеев"),
        ("o'brien", "O’Brien Patrick"),
        ("obr", "O'Brien Patrick"),
        ("лук`яненко", "Лук'яненко Дарина"),
        ("muller", "Müller"),
        ("小明", "王小明"),
        ("明", "王小明"),
        ("王伟", "王伟"),
        ("王", "王伟"),
        ("wang xiaoming", "王小明"),
        ("Xiaoming", "王小明"),
        ("ouyang", "欧阳 雪莹"),
        ("OUYANG Xue", "欧阳雪莹"),
        ("оуян", "欧阳"),
        ("lu", "吕布"),
        ("lv bu", "吕布"),
        ("lübu", "吕布"),
        ("smirnova", "Ёлкина-Смирнова Алёна"),
        ("елкина", "Ёлкина-Смирнова Алёна"),
        ("ｏｒｉｏｎ", "Orion Trading"),
        ("straße", "STRASSE"),
        ("istanbul", "İstanbul"),
    ],
)
def test_what_is_typed_finds_what_is_written(typed: str, name: str) -> None:
    assert finds(typed, name)


@pytest.mark.parametrize("spelling", ["Yuriy", "Yuri", "Yury", "Iurii", "Jurij", "ЮРИЙ", "Юрії"])
def test_common_spellings_of_a_name_have_one_key(spelling: str) -> None:
    assert [key(word) for word in words(spelling)] == ["iuri"]


@pytest.mark.parametrize("typed", ["сидоров", "вано", "petrov", "小王", "xiaowang", "aoming"])
def test_what_is_not_there_is_not_found(typed: str) -> None:
    assert not finds(typed, "Иванов Пётр", "王小明")


@given(st.text(max_size=300))
def test_any_text_is_folded_and_folding_again_changes_nothing(text: str) -> None:
    folded = words(text)
    assert words(" ".join(folded)) == folded
    assert all(word and "'" not in word and "%" not in word for word in folded)
    assert finds(text, text)
    assert len(folded) <= 32 and all(len(word) <= 64 for word in folded)
    assert all(key(word) and key(key(word)) == key(word) for word in folded)


@given(st.text("абвгдеёжзийклмнопрстуфхцчшщыэюяabcdefghijklmnopqrstuvwxyz", min_size=1))
def test_a_words_beginning_has_the_beginning_of_its_key(word: str) -> None:
    (folded, *_rest) = words(word)
    for cut in range(1, len(folded)):
        assert key(folded).startswith(key(folded[:cut]))


def test_keys_follow_the_passports_table() -> None:
    assert key("щукина") == "shchukina"
    assert key("журавлев") == "zhuravlev"
