"""Filters of the templates: times and durations as people read them. Pure."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from babel.dates import format_date, format_datetime, get_timezone
from babel.numbers import format_decimal

from agent_ui.sentences import duration as duration


def make_filters(zone: str) -> dict[str, Callable[..., Any]]:
    """The filters for a centre in this time zone."""
    timezone = get_timezone(zone)

    def when(at: datetime | None, language: str) -> str:
        """Date and time in the reader's language and the centre's time."""
        return format_datetime(at, "medium", tzinfo=timezone, locale=language) if at else ""

    def minute(at: datetime, language: str) -> str:
        """Date and time without the seconds, where nobody asks for them."""
        told = format_datetime(at, "HH:mm", tzinfo=timezone, locale=language)
        local = at.astimezone(timezone).date()
        return f"{format_date(local, 'medium', locale=_locale(language))}, {told}"

    def moment(at: datetime, language: str) -> str:
        """Day and time in short, as a list has room for."""
        return format_datetime(at, "d MMM, HH:mm", tzinfo=timezone, locale=_locale(language))

    return {
        "when": when,
        "minute": minute,
        "moment": moment,
        "day": day,
        "duration": duration,
        "size": size,
        "decimal": decimal,
    }


def day(on: date, language: str) -> str:
    """A date as the reader's language writes it."""
    return format_date(on, "medium", locale=_locale(language))


def decimal(value: float, language: str, places: int = 1) -> str:
    """A number with so many places, with the reader's decimal sign."""
    return str(format_decimal(value, "#,##0." + "0" * places, locale=_locale(language)))


def size(octets: int) -> str:
    """A file's size, in units of 1024."""
    if octets < 1024:
        return f"{octets} B"
    kilo = octets / 1024
    return f"{kilo:.0f} KB" if kilo < 1024 else f"{kilo / 1024:.1f} MB"


def _locale(language: str) -> str:
    """English as in Europe."""
    return {"en": "en_GB"}.get(language, language)
