"""Sentences and days of a party's pages, in the asker's language and the centre's time."""

from collections.abc import Callable
from datetime import date

from babel.dates import format_date
from fastapi import Request

from agent_ui.sentences import Sentence, locale_of, sentence_maker
from agent_ui.web.api import names_of
from agent_ui.web.shell import language_of, shell_of


def sentences(request: Request) -> Sentence:
    """The function that templates call with a code and its values."""
    shell = shell_of(request)
    text = shell.translations.gettext(language_of(request))
    return sentence_maker(text, names_of(request), timezone=shell.options.timezone)


def days(request: Request) -> Callable[[date | None], str]:
    """The function that writes a day."""
    locale = locale_of(language_of(request))
    return lambda day: format_date(day, "medium", locale=locale) if day else ""
