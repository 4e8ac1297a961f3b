"""Times as people read them: in the centre's time zone and the reader's language."""

from datetime import UTC, datetime

import pytest

from agent_ui.web.filters import make_filters

LATE = datetime(2026, 3, 2, 21, 30, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "language", "told"),
    [
        ("minute", "en", "3 Mar 2026, 00:30"),
        ("minute", "ru", "3 мар. 2026\u202fг., 00:30"),
        ("moment", "en", "3 Mar, 00:30"),
        ("when", "en_GB", "3 Mar 2026, 00:30:59"),
    ],
)
def test_a_time_in_moscow(name: str, language: str, told: str) -> None:
    assert make_filters("Europe/Moscow")[name](LATE, language) == told


@pytest.mark.parametrize(("language", "told"), [("en", "1,234.50"), ("ru", "1\u00a0234,50")])
def test_a_number_has_the_readers_decimal_sign(language: str, told: str) -> None:
    assert make_filters("UTC")["decimal"](1234.5, language, 2) == told
