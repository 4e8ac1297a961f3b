"""Names are declined as the languages want it, and written in Latin letters as passports do."""

import pytest

from crm_core.demo.generator.words import LEXICONS
from crm_core.demo.generator.words.chinese import PINYIN
from crm_core.demo.generator.words.essences import ESSENCES
from crm_core.demo.generator.words.latin import latin


@pytest.mark.parametrize(
    ("language", "his", "hers"),
    [
        ("ru", "Иванов", "Иванова"),
        ("ru", "Соловьёв", "Соловьёва"),
        ("ru", "Никитин", "Никитина"),
        ("ru", "Высоцкий", "Высоцкая"),
        ("ru", "Толстой", "Толстая"),
        ("ru", "Шевченко", "Шевченко"),
        ("ru", "Ковальчук", "Ковальчук"),
        ("ru", "Черных", "Черных"),
        ("ru", "Мельник", "Мельник"),
        ("ru", "Шмидт", "Шмидт"),
        ("uk", "Грушевський", "Грушевська"),
        ("uk", "Білий", "Біла"),
        ("uk", "Сагайдачний", "Сагайдачна"),
        ("uk", "Козлов", "Козлова"),
        ("uk", "Лук'яненко", "Лук'яненко"),
        ("uk", "Коваль", "Коваль"),
        ("uk", "Мазур", "Мазур"),
        ("uk", "Швець", "Швець"),
        ("uk", "Щербина", "Щербина"),
        ("uk", "В'юн", "В'юн"),
        ("uk", "Ґудзь", "Ґудзь"),
        ("uk", "Перебийніс", "Перебийніс"),
        ("en", "O'Brien", "O'Brien"),
        ("zh", "欧阳", "欧阳"),
    ],
)
def test_family_names_have_their_forms(language: str, his: str, hers: str) -> None:
    words = LEXICONS[language]
    assert his in words.families
    assert (words.family(his, "m"), words.family(his, "f")) == (his, hers)


def test_every_woman_of_a_declined_family_is_told_from_a_man() -> None:
    for language, endings in (("ru", "аяохкикдт"), ("uk", "аяокцврнчьзс")):
        words = LEXICONS[language]
        for family in words.families:
            assert words.family(family, "f")[-1] in endings, family


def test_children_are_called_after_their_father() -> None:
    assert LEXICONS["ru"].patronymic("Илья", "f") == "Ильинична"
    assert LEXICONS["ru"].patronymic("Никита", "m") == "Никитич"
    assert LEXICONS["uk"].patronymic("Григорій", "m") == "Григорович"
    assert LEXICONS["uk"].patronymic("Сергій", "f") == "Сергіївна"
    assert LEXICONS["en"].patronymic("", "m") == LEXICONS["zh"].patronymic("", "f") == ""


@pytest.mark.parametrize(
    ("text", "language", "written"),
    [
        ("Щербаков", "ru", "Shcherbakov"),
        ("Юлия", "ru", "Yuliya"),
        ("Соловьёв", "ru", "Solovev"),
        ("Ґудзь", "uk", "Gudz"),
        ("Григорій", "uk", "Hryhorii"),
        ("Лук'яненко", "uk", "Luk'yanenko"),
        ("Ёлкина-Смирнова", "ru", "Elkina-Smirnova"),
        ("欧阳", "zh", "Ouyang"),
        ("雪莹", "zh", "Xueying"),
        ("O'Brien", "en", "O'Brien"),
        ("Chloé", "en", "Chloe"),
    ],
)
def test_names_are_written_in_latin_letters(text: str, language: str, written: str) -> None:
    assert latin(text, language) == written


def test_every_chinese_sign_of_a_name_has_its_sound() -> None:
    words = LEXICONS["zh"]
    names = (*words.families, *words.given["m"], *words.given["f"], *sum(words.firm_words, ()))
    signs = {sign for one in names for sign in one}
    assert signs <= set(PINYIN)


def test_words_stand_once_and_essences_in_each_language() -> None:
    for words in LEXICONS.values():
        for listed in (words.families, *words.given.values(), *words.firm_words):
            assert len(listed) == len(set(listed)), (words.language, listed[:3])
    topics = {language: set(several) for language, several in ESSENCES.items()}
    assert topics.keys() == LEXICONS.keys()
    assert all(one == topics["en"] for one in topics.values())
