"""Times in a list's filters."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_ui.web.cards.query import moment

MOSCOW = ZoneInfo("Europe/Moscow")


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-03-02", datetime(2026, 3, 1, 21, tzinfo=UTC)),
        ("2026-03-02T12:00", datetime(2026, 3, 2, 9, tzinfo=UTC)),
        ("2026-03-02T12:00:00Z", datetime(2026, 3, 2, 12, tzinfo=UTC)),
        ("2026-03-02T12:00:00+05:30", datetime(2026, 3, 2, 6, 30, tzinfo=UTC)),
    ],
)
def test_what_has_no_zone_is_the_centres_own(text: str, at: datetime) -> None:
    assert moment(text, MOSCOW) == at


def test_a_date_as_the_end_includes_its_day() -> None:
    end = moment("2026-03-02", MOSCOW, day=timedelta(days=1))
    assert end == datetime(2026, 3, 2, 21, tzinfo=UTC)


@given(st.one_of(st.text(max_size=40), st.datetimes().map(str), st.dates().map(str)))
def test_a_time_or_a_refusal(text: str) -> None:
    try:
        at = moment(text, MOSCOW)
    except ValueError:
        return
    assert at.tzinfo is UTC
