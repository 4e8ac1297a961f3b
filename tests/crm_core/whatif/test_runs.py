"""Runs on the product's own past: asked for, worked off one at a time, interrupted by a restart."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from crm_core.database import Database
from crm_core.errors import FieldRefused
from crm_core.models import RunState
from crm_core.states import MoveRefused
from crm_core.whatif import runs
from crm_core.whatif.calls import Outcome
from crm_core.whatif.cards import past
from crm_core.whatif.runs import Order, RunsBusy
from crm_core.whatif.staffing import Staff
from crm_core.whatif.states import RUN_MOVES
from crm_core.whatif.wish import Rules, Skills, Wish, as_json, fewer, from_json, more, wish_of
from routing.ids import AgentId, QueueId
from routing.roster import AgentProfile
from tests.crm_core.conftest import FakeClock, hired
from tests.crm_core.whatif.past_days import CALLS, MORNING, write_day

ZONE = ZoneInfo("Europe/Moscow")
DAY = date(2026, 2, 27)
MAIN = QueueId("main")
BOTH = {"first": DAY, "last": DAY}


def order(name: str = "Two more", **words: date) -> Order:
    return Order(name=name, wish=Wish(agents={MAIN: 2}), **(BOTH | words))


async def test_the_past_is_read_as_it_was(db: Database) -> None:
    agent = (await hired(db, "boss")).id
    await write_day(db, agent, queue=MAIN)
    async with db.reading() as session:
        then = await past(session, DAY, DAY, ZONE)
    calls = then.recording.calls
    assert len(calls) == CALLS
    assert (calls[0].waited, calls[0].talked, calls[0].after_call) == (10, 50, 8)
    assert (calls[3].outcome, calls[3].waited) == (Outcome.ABANDONED, 30)
    staff = then.staff(DAY, [], calls)
    assert staff.duties == {agent: ((MORNING, MORNING + timedelta(hours=1)),)}
    assert staff.agents[0].queues == (MAIN,)


async def test_one_run_at_a_time_from_asking_to_its_result(db: Database) -> None:
    boss = (await hired(db, "boss")).id
    await write_day(db, boss, queue=MAIN)
    async with db.unit_of_work() as session:
        run = await runs.ask(session, order(), zone=ZONE, by=boss)
    async with db.unit_of_work() as session:
        with pytest.raises(RunsBusy):
            await runs.ask(session, order(), zone=ZONE, by=boss)
    async with db.unit_of_work() as session:
        started = await runs.start_next(session)
        assert started is not None and started.id == run
        assert await runs.start_next(session) is None
        await runs.advance(session, run, 1, 10)
        await runs.finish(session, run, {"total": {}})
    async with db.unit_of_work() as session:
        found = await runs.one_run(session, run)
        assert (found.state, found.result, found.done) == (RunState.DONE, {"total": {}}, 10)
        assert found.wish == Wish(agents={MAIN: 2})
        with pytest.raises(MoveRefused):
            await runs.fail(session, run, "failed")


async def test_a_restart_interrupts_what_was_left_over(db: Database) -> None:
    boss = (await hired(db, "boss")).id
    await write_day(db, boss, queue=MAIN)
    async with db.unit_of_work() as session:
        run = await runs.ask(session, order(), zone=ZONE, by=boss)
        await runs.start_next(session)
    async with db.unit_of_work() as session:
        assert await runs.interrupt_all(session) == 1
    async with db.unit_of_work() as session:
        assert (await runs.one_run(session, run)).state is RunState.INTERRUPTED
        assert await runs.ask(session, order(), zone=ZONE, by=boss)


@pytest.mark.parametrize(
    ("words", "field", "problem"),
    [
        ({"last": DAY - timedelta(days=1)}, "last", "before_first"),
        ({"last": DAY + timedelta(days=31)}, "last", "too_many_days"),
        ({"first": date(2020, 1, 1), "last": date(2020, 1, 2)}, "last", "no_calls"),
    ],
)
async def test_days_without_sense_are_refused(
    db: Database, words: dict[str, date], field: str, problem: str
) -> None:
    boss = (await hired(db, "boss")).id
    async with db.unit_of_work() as session:
        with pytest.raises(FieldRefused) as caught:
            await runs.ask(session, order(**words), zone=ZONE, by=boss)
    assert (caught.value.field, caught.value.problem) == (field, problem)


async def test_the_oldest_runs_give_way(
    db: Database, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    boss = (await hired(db, "boss")).id
    monkeypatch.setattr(runs, "KEPT", 3)
    await write_day(db, boss, queue=MAIN)
    for n in range(5):
        async with db.unit_of_work() as session:
            await runs.ask(session, order(f"Run {n}"), zone=ZONE, by=boss)
            clock.pass_(minutes=1)
            await runs.interrupt_all(session)
    async with db.reading() as session:
        assert [run.name for run in await runs.runs(session)] == ["Run 4", "Run 3", "Run 2"]


def test_a_wish_goes_into_json_and_back() -> None:
    wish = wish_of("draft", "two", {MAIN: 3, QueueId("cards"): 0})
    assert wish == Wish(rules=Rules.DRAFT, skills=Skills.TWO, agents={MAIN: 3})
    assert from_json(as_json(wish)) == wish
    for bad in (("none", "all", {}), ("mine", "one", {}), ("none", "one", {MAIN: 51})):
        with pytest.raises(FieldRefused):
            wish_of(*bad)


def test_agents_come_and_go_by_the_wish() -> None:
    span = ((MORNING, MORNING + timedelta(hours=2)),)
    names = [AgentId(name) for name in ("a", "b", "c")]
    staff = Staff(
        agents=tuple(AgentProfile(agent=one, name=one, queues=(MAIN,)) for one in names),
        duties=dict.fromkeys(names, span),
    )
    larger = more(staff, MAIN, 2)
    assert len(larger.agents) == 5
    assert larger.seconds() == 5 * 7200
    smaller = fewer(staff, MAIN, 2)
    assert [one.agent for one in smaller.agents] == ["b"]
    assert fewer(staff, QueueId("other"), 5) == staff


def test_every_run_ends_in_a_state_that_nothing_leads_out_of() -> None:
    assert {state for state, moves in RUN_MOVES.items() if not moves} == {
        RunState.DONE,
        RunState.FAILED,
        RunState.INTERRUPTED,
    }
