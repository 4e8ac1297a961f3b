"""Filters of the templates: times and durations as people read them. Pure."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from babel.dates import format_datetime, get_timezone


def make_filters(zone: str) -> dict[str, Callable[..., Any]]:
    """The filters for a centre in this time zone."""
    timezone = get_timezone(zone)

    def when(at: datetime | None, language: str) -> str:
        """Date and time in the reader's language and the centre's time."""
        return format_datetime(at, "medium", tzinfo=timezone, locale=language) if at else ""

    return {"when": when, "duration": duration}


def duration(seconds: float | None) -> str:
    """Seconds as m:ss or h:mm:ss."""
    whole = max(0, int(seconds or 0))
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
