"""Agents' pictures become intervals: each state once, whatever way the journal is read."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from crm_core.cards import CardProjection, ProjectionOptions
from crm_core.database import Database
from crm_core.models import AgentState, CallCard
from routing.ids import AgentId, CallId, QueueId
from routing.notices import AgentView, CallView
from routing.terms import Activity, Availability, CallState, Direction, NotReadyReason
from tests.crm_core.calls import ListJournal, over, talking, view
from tests.crm_core.conftest import START
from tests.crm_core.reports.agents import pictured

ANNA = AgentId("anna")
Told = tuple[tuple[CallView, ...], tuple[AgentView, ...]]


def a_day_of_one_call() -> list[Told]:
    """Anna comes, takes a call that was transferred on while she wrote it up, and has a meal."""
    call = CallId("c1")
    busy = {"call": call}
    talk = Activity.ON_CALL
    return [
        ((), (pictured("anna", 0, 1),)),
        ((view("c1", version=2),), (pictured("anna", 10, 2, activity=Activity.RINGING, **busy),)),
        ((talking("c1", ANNA),), (pictured("anna", 15, 3, activity=talk, **busy),)),
        ((), (pictured("anna", 15, 4, activity=talk, **busy, console=False),)),
        (
            (talking("c1", ANNA, version=4, state=CallState.HELD),),
            (pictured("anna", 40, 5, activity=Activity.ON_HOLD, **busy),),
        ),
        (
            (talking("c1", ANNA, version=5),),
            (pictured("anna", 60, 6, activity=talk, **busy),),
        ),
        (
            (over("c1", ANNA, CallState.WRAP_UP, version=6, queue=QueueId("loans")),),
            (pictured("anna", 90, 7, activity=Activity.WRAP_UP, **busy),),
        ),
        ((), (pictured("anna", 120, 8),)),
        (
            (),
            (
                pictured(
                    "anna",
                    300,
                    9,
                    availability=Availability.NOT_READY,
                    reason=NotReadyReason.MEAL,
                ),
            ),
        ),
    ]


async def drained(db: Database, told: Sequence[Told], batch: int, name: str = "main") -> None:
    journal = ListJournal()
    for views, agents in told:
        journal.tell(*views, agents=agents)
    options = ProjectionOptions(batch=batch)
    await CardProjection(db, journal, journal=name, options=options).drain()


async def states(db: Database) -> list[tuple[Any, ...]]:
    row = AgentState
    statement = select(row.since, row.until, row.activity, row.queue).order_by(row.agent, row.since)
    async with db.reading() as session:
        return [
            (_second(since), until and _second(until), activity, queue)
            for since, until, activity, queue in await session.execute(statement)
        ]


def _second(at: datetime) -> float:
    return (at - START).total_seconds()


EXPECTED = [
    (0, 10, Activity.IDLE, None),
    (10, 15, Activity.RINGING, "service"),
    (15, 40, Activity.ON_CALL, "service"),
    (40, 60, Activity.ON_HOLD, "service"),
    (60, 90, Activity.ON_CALL, "service"),
    (90, 120, Activity.WRAP_UP, "loans"),
    (120, 300, Activity.IDLE, None),
    (300, None, Activity.IDLE, None),
]


@pytest.mark.parametrize("batch", [1, 3, 100])
async def test_a_state_ends_where_the_next_one_begins(db: Database, batch: int) -> None:
    await drained(db, a_day_of_one_call(), batch)
    assert await states(db) == EXPECTED


async def test_a_card_knows_how_long_agents_had_it_and_where_it_was_answered(db: Database) -> None:
    await drained(db, a_day_of_one_call(), 2)
    row = CallCard
    wanted = select(row.talk_ms, row.hold_ms, row.wrap_up_ms, row.answered_in, row.queue)
    async with db.reading() as session:
        found = (await session.execute(wanted)).one()
    assert tuple(found) == (55_000, 20_000, 30_000, "service", "loans")


@pytest.mark.parametrize("seed", range(5))
async def test_any_order_and_any_repetition_ends_in_the_same_states(
    db: Database, seed: int
) -> None:
    chance = random.Random(seed)
    told = a_day_of_one_call()
    told += chance.choices(told, k=8)
    chance.shuffle(told)
    await drained(db, told, chance.randint(1, 6))
    assert await states(db) == EXPECTED
    await drained(db, a_day_of_one_call(), 4, "replayed")
    assert await states(db) == EXPECTED
    async with db.reading() as session:
        row = (await session.execute(select(CallCard.talk_ms, CallCard.wrap_up_ms))).one()
    assert tuple(row) == (55_000, 30_000)


async def test_states_of_one_agent_do_not_end_those_of_another(db: Database) -> None:
    await drained(db, [((), (pictured("anna", 0, 1), pictured("boris", 5, 1)))], 1)
    assert [one[:2] for one in await states(db)] == [(0, None), (5, None)]


async def test_a_state_that_sql_refuses_does_not_hold_up_the_others(db: Database) -> None:
    naive = pictured("boris", 5, 1, since=(START + timedelta(seconds=5)).replace(tzinfo=None))
    journal = ListJournal()
    journal.tell(view("c1"), agents=(pictured("anna", 0, 1), naive))
    projection = CardProjection(db, journal)
    await projection.drain()
    assert projection.counts.refused == 1
    assert [one[:2] for one in await states(db)] == [(0, None)]


async def test_an_agent_who_is_kept_while_a_customer_is_rung_is_dialling(db: Database) -> None:
    """Twelve seconds for a callback; the same for a caller would be ringing."""
    for call, direction in (("back", Direction.CALLBACK), ("in", Direction.INBOUND)):
        about = {"call": CallId(call), "activity": Activity.RINGING}
        told: list[Told] = [
            ((view(call, direction=direction),), (pictured(call, 0, 1, **about),)),
            (
                (talking(call, ANNA, direction=direction),),
                (pictured(call, 12, 2, **(about | {"activity": Activity.ON_CALL})),),
            ),
        ]
        await drained(db, told, 5, call)
    async with db.reading() as session:
        dialled = dict((await session.execute(select(CallCard.call, CallCard.dial_ms))).all())
    assert dialled == {"back": 12_000, "in": 0}
