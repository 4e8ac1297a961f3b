"""The board's figures: a naive recount of a random day says the same, and so does its report."""

import random
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from agent_ui.live.agent_clocks import EVERYTHING
from agent_ui.live.figures import Day
from crm_core.database import Database
from crm_core.reports.asking import Grouping, Question
from crm_core.reports.intervals import Interval, Period
from crm_core.reports.measures import NAMES, TIMES, Figures, ServiceLevel
from crm_core.reports.reporting import report
from crm_core.reports.today import DayInSql, day_in_sql
from routing.facts import HoldAsked
from routing.ids import QueueId
from routing.notices import AgentChanged, AgentView, CallChanged, CallView, Notice
from routing.terms import Activity, Availability, CallState
from tests.agent_ui.centre import Centre
from tests.agent_ui.live.test_picture import played
from tests.routing.house import CARDS, MAIN, ROSTER, START

UTC_ZONE = ZoneInfo("UTC")
QUEUES = (MAIN, CARDS)


def day_of(notices: Sequence[Notice], now: datetime) -> Day:
    day = Day(UTC_ZONE, START)
    day.load(ROSTER)
    take(day, notices)
    day.tick(now)
    return day


def take(day: Day, notices: Sequence[Notice]) -> None:
    for notice in notices:
        if isinstance(notice, CallChanged):
            day.take_call(notice.call)
        elif isinstance(notice, AgentChanged):
            day.take_agent(notice.agent)


def end_of(notices: Sequence[Notice]) -> datetime:
    times = [START]
    for notice in notices:
        if isinstance(notice, CallChanged):
            call = notice.call
            times += [one for one in (call.arrived_at, call.ended_at, call.closed_at) if one]
        elif isinstance(notice, AgentChanged):
            times.append(notice.agent.since)
    return max(times)


# ── The naive recount ───────────────────────────────────────────────────────────────────────


def recounted(notices: Sequence[Notice], queue: QueueId, now: datetime) -> dict[str, int]:
    """All figures of a queue, from the whole story at once."""
    calls = [one.call for one in notices if isinstance(one, CallChanged)]
    newest = {call.call: call for call in calls}
    figures: Counter[str] = Counter()
    for call, last in newest.items():
        answered = [one for one in calls if one.call == call and one.answered_at is not None]
        where = answered[0].queue if answered else last.queue
        if queue in (where, EVERYTHING):
            figures.update(contact(last))
            if answered:
                figures.update(handling(notices, last))
    figures.update(agents_time(notices, queue, now))
    return {name: figures[name] for name in NAMES}


def contact(call: CallView) -> dict[str, int]:
    transferred = {"transferred": int(call.transfers > 0)}
    if call.answered_at is not None:
        waited = ms(call.queued_at, call.answered_at)
        return {"answered": 1, "answered_in_time": int(waited <= 20_000), "waited": waited} | (
            transferred
        )
    if call.state is CallState.ABANDONED and call.ended_at is not None:
        short = ms(call.queued_at, call.ended_at) < 5_000
        return {"abandoned_short" if short else "abandoned": 1}
    return {"lost": int(call.state is CallState.LOST)}


def spells(notices: Sequence[Notice]) -> list[tuple[AgentView, datetime | None]]:
    """Each state of each agent with its end."""
    told: dict[str, list[AgentView]] = {}
    for one in notices:
        if isinstance(one, AgentChanged):
            told.setdefault(one.agent.agent, []).append(one.agent)
    found: list[tuple[AgentView, datetime | None]] = []
    for views in told.values():
        ends = [view.since for view in views[1:]]
        found += zip(views, [*ends, None], strict=True)
    return found


def handling(notices: Sequence[Notice], call: CallView) -> dict[str, int]:
    parts = {Activity.ON_CALL: "talk", Activity.ON_HOLD: "hold", Activity.WRAP_UP: "wrap_up"}
    spent: Counter[str] = Counter()
    for view, until in spells(notices):
        if until is not None and view.call == call.call and view.activity in parts:
            spent[parts[view.activity]] += ms(view.since, until)
    return spent


def agents_time(notices: Sequence[Notice], queue: QueueId, now: datetime) -> dict[str, int]:
    pools = {one.agent: one.queues for one in ROSTER.agents}
    spent: Counter[str] = Counter()
    for view, until in spells(notices):
        kind = kind_of(view)
        if kind and queue in (*pools[view.agent], EVERYTHING):
            spent[kind] += ms(view.since, until or now)
    return spent


def kind_of(view: AgentView) -> str | None:
    if not view.on_shift:
        return None
    if view.activity is not Activity.IDLE:
        return f"time_{view.activity}"
    kinds = {Availability.AVAILABLE: "time_idle", Availability.NOT_READY: "time_away"}
    return kinds.get(view.availability)


def ms(since: datetime, until: datetime) -> int:
    return round((until - since) / timedelta(milliseconds=1))


