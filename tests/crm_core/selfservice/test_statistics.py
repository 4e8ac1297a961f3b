"""Statistics of self-service against a slow recount of random days, on both databases."""

import random
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from crm_core.database import Database
from crm_core.errors import FieldRefused
from crm_core.models import CallCard
from crm_core.reports.intervals import Interval, Period
from crm_core.selfservice.figures import FlowFigures, NodeFigures, SurveyFigures, flow_total
from crm_core.selfservice.leaving import Leaving
from crm_core.selfservice.statistics import (
    SurveyGrouping,
    SurveyQuestion,
    by_node,
    by_version,
    surveys,
)
from crm_core.selfservice.visits import Step, Visit
from routing.ids import AgentId, CallId, FlowId, QueueId
from routing.terms import ServiceEnd
from tests.crm_core.calls import add_card, view
from tests.crm_core.conftest import START
from tests.crm_core.selfservice.visiting import (
    NODES,
    keep_all,
    random_answers,
    random_visit,
    visit,
)

BERLIN = ZoneInfo("Europe/Berlin")
CHANGE = date(2026, 10, 25)
"""A Sunday of 25 hours in Berlin."""
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
PERIOD = Period(first=CHANGE - DAY, last=CHANGE + DAY, zone=BERLIN)
MAIN = FlowId("main")
Stay = tuple[Visit, Step, str]


def wandering(chance: random.Random, n: int) -> list[Visit]:
    """Visits over five days around the change of the clocks, some before or behind the period."""
    begins = datetime(2026, 10, 23, tzinfo=UTC)
    return [
        random_visit(chance, one, begins + timedelta(seconds=chance.randrange(5 * 86_400)))
        for one in range(n)
    ]


def inside(one: Visit) -> bool:
    return PERIOD.first <= one.left_at.astimezone(BERLIN).date() <= PERIOD.last


def recounted(visits: list[Visit]) -> dict[tuple[date, str, str], Counter[str]]:
    found: dict[tuple[date, str, str], Counter[str]] = defaultdict(Counter)
    for one in filter(inside, visits):
        place = one.left_at.astimezone(BERLIN).date(), one.flow, one.version
        told = bool(one.told) and one.end in ("done", "left")
        ms = (one.left_at - one.began_at) // timedelta(milliseconds=1)
        found[place].update({one.end: 1, "contained": int(told), "ms": ms})
    return found


async def test_visits_by_day_flow_and_version_are_those_of_a_plain_recount(db: Database) -> None:
    several = wandering(random.Random(7), 150)
    await keep_all(db, several)
    async with db.reading() as session:
        rows = await by_version(session, PERIOD, Interval.DAY)
        whole = await by_version(session, PERIOD, flow=MAIN)
    counted = {
        (one.start.astimezone(BERLIN).date(), one.flow, one.version): one.figures
        for one in rows
        if one.start
    }
    expected = recounted(several)
    assert set(counted) == set(expected)
    for place, figures in counted.items():
        plain = expected[place]
        assert (figures.contained, figures.spent_ms) == (plain["contained"], plain["ms"])
        assert {end: figures.ends.get(end, 0) for end in ServiceEnd} == {
            end: plain[end] for end in ServiceEnd
        }
    assert [one.version for one in whole] == ["1", "2"]
    days = flow_total(one.figures for one in rows if one.flow == MAIN)
    assert flow_total(one.figures for one in whole) == days


async def test_a_survey_after_a_talk_is_no_visit_that_could_have_been_contained(
    db: Database,
) -> None:
    talked: dict[str, Any] = {"flow": FlowId("survey"), "told": (), "end": ServiceEnd.DONE}
    await keep_all(db, [visit("c1"), visit("c2", START + MINUTE, **talked), visit("c3", **talked)])
    await add_card(
        db, view("c2", answered_at=START + MINUTE), view("c3", answered_at=START + 2 * MINUTE)
    )
    period = Period(first=START.date(), last=START.date(), zone=BERLIN)
    async with db.reading() as session:
        main, survey = (one.figures for one in await by_version(session, period))
    assert (main.containment, main.after_call) == (1.0, 0)
    assert (survey.visits, survey.after_call, survey.containment) == (2, 1, 0.0)
    assert flow_total((main, survey)).containment == 0.5


@pytest.mark.parametrize("version", ["2", None])
async def test_stays_by_node_are_those_of_a_plain_recount(
    db: Database, version: str | None
) -> None:
    several = wandering(random.Random(11), 120)
    await keep_all(db, several)
    async with db.reading() as session:
        found = await by_node(session, MAIN, version, PERIOD.start, PERIOD.end)
    asked = [
        one
        for one in several
        if inside(one) and one.flow == MAIN and version in (None, one.version)
    ]
    stays: dict[str, list[Stay]] = defaultdict(list)
    for one in asked:
        following = [*(step.node for step in one.steps[1:]), ""]
        for step, then in zip(one.steps, following, strict=True):
            stays[step.node].append((one, step, then))
    assert set(found) == set(stays) == set(NODES)
    for node, figures in found.items():
        check_node(figures, stays[node])


