"""Translations: catalogues that fit each other, and the language a visitor gets."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_ui.i18n import accepted, read_translations
from agent_ui.options import PACKAGE
from crm_core.duplicates.merge_rules import RULES, Rule
from crm_core.staff.permissions import Permission

CATALOGUES = PACKAGE / "locale"
PO = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"

"""


def catalogue(folder: Path, language: str, **texts: str) -> None:
    file = folder / language / "LC_MESSAGES" / "messages.po"
    file.parent.mkdir(parents=True)
    entries = "\n".join(f'msgid "{code}"\nmsgstr "{text}"\n' for code, text in texts.items())
    file.write_text(PO + entries, "utf-8")


def test_english_fills_the_gaps(tmp_path: Path) -> None:
    catalogue(tmp_path, "en", greeting="Hello {name}", bye="Bye")
    catalogue(tmp_path, "ru", greeting="Привет, {name}", bye="")
    translations = read_translations(tmp_path)
    assert translations.languages == ("en", "ru")
    text = translations.gettext("ru")
    assert text("greeting", name="<Анна>") == "Привет, <Анна>"
    assert text("bye") == "Bye"
    assert text("no.such") == "no.such"
    assert text("greeting") == "Привет, {name}"


def test_values_are_not_looked_into(tmp_path: Path) -> None:
    catalogue(tmp_path, "en", a="{x} {y}")
    text = read_translations(tmp_path).gettext("en")
    assert text("a", x="{y}", y="secret") == "{y} secret"


def test_without_any_catalogue_codes_are_shown(tmp_path: Path) -> None:
    translations = read_translations(tmp_path)
    assert translations.gettext("en")("a.b") == "a.b"
    assert translations.choose(["ru", None], default="uk") == "en"


def test_shipped_languages_have_the_same_codes_and_slots() -> None:
    messages = read_translations(CATALOGUES).messages
    assert {"en", "ru"} <= set(messages)
    slots = re.compile(r"\{\w+\}")
    for language, texts in messages.items():
        assert set(texts) == set(messages["en"]), language
        for code, text in texts.items():
            assert set(slots.findall(text)) == set(slots.findall(messages["en"][code])), code


def test_russian_is_translated() -> None:
    messages = read_translations(CATALOGUES).messages
    same = [code for code, text in messages["ru"].items() if text == messages["en"][code]]
    assert len(same) < len(messages["en"]) / 20, same


@pytest.mark.parametrize(
    ("header", "languages"),
    [
        ("", []),
        ("ru", ["ru"]),
        ("en-GB, ru;q=0.5, uk;q=0.9", ["en", "uk", "ru"]),
        ("ru;q=0, en", ["en"]),
        ("*;q=0.1", []),
        ("zh-Hans-CN;q=1.0", ["zh"]),
        ("ru;q=2, en;q=x", []),
    ],
)
def test_what_a_browser_wants(header: str, languages: list[str]) -> None:
    assert accepted(header) == languages


@given(st.text(max_size=600))
def test_no_header_is_an_error(header: str) -> None:
    assert all(language.isalpha() for language in accepted(header))


def test_what_may_be_allowed_and_what_a_merge_moves_have_their_names() -> None:
    """Their codes are put together in templates, where nothing else finds one that is missing."""
    messages = read_translations(CATALOGUES).messages
    moved = {table for (table, _), rule in RULES.items() if rule not in (Rule.STAY, Rule.END)}
    wanted = {f"permission.{one}" for one in Permission} | {f"bound.{one}" for one in moved}
    assert all(wanted <= set(messages[language]) for language in ("en", "ru"))
