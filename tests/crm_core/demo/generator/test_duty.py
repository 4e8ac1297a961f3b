"""Made-up calls go to agents on their shifts, and to nobody twice at once."""

from datetime import datetime, timedelta
from itertools import pairwise

from crm_core.demo.generator.calls import calls_file
from crm_core.demo.generator.duty import RINGS, WRAPS_UP, shift_of
from crm_core.demo.generator.numbers import Numbers
from crm_core.demo.generator.parties import roster
from crm_core.demo.generator.phones import uses
from crm_core.demo.generator.staff import staff
from tests.crm_core.demo.generator.test_contacts import number, plan_of, rows


def test_nobody_has_two_calls_at_once_and_nearly_all_are_taken_on_shift() -> None:
    plan = plan_of(10_000)
    people, employees = roster(plan), staff(plan)
    found = rows(calls_file(plan, people, uses(plan, people, Numbers()), employees))
    shifts = {one.username: shift_of(one.shift) for one in employees}
    busy: dict[str, list[tuple[datetime, datetime]]] = {}
    on_shift = 0
    answered = [row for row in found if row["outcome"] == "answered"]
    for row in answered:
        queued = number(row["ivr_s"]) + number(row["waited_s"])
        at = datetime.fromisoformat(str(row["arrived_at"])) + timedelta(seconds=queued)
        over = at + timedelta(seconds=number(row["talked_s"])) + WRAPS_UP
        agent = str(row["agent"])
        busy.setdefault(agent, []).append((at - RINGS, over))
        start, end = shifts[agent]
        on_shift += start <= at.time() and (at.time() < end or not end.hour)
    for spells in busy.values():
        spells.sort()
        assert all(one[1] <= other[0] for one, other in pairwise(spells))
    assert on_shift / len(answered) > 0.99
