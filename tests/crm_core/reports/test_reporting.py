"""A report against a slow recount of random days, on both databases."""

import dataclasses
import random
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from crm_core.database import Database
from crm_core.errors import FieldRefused
from crm_core.models import Team, TeamMember
from crm_core.reports import reporting
from crm_core.reports.asking import Grouping, Question, Report, ReportTooLarge
from crm_core.reports.intervals import Interval, Period
from crm_core.reports.measures import NAMES, TIMES, staffed, total
from crm_core.reports.reporting import report
from routing.ids import AgentId, QueueId
from routing.terms import Activity, Availability, CallState
from tests.crm_core.conftest import FakeClock
from tests.crm_core.reports.world import (
    LEVELS,
    World,
    made,
    queue_of,
    random_world,
    recounted_contacts,
    recounted_time,
    write_world,
)

BERLIN, KATHMANDU = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Kathmandu")
WINTER_BEGINS = date(2026, 10, 25)
"""A Sunday of 25 hours in Berlin."""
DAY = timedelta(days=1)


def asked(
    zone: ZoneInfo,
    interval: Interval,
    days: int = 2,
    first: date = WINTER_BEGINS,
    **more: Any,
) -> Question:
    period = Period(first=first, last=first + (days - 1) * DAY, zone=zone)
    return Question(period=period, interval=interval, levels=LEVELS, **more)


async def answered(db: Database, question: Question) -> Report:
    async with db.reading() as session:
        return await report(session, question)


async def random_days(db: Database, clock: FakeClock, seed: int) -> World:
    """Two days in autumn and some hours around them, all of them past."""
    start = datetime(2026, 10, 24, 20, tzinfo=UTC)
    world = random_world(random.Random(seed), start, 3, agents=4, calls=300)
    clock.at = start + timedelta(days=4)
    await write_world(db, world)
    return world


