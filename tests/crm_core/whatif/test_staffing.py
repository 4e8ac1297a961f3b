"""Who was at work, concluded from who talked when; and plans of who shall be."""

from datetime import UTC, date, timedelta

import pytest

from crm_core.whatif.skilling import dealt
from crm_core.whatif.staff_file import StaffRefused, shifts_of, staff_by
from crm_core.whatif.staffing import gaps_between, staff_of
from tests.crm_core.whatif.making import START, recorded

MINUTE = timedelta(minutes=1)


def test_a_duty_lasts_from_the_first_call_to_the_last() -> None:
    staff = staff_of([recorded(1, at=0), recorded(2, at=3600, queue="cards")])
    assert staff.duties == {"anna": ((START, START + 61 * MINUTE),)}
    assert staff.agents[0].queues == ("cards", "main")
    assert staff.seconds() == 61 * 60


def test_a_quiet_hour_is_no_absence_but_a_caller_left_alone_is() -> None:
    first, second = recorded(1, at=0), recorded(2, at=3600)
    alone = recorded(3, at=1800, waited=120, talked=None)
    assert len(staff_of([first, second]).duties["anna"]) == 1
    assert staff_of([first, alone, second]).duties["anna"] == (
        (START, START + MINUTE),
        (START + 60 * MINUTE, START + 61 * MINUTE),
    )


def test_a_caller_whom_he_cannot_serve_is_no_sign() -> None:
    calls = [recorded(1, at=0), recorded(3, at=1800, waited=120, talked=None, queue="loans")]
    assert len(staff_of([*calls, recorded(2, at=3600)]).duties["anna"]) == 1


def test_what_a_call_costs_after_it_is_the_gap_to_a_caller_who_waited() -> None:
    first, waiting = recorded(1, at=0), recorded(2, at=30, waited=37)
    later = recorded(3, at=300)
    assert gaps_between([first, waiting, later]) == [7.0]


def test_a_plan_puts_people_to_work() -> None:
    rows = [
        {"from": "09:00", "to": "17:30", "agents": "2", "queues": "main cards", "skills": "vip:3"},
        {"from": "8:00", "to": "24:00", "queues": "main", "day": "2026-03-03", "name": "late"},
    ]
    shifts = shifts_of(rows)
    monday = staff_by(shifts, date(2026, 3, 2), UTC)
    assert [one.agent for one in monday.agents] == ["shift1.1", "shift1.2"]
    assert monday.agents[0].skills == (("vip", 3),)
    assert monday.seconds() == 2 * 8.5 * 3600
    tuesday = staff_by(shifts, date(2026, 3, 3), UTC)
    assert tuesday.seconds() == 2 * 8.5 * 3600 + 16 * 3600


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"from": "25:00"}, "from"),
        ({"to": "09:00"}, "not after"),
        ({"agents": "-1"}, "agents"),
        ({"agents": "١"}, "agents"),
        ({"queues": " "}, "queues"),
        ({"queues": "a;b"}, "queues"),
        ({"skills": "vip:9"}, "level"),
        ({"day": "monday"}, "day"),
        ({"colour": "red"}, "unknown"),
    ],
)
def test_a_bad_plan_is_told_with_its_row(change: dict[str, str], said: str) -> None:
    good = {"from": "09:00", "to": "17:00", "agents": "2", "queues": "main"}
    with pytest.raises(StaffRefused) as caught:
        shifts_of([good, good | change])
    (line,) = caught.value.lines
    assert line.startswith("row 2: ")
    assert said in line


def test_skills_are_dealt_by_the_work_there_is() -> None:
    """Three agents at the same time, two thirds of the work in one type: two agents take it."""
    calls = [
        *(recorded(n, at=n, agent=agent) for n, agent in enumerate("abc")),
        *(recorded(n, at=n, agent="abc"[n % 3]) for n in range(3, 20)),
        *(recorded(n, at=n, agent="abc"[n % 3], queue="cards") for n in range(20, 30)),
        recorded(30, at=31, agent="a", queue="rare", talked=1.0),
    ]
    one = dealt(staff_of(calls), calls, each=1)
    taken = sorted(agent.queues for agent in one.agents)
    assert taken == [("cards",), ("main", "rare"), ("main", "rare")]
    both = dealt(staff_of(calls), calls, each=2)
    assert {agent.queues for agent in both.agents} == {("cards", "main", "rare")}
