"""When a business day has ended."""

from datetime import UTC, date, datetime

import pytest

from config.nightly import ended_date
from config.settings import SettingsInvalid, read_settings


@pytest.mark.parametrize(
    ("now", "ended"),
    [
        (datetime(2026, 3, 2, 23, 29, tzinfo=UTC), date(2026, 3, 1)),
        (datetime(2026, 3, 2, 23, 30, tzinfo=UTC), date(2026, 3, 2)),
        (datetime(2026, 3, 3, 12, 0, tzinfo=UTC), date(2026, 3, 2)),
        (datetime(2026, 3, 2, 21, 30, tzinfo=UTC), date(2026, 3, 1)),
    ],
)
def test_a_day_ends_at_night_by_the_banks_clock(now: datetime, ended: date) -> None:
    settings = read_settings({}, time_zone="Europe/Moscow", nightly_at="02:30")
    assert ended_date(now, settings) == ended


@pytest.mark.parametrize("wrong", ["", "2:30", "24:00", "02:30:00", "soon"])
def test_a_time_that_is_none_is_refused(wrong: str) -> None:
    with pytest.raises(SettingsInvalid):
        read_settings({}, nightly_at=wrong)
