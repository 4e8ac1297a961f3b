"""Calendars as they are kept, and that only one of two who change one at once is heard."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from crm_core.database import Database
from crm_core.errors import FieldRefused
from crm_core.worktime.calendars import (
    CalendarPlan,
    CalendarStale,
    CalendarUnknown,
    DifferentDay,
    calendar,
    change,
    plan,
    plans,
)
from crm_core.worktime.hours import add_minutes, is_working_day

HOLIDAY = DifferentDay(day=date(2026, 3, 9), hours="", name="Women's Day")


async def test_the_standard_one_holds_until_another_is_kept(db: Database) -> None:
    async with db.unit_of_work() as session:
        first = await plan(session)
        assert (first.version, is_working_day(first.calendar(), HOLIDAY.day)) == (0, True)
        week = ("8:00-12:00,13:00-17:00", *first.week[1:])
        await change(session, CalendarPlan(code="standard", week=week, days=(HOLIDAY,)), by="test")
    async with db.reading() as session:
        kept = await plan(session)
        held = await calendar(session)
        assert [one.code for one in await plans(session)] == ["standard"]
        with pytest.raises(CalendarUnknown):
            await plan(session, "none")
    assert (kept.week[0], kept.days) == ("08:00-12:00, 13:00-17:00", (HOLIDAY,))
    friday = datetime(2026, 3, 6, 17, 30, tzinfo=ZoneInfo("Europe/Moscow"))
    assert add_minutes(held, friday, 60) == friday.replace(day=10, hour=9)


async def test_the_second_of_two_who_change_it_is_told(db: Database) -> None:
    async with db.unit_of_work() as session:
        shown = await plan(session)
        await change(session, shown, by="one")
    with pytest.raises(CalendarStale):
        async with db.unit_of_work() as session:
            await change(session, shown, by="two")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        (CalendarPlan(code="standard", zone="Mars/Base"), "zone"),
        (CalendarPlan(code="standard", week=("",) * 7), "week"),
        (CalendarPlan(code="standard", week=("9-18", *("",) * 6)), "week.0"),
        (CalendarPlan(code="standard", days=(HOLIDAY, HOLIDAY)), "days.1"),
    ],
)
async def test_what_is_wrong_is_named(db: Database, changed: CalendarPlan, field: str) -> None:
    with pytest.raises(FieldRefused) as refused:
        async with db.unit_of_work() as session:
            await change(session, changed, by="test")
    assert refused.value.field == field
