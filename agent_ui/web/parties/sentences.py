"""Sentences of a party's pages: a code of the texts with values that crm_core tells as plain data.

Values whose name ends in `_on` are days and in `_at` times, both ISO 8601; a topic is told by its
name in the catalogue; a value that is a code of the texts by its text. The console's own script
follows the same rules.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime

from babel.dates import format_date, format_datetime, get_timezone
from fastapi import Request

from agent_ui.i18n import Gettext
from agent_ui.shapes import Names
from agent_ui.web.api import names_of
from agent_ui.web.shell import language_of, shell_of

Sentence = Callable[[str, Mapping[str, str]], str]
_LOCALES = {"en": "en_GB"}


def sentences(request: Request) -> Sentence:
    """The function that templates call, in the asker's language and the centre's time."""
    shell, language = shell_of(request), language_of(request)
    text, names = shell.translations.gettext(language), names_of(request)
    zone, locale = shell.options.timezone, _LOCALES.get(language, language)

    def sentence(code: str, detail: Mapping[str, str]) -> str:
        told = {
            name: _plain(name, value, text=text, names=names, zone=zone, locale=locale)
            for name, value in detail.items()
        }
        return text(code, **told)

    return sentence


def days(request: Request) -> Callable[[date | None], str]:
    """The function that writes a day in the asker's language."""
    language = language_of(request)
    locale = _LOCALES.get(language, language)
    return lambda day: format_date(day, "medium", locale=locale) if day else ""


def _plain(name: str, value: str, *, text: Gettext, names: Names, zone: str, locale: str) -> str:
    if name.endswith("_on"):
        return format_date(date.fromisoformat(value), "medium", locale=locale)
    if name.endswith("_at"):
        at = datetime.fromisoformat(value)
        return format_datetime(at, "short", tzinfo=get_timezone(zone), locale=locale)
    return names.topic(value) if name == "topic" else text(value)
