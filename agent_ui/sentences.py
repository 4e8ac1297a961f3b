"""Sentences about a party: a code of the texts with values that crm_core tells as plain data. Pure.

Values whose name ends in `_on` are days and in `_at` times, both ISO 8601, in `_s` seconds; a topic
is told by its name in the catalogue; a value that is a code of the texts by its text. The console's
own script follows the same rules.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime

from babel.dates import format_date, format_datetime, get_timezone

from agent_ui.i18n import Gettext
from agent_ui.shapes import Names

Sentence = Callable[[str, Mapping[str, str]], str]
_LOCALES = {"en": "en_GB"}


def sentence_maker(text: Gettext, names: Names, *, timezone: str) -> Sentence:
    """The function from a code and its values to a sentence, in the language of both, with times
    of this zone."""
    locale, zone = locale_of(names.language), get_timezone(timezone)

    def plain(name: str, value: str) -> str:
        if name.endswith("_on"):
            return format_date(date.fromisoformat(value), "medium", locale=locale)
        if name.endswith("_at"):
            at = datetime.fromisoformat(value)
            return format_datetime(at, "short", tzinfo=zone, locale=locale)
        if name.endswith("_s"):
            return duration(float(value))
        return names.topic(value) if name == "topic" else text(value)

    def sentence(code: str, detail: Mapping[str, str]) -> str:
        return text(code, **{name: plain(name, value) for name, value in detail.items()})

    return sentence


def duration(seconds: float | None) -> str:
    """Seconds as m:ss or h:mm:ss."""
    whole = max(0, int(seconds or 0))
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def locale_of(language: str) -> str:
    """Babel's name of a language; English as in Europe."""
    return _LOCALES.get(language, language)
