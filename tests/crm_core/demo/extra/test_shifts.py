"""What made-up agents did: one thing at a time, all of every call, and nothing but their shifts."""

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from crm_core.demo.extra.shifts import COLUMNS, Talk, states
from routing.ids import AgentId, CallId, QueueId
from routing.terms import Activity, Availability

ANNA, SHIFT = AgentId("anna"), (time(9), time(18))
MORNING = datetime(2026, 3, 2, 9, tzinfo=UTC)


def talk(n: int, second: int, length: int) -> Talk:
    answered_at = MORNING + timedelta(seconds=second)
    ended_at = answered_at + timedelta(seconds=length)
    return Talk(
        call=CallId(f"c{n}"),
        queue=QueueId("service"),
        answered_at=answered_at,
        ended_at=ended_at,
        closed_at=ended_at + timedelta(seconds=40),
    )


def told(*talks: Talk) -> list[dict[str, object]]:
    return [dict(zip(COLUMNS, row, strict=True)) for row in states(ANNA, talks, SHIFT)]


def test_a_day_with_one_call() -> None:
    rows = told(talk(0, 3_600, 120))
    assert [(row["activity"], row["availability"]) for row in rows] == [
        (Activity.IDLE, Availability.AVAILABLE),
        (Activity.RINGING, Availability.AVAILABLE),
        (Activity.ON_CALL, Availability.AVAILABLE),
        (Activity.WRAP_UP, Availability.AVAILABLE),
        (Activity.IDLE, Availability.AVAILABLE),
        (Activity.IDLE, Availability.NOT_READY),
        (Activity.IDLE, Availability.AVAILABLE),
        (Activity.IDLE, Availability.OFFLINE),
    ]
    assert rows[0]["since"] == MORNING and rows[-1]["since"] == MORNING + timedelta(hours=9)
    assert rows[-1]["until"] is None


moments = st.tuples(st.integers(-3_600, 3 * 86_400), st.integers(1, 5_000))


@given(st.lists(moments, min_size=1, max_size=25))
def test_states_follow_each_other_and_each_call_that_is_told_is_told_whole(
    calls: list[tuple[int, int]],
) -> None:
    talks = [talk(n, *call) for n, call in enumerate(calls)]
    rows = told(*talks)
    for one, following in pairwise(rows):
        assert one["until"] == following["since"] > one["since"]  # type: ignore[operator]
    known = {one.call: one for one in talks}
    spent = {row["call"]: row for row in rows if row["activity"] is Activity.ON_CALL}
    assert spent
    for call, row in spent.items():
        whole = known[CallId(str(call))]
        assert (row["since"], row["until"]) == (whole.answered_at, whole.ended_at)
