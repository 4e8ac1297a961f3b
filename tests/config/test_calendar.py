"""The calendar's file: what it gives, and where it is wrong."""

from pathlib import Path

import pytest

from config.calendar import FILE, read_calendar
from config.settings import PACKAGE, SettingsInvalid


def test_the_shipped_calendar_holds_in_the_banks_zone() -> None:
    plan = read_calendar(PACKAGE, zone="Europe/Kyiv")
    assert (plan.zone, plan.week[0], plan.week[6]) == ("Europe/Kyiv", "09:00-18:00", "")
    assert all(not one.hours and one.name for one in plan.days)


@pytest.mark.parametrize(
    ("before", "after", "error"),
    [
        ("09:00-18:00", "18:00-09:00", "week.0: hours"),
        ("sunday:", "someday:", "week.sunday"),
        ("2027-01-01", "2027-13-01", "month must be in"),
        ("week:", "zone: Mars/Base\nweek:", "zone: unknown"),
    ],
)
def test_an_error_has_its_place(tmp_path: Path, before: str, after: str, error: str) -> None:
    text = (PACKAGE / FILE).read_text("utf-8").replace(before, after, 1)
    (tmp_path / FILE).write_text(text, "utf-8")
    with pytest.raises(SettingsInvalid) as refused:
        read_calendar(tmp_path, zone="UTC")
    assert error in str(refused.value)
