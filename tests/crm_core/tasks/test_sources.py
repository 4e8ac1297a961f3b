"""What makes tasks by itself: agreements in calls, and indicators out of their limits."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm_core.cards import complete
from crm_core.catalogue import Catalogue
from crm_core.database import Database
from crm_core.errors import FieldRefused
from crm_core.tasks.client import glance, timeline_events
from crm_core.tasks.deviation import Deviation, Direction, task_of
from crm_core.tasks.reading import tasks
from crm_core.tasks.states import Priority, TaskMove, TaskSource, TaskState
from crm_core.tasks.task import Task, TaskFilters
from crm_core.work_rules import WorkRules
from routing.ids import CallId, PartyId
from routing.terms import CallState
from tests.agent_ui.centre import catalogue
from tests.crm_core.calls import add_card, over, suggested
from tests.crm_core.conftest import START, hired, person
from tests.crm_core.tasks.conftest import do, ordered

FILLED = {"caller_name": "Anna", "topic": "loan", "essence": "Asks for a schedule"}
CALL = CallId("pbx1-1.1")


@pytest.fixture(scope="module")
def shipped() -> Catalogue:
    return catalogue()


async def about_party(db: Database, party: PartyId) -> list[Task]:
    async with db.reading() as session:
        return list((await tasks(session, TaskFilters(party=party))).items)


@pytest.mark.parametrize(
    ("disposition", "follow_up", "kind", "days", "priority"),
    [
        ("call_back", "Call back tomorrow", "call_back", 1, Priority.HIGH),
        ("call_back", "", "call_back", 1, Priority.HIGH),
        ("thinks", "Ask what she decided", "call_back", 3, Priority.NORMAL),
        ("resolved", "Send the tariff", "follow_up", 2, Priority.NORMAL),
    ],
)
async def test_what_was_agreed_in_a_call_is_a_task(
    db: Database,
    shipped: Catalogue,
    disposition: str,
    follow_up: str,
    kind: str,
    days: int,
    priority: Priority,
) -> None:
    anna, party = await hired(db, "anna"), await person(db, "Ivanova")
    await add_card(db, over(CALL, anna.id, CallState.WRAP_UP, **suggested(party)))
    fields = {**FILLED, "disposition": disposition, "follow_up": follow_up}
    for _ in range(2):  # completing twice is no error and makes no second task
        async with db.unit_of_work() as session:
            await complete(session, CALL, anna.id, fields, catalogue=shipped)
    (task,) = await about_party(db, party)
    assert (task.type, task.title, task.owner) == (kind, follow_up, anna.id)
    assert (task.subject, task.due_at) == (CALL, START + timedelta(days=days))
    assert (task.priority, task.source) == (priority, TaskSource.RULE)


async def test_a_call_that_leaves_nothing_to_do(db: Database, shipped: Catalogue) -> None:
    anna, party = await hired(db, "anna"), await person(db, "Ivanova")
    await add_card(db, over(CALL, anna.id, CallState.WRAP_UP, **suggested(party)))
    async with db.unit_of_work() as session:
        fields = {**FILLED, "disposition": "resolved"}
        await complete(session, CALL, anna.id, fields, catalogue=shipped)
    assert await about_party(db, party) == []


DEVIATIONS = st.builds(
    Deviation,
    subject=st.sampled_from(["p1", "p2"]),
    indicator=st.sampled_from(["turnover", "balance"]),
    period=st.sampled_from(["2026-01", "2026-02"]),
    direction=st.sampled_from(Direction),
)


async def test_one_task_for_each_deviation(db: Database) -> None:
    anna, party = await hired(db, "anna"), await person(db, "Ivanova")
    seen: list[list[Deviation]] = []

    @settings(max_examples=1, suppress_health_check=list(HealthCheck), derandomize=True)
    @given(st.lists(DEVIATIONS, min_size=24, max_size=24))
    def collect(found: list[Deviation]) -> None:
        seen.append(found)

    collect()
    made: dict[Deviation, set[str]] = {}
    async with db.unit_of_work() as session:
        for found in seen[0] + seen[0]:
            key = await task_of(session, found, owner=anna.id, party=party, by="rule")
            made.setdefault(found, set()).add(key)
    assert all(len(keys) == 1 for keys in made.values())
    assert len({key for keys in made.values() for key in keys}) == len(made)
    assert len(await about_party(db, party)) == len(made)


async def test_a_deviation_is_done_with_its_reason_only(db: Database, rules: WorkRules) -> None:
    anna, party = await hired(db, "anna"), await person(db, "Ivanova")
    found = Deviation(
        subject=party, indicator="turnover", period="2026-02", direction=Direction.LOW
    )
    async with db.unit_of_work() as session:
        key = await task_of(session, found, owner=anna.id, party=party, by="rule")
    for reason, problem in (("", "missing"), ("mood", "not_allowed")):
        with pytest.raises(FieldRefused, match=f"reason: {problem}"):
            await do(db, rules, key, TaskMove.FINISH, anna.id, result="reason_found", reason=reason)
    done = await do(
        db, rules, key, TaskMove.FINISH, anna.id, result="reason_found", reason="season"
    )
    assert (done.state, done.reason) == (TaskState.DONE, "season")


async def test_what_the_panel_and_the_timeline_tell(db: Database, rules: WorkRules) -> None:
    anna, party = await hired(db, "anna"), await person(db, "Ivanova")
    async with db.reading() as session:
        assert await glance(session, party) is None
    keys = [
        await ordered(db, rules, party, anna.id, title=f"Task {n}", due_at=START + timedelta(n))
        for n in range(1, 6)
    ]
    await do(db, rules, keys[0], TaskMove.FINISH, anna.id, result="fulfilled")
    async with db.reading() as session:
        told = await glance(session, party)
        (event,) = await timeline_events(session, party, before=None, limit=10)
        assert await timeline_events(session, party, before=event.place, limit=10) == []
    assert told is not None
    assert ([one.id for one in told.first], told.open, told.overdue) == (keys[1:4], 4, 0)
    assert (event.ref, event.text, event.actor) == (keys[0], "Task 1", "Anna")