def check_node(figures: NodeFigures, stays: list[Stay]) -> None:
    times = sorted((step.left_at - step.entered_at).total_seconds() * 1000 for _, step, _ in stays)
    assert (figures.entered, figures.spent_ms) == (len(stays), round(sum(times)))
    assert figures.visits == len({one.call for one, *_ in stays})
    assert figures.hung_up == sum(step.leaving is Leaving.HUNG_UP for _, step, _ in stays)
    for told, share in ((figures.median_ms, 0.5), (figures.p90_ms, 0.9)):
        assert told in map(round, times)
        assert sum(one <= told for one in map(round, times)) >= share * len(times)
        assert sum(one < told for one in map(round, times)) < share * len(times)
    exits = Counter((step.leaving, step.key, then) for _, step, then in stays)
    assert {(one.leaving, one.key, one.to): one.times for one in figures.exits} == exits
    assert [one.times for one in figures.exits] == sorted(exits.values(), reverse=True)


async def test_nodes_stand_in_the_order_in_which_callers_come_to_them(db: Database) -> None:
    await keep_all(db, [visit("c1"), visit("c2", START + DAY)])
    async with db.reading() as session:
        found = await by_node(session, MAIN, None, START - DAY, START + DAY)
        none = await by_node(session, MAIN, "9", START - DAY, START + DAY)
    assert (list(found), none) == (["menu", "pin", "balance"], {})
    assert (found["balance"].entered, found["balance"].mean_ms) == (1, 7_500)
    assert found["menu"].drop_off == 0


async def test_answers_by_agent_and_queue_are_those_of_a_plain_recount(db: Database) -> None:
    chance, begins = random.Random(3), datetime(2026, 10, 23, tzinfo=UTC)
    said = [
        answer
        for n in range(80)
        for answer in random_answers(chance, n, begins + timedelta(hours=chance.randrange(120)))
    ]
    agents = {CallId(f"c{n}"): AgentId(chance.choice(("boris", "vera"))) for n in range(40)}
    await keep_all(db, [], said)
    pictures = [view(call, agent=agent, queue=QueueId("last")) for call, agent in agents.items()]
    await add_card(db, *pictures)
    async with db.unit_of_work() as session:
        await session.execute(update(CallCard).values(answered_in=QueueId("service")))
    expected: dict[tuple[str, str, str | None], Counter[int]] = defaultdict(Counter)
    about_both = 0
    for one in said:
        if one.asked_at and PERIOD.start <= one.asked_at < PERIOD.end:
            agent = one.agent or agents.get(one.call)
            queue = one.queue or ("service" if one.call in agents else None)
            expected["agent", one.question, agent][one.value] += 1
            expected["queue", one.question, queue][one.value] += 1
            about_both += (agent, queue) == ("anna", "service")
    async with db.reading() as session:
        found = {
            (str(grouping), row.question, row.key): row.figures.counts
            for grouping in (SurveyGrouping.AGENT, SurveyGrouping.QUEUE)
            for row in await surveys(session, SurveyQuestion(period=PERIOD, grouping=grouping))
        }
        asked = SurveyQuestion(
            period=PERIOD,
            agent=AgentId("anna"),
            queue=QueueId("service"),
            interval=Interval.WEEK,
        )
        narrowed = await surveys(session, asked)
    assert found == expected
    assert sum(row.figures.answers for row in narrowed) == about_both > 0
    assert len({row.start for row in narrowed}) == 2


async def test_a_period_that_cannot_be_told_is_refused(db: Database) -> None:
    refused = (
        (0, Interval.DAY, "before_from"),
        (401, Interval.DAY, "too_long"),
        (2, Interval.HOUR, "too_short"),
    )
    async with db.reading() as session:
        for days, interval, problem in refused:
            period = Period(first=CHANGE, last=CHANGE + (days - 1) * DAY, zone=BERLIN)
            with pytest.raises(FieldRefused) as why:
                await by_version(session, period, interval)
            assert why.value.problem == problem
            with pytest.raises(FieldRefused):
                await surveys(session, SurveyQuestion(period=period, interval=interval))


def test_formulas() -> None:
    flow = FlowFigures(contained=3, spent_ms=8_000, ends={ServiceEnd.DONE: 3, ServiceEnd.LEFT: 1})
    assert (flow.containment, flow.mean_ms) == (0.75, 2_000)
    assert (FlowFigures().containment, FlowFigures().mean_ms) == (None, None)
    answers = SurveyFigures(counts={1: 1, 3: 1, 4: 2, 5: 4})
    assert (answers.answers, answers.mean, answers.csat) == (8, 4.0, 0.75)
    recommend = SurveyFigures(counts={0: 1, 6: 1, 7: 1, 8: 1, 9: 2, 10: 4})
    assert (recommend.promoters, recommend.detractors, recommend.nps) == (6, 2, 40.0)
    assert SurveyFigures().nps is SurveyFigures().csat is SurveyFigures().mean is None
