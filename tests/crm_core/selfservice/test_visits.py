"""Visits and answers are kept once, hold nothing that was typed, and go when reports end."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from crm_core.database import Database
from crm_core.errors import FieldRefused
from crm_core.models import ServiceStep, ServiceVisit, SurveyAnswer
from crm_core.selfservice import surveys, visits
from crm_core.selfservice.leaving import Leaving
from crm_core.selfservice.surveys import Said
from crm_core.selfservice.visits import KEPT_FOR
from routing.ids import AgentId, CallId, FlowId
from routing.terms import ServiceEnd
from tests.crm_core.conftest import START, FakeClock
from tests.crm_core.selfservice.visiting import keep_all, stay, visit

MINUTE = timedelta(minutes=1)
GOOD = Said(
    call=CallId("c1"),
    flow=FlowId("survey"),
    question="satisfaction",
    value=5,
    asked_at=START,
    agent=AgentId("anna"),
)


async def test_a_visit_is_kept_once_with_its_steps(db: Database) -> None:
    for expected in (True, False):
        async with db.unit_of_work() as session:
            assert await visits.keep(session, visit()) is expected
    async with db.reading() as session:
        (kept,) = await session.scalars(select(ServiceVisit))
        steps = list(await session.scalars(select(ServiceStep).order_by(ServiceStep.n)))
    assert (kept.ending, kept.contained, kept.last_node) == (ServiceEnd.DONE, True, "balance")
    assert [(one.n, one.node, one.ms, one.pressed, one.next_node) for one in steps] == [
        (1, "menu", 4_000, "1", "pin"),
        (2, "pin", 9_000, "", "balance"),
        (3, "balance", 7_500, "", ""),
    ]


@pytest.mark.parametrize(
    ("end", "told", "contained"),
    [
        (ServiceEnd.DONE, ("balance",), True),
        (ServiceEnd.LEFT, ("balance",), True),
        (ServiceEnd.LEFT, (), False),
        (ServiceEnd.DONE, (), False),
        (ServiceEnd.PERSON, ("balance",), False),
        (ServiceEnd.CALLBACK, ("balance",), False),
        (ServiceEnd.FAILED, ("balance",), False),
    ],
)
def test_contained_is_who_was_told_something_and_needed_nobody(
    end: ServiceEnd, told: tuple[str, ...], contained: bool
) -> None:
    assert visit(end=end, told=told).contained is contained


@pytest.mark.parametrize(
    ("leaving", "key"),
    [(Leaving.KEYED, "4"), (Leaving.KEY, ""), (Leaving.KEY, "12"), (Leaving.KEY, "A")],
)
def test_a_step_takes_nothing_that_was_typed(leaving: Leaving, key: str) -> None:
    with pytest.raises(ValueError, match="nothing else"):
        stay("pin", START, 1, leaving, key)


async def test_a_visit_without_steps_or_with_a_clock_that_went_back_is_kept(db: Database) -> None:
    back = stay("menu", START, -2, Leaving.HUNG_UP)
    early = visit(steps=(back,), left_at=back.left_at, end=ServiceEnd.LEFT, told=())
    await keep_all(db, [visit("c2", steps=(), end=ServiceEnd.FAILED), early])
    async with db.reading() as session:
        kept = {str(one.call): one for one in await session.scalars(select(ServiceVisit))}
        assert list(await session.scalars(select(ServiceStep.ms))) == [0]
    assert (kept["c1"].left_at, kept["c2"].last_node) == (START, "")


async def test_the_last_answer_to_a_question_counts_however_often_it_is_told(db: Database) -> None:
    later = replace(GOOD, value=2, asked_at=START + MINUTE)
    other = replace(GOOD, question="recommend", value=0, asked_at=START + 2 * MINUTE)
    await keep_all(db, [], [GOOD, later, GOOD, other, other])
    async with db.reading() as session:
        assert list(await surveys.answers_of(session, GOOD.call)) == [later, other]
        assert list(await surveys.answers_of(session, CallId("c2"))) == []


async def test_an_answer_that_is_on_no_scale_is_refused(db: Database) -> None:
    refused = (
        (replace(GOOD, value=0), "value"),
        (replace(GOOD, value=6), "value"),
        (replace(GOOD, question="recommend", value=11), "value"),
        (replace(GOOD, question="x" * 65), "question"),
        (replace(GOOD, question=""), "question"),
    )
    async with db.unit_of_work() as session:
        for wrong, field in refused:
            with pytest.raises(FieldRefused) as problem:
                await surveys.keep(session, wrong)
            assert problem.value.field == field


async def test_old_visits_and_their_answers_go_at_night(db: Database, clock: FakeClock) -> None:
    await keep_all(db, [visit("c1"), visit("c2"), visit("c3", START + KEPT_FOR)], [GOOD])
    clock.pass_(days=KEPT_FOR.days, hours=1)
    counted: list[int] = []

    async def progress(done: int) -> None:
        counted.append(done)

    told = await visits.forget_old(db, date(2027, 4, 6), progress)
    assert (told, sum(counted)) == ({"visits": 2, "answers": 1}, 3)
    async with db.reading() as session:
        assert list(await session.scalars(select(ServiceVisit.call))) == ["c3"]
        assert await session.scalar(select(func.count()).select_from(ServiceStep)) == 3
        assert await session.scalar(select(func.count()).select_from(SurveyAnswer)) == 0
    assert await visits.forget_old(db, date(2027, 4, 6), progress) == {"visits": 0, "answers": 0}
