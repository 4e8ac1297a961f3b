"""Whatever is done to a task in whatever order, the rules of its states hold."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from crm_core.states import MoveRefused, after, can, final
from crm_core.tasks.deadline import Punctuality, Step, punctuality, step_of
from crm_core.tasks.states import OPEN, TASK_MOVES, TaskMove, TaskState
from crm_core.work_rules import WorkRules
from tests.crm_core.conftest import START

DOINGS = st.lists(st.sampled_from(TaskMove), max_size=30)


@given(DOINGS)
def test_a_task_ends_once_and_is_worked_on_before_it_is_done(doings: list[TaskMove]) -> None:
    state, been = TaskState.NEW, [TaskState.NEW]
    for doing in doings:
        try:
            state = after(TASK_MOVES, state, doing)
        except MoveRefused:
            assert not can(TASK_MOVES, state, doing)
            continue
        been.append(state)
    if TaskState.DONE in been:
        assert been[been.index(TaskState.DONE) - 1] is TaskState.IN_PROGRESS
    assert sum(one in final(TASK_MOVES) for one in been) <= 1


def test_each_open_state_leads_to_an_end_and_no_end_leads_anywhere() -> None:
    assert final(TASK_MOVES) == set(TaskState) - OPEN
    assert set(TASK_MOVES) == set(TaskState)
    assert all(TaskMove.CANCEL in TASK_MOVES[state] for state in OPEN)


MINUTES = st.integers(-10_000, 10_000).map(lambda m: START + timedelta(minutes=m))


@given(st.sampled_from(TaskState), MINUTES, MINUTES, MINUTES)
def test_lateness_follows_from_time_alone(state, due_at, until, now) -> None:  # type: ignore[no-untyped-def]
    waits = until if state is TaskState.WAITING else None
    stands = punctuality(state, due_at=due_at, waiting_until=waits, now=now)
    assert (stands is Punctuality.CLOSED) == (state not in OPEN)
    if stands is Punctuality.OVERDUE:
        assert due_at <= now
    if stands is Punctuality.WAITING:
        assert state is TaskState.WAITING and now < until


def test_lateness_goes_up_step_by_step(rules: WorkRules) -> None:
    tasks = rules.tasks
    late = [step_of(START, START + timedelta(hours=h), tasks) for h in (-1, 0, 4, 23, 24, 999)]
    owner, lead, supervisor = Step.OWNER, Step.LEAD, Step.SUPERVISOR
    assert late == [owner, owner, lead, lead, supervisor, supervisor]