# ── Tests ───────────────────────────────────────────────────────────────────────────────────


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), later=st.integers(0, 600))
def test_figures_are_what_a_recount_says(seed: int, later: int) -> None:
    notices = played(seed, steps=40)
    now = end_of(notices) + timedelta(seconds=later)
    day = day_of(notices, now)
    for queue in (*QUEUES, EVERYTHING):
        figures = day.figures(queue)
        counted = {name: getattr(figures, name) for name in NAMES}
        assert counted == recounted(notices, queue, now), queue


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), chance=st.randoms(use_true_random=False))
def test_repeated_notices_count_once(seed: int, chance: random.Random) -> None:
    notices = played(seed)
    now = end_of(notices)
    day, twice = day_of(notices, now), day_of(notices, now)
    take(twice, chance.sample(notices, len(notices) // 2))
    for queue in (*QUEUES, EVERYTHING):
        assert twice.shown(queue) == day.shown(queue)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_at_midnight_what_has_ended_is_gone_and_what_goes_on_stays(seed: int) -> None:
    notices = played(seed)
    day = day_of(notices, end_of(notices))
    newest = {one.call.call: one.call for one in notices if isinstance(one, CallChanged)}
    goes_on = [call for call in newest.values() if call.ended_at is None and call.answered_at]
    midnight = datetime(2026, 3, 3, tzinfo=START.tzinfo)
    assert day.tick(midnight)
    figures = day.figures(EVERYTHING)
    assert (figures.answered, figures.abandoned, figures.lost) == (len(goes_on), 0, 0)
    assert all(getattr(figures, name) == 0 for name in TIMES)
    assert not day.tick(midnight + timedelta(hours=23))


def test_the_house_has_its_own_midnight() -> None:
    day = Day(ZoneInfo("Asia/Vladivostok"), datetime(2026, 3, 2, 13, 59, tzinfo=START.tzinfo))
    assert day.begins == datetime(2026, 3, 1, 14, tzinfo=START.tzinfo)
    assert day.tick(datetime(2026, 3, 2, 14, tzinfo=START.tzinfo))


def test_shares_and_times_are_told_with_their_settings() -> None:
    notices = played(7, steps=60)
    shown = day_of(notices, end_of(notices)).shown(MAIN)
    assert shown["level"] == {"within": 20, "short": 5, "target": 80}
    assert 0 <= shown["service_level"] <= 100
    assert shown["offered"] >= shown["answered"] > 0
    assert sum(shown["states"].values()) <= 2


async def test_the_day_of_a_board_is_the_day_of_its_report(centre: Centre) -> None:
    """The same calls, once by notices and once by SQL, to the millisecond."""
    await a_busy_hour(centre)
    day = Day(UTC_ZONE, centre.house.now)
    day.load(centre.roster)
    take(day, centre.desks.notices())
    day.tick(centre.house.now)
    told = await reported(centre)
    assert told.answered >= 2
    assert told.abandoned == 1
    counted = day.figures(EVERYTHING, over=True)
    assert {name: getattr(counted, name) for name in CONTACTS} == {
        name: getattr(told, name) for name in CONTACTS
    }


async def test_a_restart_does_not_lose_the_day(centre: Centre) -> None:
    await a_busy_hour(centre)
    before = Day(UTC_ZONE, centre.house.now)
    before.load(centre.roster)
    take(before, centre.desks.notices())
    before.tick(centre.house.now)
    after = Day(UTC_ZONE, centre.house.now)
    after.begin(await in_sql(centre.db, after.begins))
    after.load(centre.roster)
    take(after, [CallChanged(call=call) for call in centre.house.engine.calls()])
    take(after, [AgentChanged(agent=agent) for agent in centre.house.engine.agents()])
    for queue in (*centre.queue_ids(), EVERYTHING):
        assert after.shown(queue) == before.shown(queue)


CONTACTS = tuple(name for name in NAMES if name not in TIMES)


async def a_busy_hour(centre: Centre) -> None:
    """Two calls are answered, one of them held for a while; one caller gives up."""
    for name in ("anna", "clara"):
        centre.house.start(centre.id(name))
    first = centre.ring("pbx1-1.1")
    centre.answer()
    centre.wait(30)
    centre.ring("pbx1-1.2", number="+79160000000")
    second = centre.answer()
    third = centre.ring("pbx1-1.3", number="+79160000001")
    centre.wait(45)
    centre.abandon(third)
    centre.house.tell(HoldAsked, call=second, agent=centre.id("clara"))
    centre.carry_out()
    centre.wait(20)
    centre.hang_up(second)
    centre.hang_up(first)
    centre.wait(400)
    await centre.drain()


async def reported(centre: Centre) -> Figures:
    day = date(2026, 3, 2)
    question = Question(
        period=Period(first=day, last=day, zone=UTC_ZONE),
        interval=Interval.WHOLE,
        grouping=Grouping.NONE,
        levels={queue: ServiceLevel() for queue in centre.queue_ids()},
    )
    async with centre.db.reading() as session:
        return (await report(session, question)).total


async def in_sql(db: Database, begins: datetime) -> DayInSql:
    async with db.reading() as session:
        return await day_in_sql(session, begins)