def label_of(interval: Interval, zone: ZoneInfo) -> Callable[[datetime], Any]:
    """Names the interval in which a time lies, in another way than the product does."""

    def label(at: datetime) -> Any:
        local = at.astimezone(zone)
        match interval:
            case Interval.WHOLE:
                return None
            case Interval.DAY:
                return local.date()
            case Interval.HOUR:
                return local.replace(minute=0, second=0).isoformat()
            case _:
                return local.replace(minute=local.minute // 15 * 15, second=0).isoformat()

    return label


KEYS: dict[Grouping, Callable[[dict[str, Any], datetime], Any]] = {
    Grouping.NONE: lambda _row, _at: None,
    Grouping.QUEUE: lambda row, _at: queue_of(row),
    Grouping.AGENT: lambda row, _at: row["agent"],
    Grouping.TOPIC: lambda row, _at: row["topic"] or None,
    Grouping.HOUR: lambda _row, at: at.hour,
    Grouping.WEEKDAY: lambda _row, at: at.weekday(),
    Grouping.WEEK_HOUR: lambda _row, at: at.weekday() * 24 + at.hour,
}
CASES = (
    (Interval.QUARTER, Grouping.NONE),
    (Interval.HOUR, Grouping.AGENT),
    (Interval.DAY, Grouping.QUEUE),
    (Interval.DAY, Grouping.AGENT),
    (Interval.DAY, Grouping.HOUR),
    (Interval.WHOLE, Grouping.WEEK_HOUR),
    (Interval.WHOLE, Grouping.TOPIC),
    (Interval.WHOLE, Grouping.WEEKDAY),
)


@pytest.mark.parametrize("zone", [BERLIN, KATHMANDU], ids=str)
async def test_it_tells_what_a_slow_recount_finds(
    db: Database, clock: FakeClock, zone: ZoneInfo
) -> None:
    world = await random_days(db, clock, 7)
    for interval, grouping in CASES:
        found = await answered(db, asked(zone, interval, grouping=grouping))
        label = label_of(interval, zone)
        told = {
            (row.start and label(row.start), row.key): {
                name: n for name in NAMES if (n := getattr(row.figures, name))
            }
            for row in found.rows
        }
        assert told == recounted(world, found.question), (interval, grouping)
        assert found.total == total(row.figures for row in found.rows)


def recounted(world: World, question: Question) -> dict[Any, Counter[str]]:
    zone = question.period.zone
    label, key = label_of(question.interval, zone), KEYS[question.grouping]

    def place(row: dict[str, Any], at: datetime) -> Any:
        return label(at), key(row, at.astimezone(zone))

    span = question.period.start, question.period.end
    found = recounted_contacts(world, *span, lambda row: place(row, row["ended_at"]))
    if question.tells_time:
        quarter = timedelta(minutes=15)
        spent = recounted_time(
            world, *span, lambda agent, at: place({"agent": AgentId(agent)}, at), quarter
        )
        for where, counts in spent.items():
            found.setdefault(where, Counter()).update(counts)
    return found


async def test_parts_of_a_period_make_up_the_whole(db: Database, clock: FakeClock) -> None:
    await random_days(db, clock, 11)
    whole = await answered(db, asked(BERLIN, Interval.WHOLE))
    for interval in Interval:
        for grouping in (Grouping.NONE, Grouping.AGENT, Grouping.HOUR):
            parts = await answered(db, asked(BERLIN, interval, grouping=grouping))
            assert parts.total == whole.total, (interval, grouping)
    days = [
        await answered(db, asked(BERLIN, Interval.HALF, days=1, first=WINTER_BEGINS + n * DAY))
        for n in range(2)
    ]
    assert total(day.total for day in days) == whole.total


async def test_by_queue_or_topic_contacts_add_up_and_agents_time_is_not_told(
    db: Database, clock: FakeClock
) -> None:
    await random_days(db, clock, 13)
    whole = (await answered(db, asked(BERLIN, Interval.WHOLE))).total
    for grouping in (Grouping.QUEUE, Grouping.TOPIC, Grouping.DISPOSITION):
        found = (await answered(db, asked(BERLIN, Interval.DAY, grouping=grouping))).total
        assert staffed(found) == 0 < staffed(whole)
        assert found == dataclasses.replace(whole, **dict.fromkeys(TIMES, 0))


async def test_a_filter_leaves_the_rest_out(db: Database, clock: FakeClock) -> None:
    world = await random_days(db, clock, 17)
    apart = await answered(db, asked(BERLIN, Interval.WHOLE, grouping=Grouping.AGENT))
    for row in apart.rows:
        if row.key is not None:
            alone = asked(BERLIN, Interval.WHOLE, agent=AgentId(str(row.key)))
            assert (await answered(db, alone)).total == row.figures
    by_queue = await answered(db, asked(BERLIN, Interval.WHOLE, grouping=Grouping.QUEUE))
    for row in by_queue.rows:
        alone = asked(BERLIN, Interval.WHOLE, queue=QueueId(str(row.key)))
        assert (await answered(db, alone)).total == row.figures
    assert {row.key for row in apart.rows} == {*world.agents, None}


async def test_a_team_counts_as_long_as_one_belongs_to_it(db: Database, clock: FakeClock) -> None:
    """agent0 changes at midnight from one team to another, and belongs to a third beside them."""
    await random_days(db, clock, 19)
    second = datetime.combine(WINTER_BEGINS + DAY, time(), BERLIN)
    early = datetime(2026, 1, 1, tzinfo=UTC)
    await belong(db, "north", "agent0", early, second)
    await belong(db, "south", "agent0", second, None)
    await belong(db, "project", "agent0", second + DAY / 4, None)
    of_agent = asked(BERLIN, Interval.DAY, agent=AgentId("agent0"))
    first_day, second_day = (await answered(db, of_agent)).rows
    by_team = await answered(db, asked(BERLIN, Interval.WHOLE, grouping=Grouping.TEAM))
    assert [(row.key, row.figures) for row in by_team.rows[:2]] == [
        ("north", first_day.figures),
        ("south", second_day.figures),
    ]
    assert by_team.rows[2].key is None
    south = await answered(db, asked(BERLIN, Interval.DAY, team="south"))
    assert [row.figures for row in south.rows] == [second_day.figures]


async def test_a_shift_adds_up_even_on_the_day_with_25_hours(
    db: Database, clock: FakeClock
) -> None:
    """Free all the time, since the day before: 25 hours of that Sunday, an hour in each."""
    clock.at = datetime(2026, 10, 26, 11, 30, tzinfo=UTC)
    await write_world(db, World(agents=("anna",), states=[free(clock.at - 2 * DAY)]))
    hours = await answered(db, asked(BERLIN, Interval.HOUR, days=1))
    assert [row.figures.time_idle for row in hours.rows] == [3_600_000] * 25
    days = await answered(db, asked(BERLIN, Interval.DAY))
    assert [row.figures.time_idle / 3_600_000 for row in days.rows] == [25, 12.5]
    assert days.until == clock.at


async def test_a_transferred_call_counts_once_where_it_was_answered(
    db: Database, clock: FakeClock
) -> None:
    """In the queue cards, by its promise of 15 s; 18 s are too long there, not in service."""
    at = datetime(2026, 10, 25, 12, tzinfo=UTC)
    clock.at = at + DAY
    call = made("c1", at) | {
        "answered_in": QueueId("cards"),
        "answered_at": at + timedelta(seconds=18),
        "transfers": 1,
        "state": CallState.CLOSED,
    }
    await write_world(db, World(cards=[call]))
    found = await answered(db, asked(BERLIN, Interval.WHOLE, grouping=Grouping.QUEUE))
    (row,) = found.rows
    assert row.key == "cards"
    assert (row.figures.answered, row.figures.answered_in_time) == (1, 0)
    assert row.figures.transferred == 1


@pytest.mark.parametrize(
    ("interval", "days"),
    [(Interval.QUARTER, 32), (Interval.HOUR, 101), (Interval.DAY, 401), (Interval.DAY, 0)],
)
async def test_a_period_has_bounds(db: Database, interval: Interval, days: int) -> None:
    with pytest.raises(FieldRefused):
        await answered(db, asked(BERLIN, interval, days=days))


async def test_an_answer_without_end_is_refused(
    db: Database, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await random_days(db, clock, 23)
    monkeypatch.setattr(reporting, "MOST_ROWS", 10)
    with pytest.raises(ReportTooLarge):
        await answered(db, asked(BERLIN, Interval.QUARTER))


def free(since: datetime) -> dict[str, Any]:
    return {
        "agent": AgentId("anna"),
        "since": since,
        "until": None,
        "version": 1,
        "availability": Availability.AVAILABLE,
        "reason": None,
        "activity": Activity.IDLE,
        "call": None,
        "queue": None,
        "direction": None,
    }


async def belong(
    db: Database, team: str, agent: str, since: datetime, until: datetime | None
) -> None:
    now = db.clock.now()
    async with db.unit_of_work() as session:
        session.add(Team(id=team, name=team, created_at=now, updated_at=now))
        await session.flush()
        ended_at = until and now
        row = TeamMember(id=f"{team}-{agent}", team=team, employee=AgentId(agent))
        row.valid_from, row.valid_to = since, until
        row.created_at, row.ended_at = now, ended_at
        session.add(row)
