"""Studies: several variants side by side, and how sure their figures are."""

from collections import Counter
from datetime import date
from random import Random

import pytest

from crm_core.whatif.calls import RecordedCall, recording
from crm_core.whatif.drawing import Draw, draw, learn
from crm_core.whatif.estimate import estimate, student
from crm_core.whatif.figures import USUAL
from crm_core.whatif.knowing import with_managers
from crm_core.whatif.rosters import House, house_of
from crm_core.whatif.staffing import Staff
from crm_core.whatif.study import Answer, Question, StudyEnded, Variant, answer
from crm_core.whatif.told import told
from crm_core.whatif.world import Setting
from routing.rules.terms import NO_RULES
from tests.crm_core.whatif.making import recorded

CALLS = [
    recorded(
        n,
        at=n * 20.0,
        waited=float(n % 7 * 10),
        talked=None if n % 5 == 0 else 40.0 + n % 11 * 9,
        agent=("anna", "boris")[n % 2],
        client=f"client{n % 9}",
        tier="A" if n % 9 == 3 else "",
    )
    for n in range(150)
]


def question(*houses: House, seed: int = 1, what: Draw = Draw.MISSING) -> Question:
    def variant(number: int, one: House) -> Variant:
        def setting(_day: date, staff: Staff) -> Setting:
            return Setting(roster=one.roster(staff), staff=staff, targets=USUAL)

        return Variant(name=f"variant{number}", setting=setting)

    return Question(
        recording=recording(CALLS, Counter()),
        habits=learn(CALLS),
        variants=tuple(variant(number, one) for number, one in enumerate(houses)),
        seed=seed,
        replications=4,
        draw=what,
    )


def test_a_seed_says_it_all() -> None:
    one, again, other = (told(q := question(house_of(CALLS), seed=s), answer(q)) for s in (1, 1, 2))
    assert one == again
    assert one["total"]["predicted"] != other["total"]["predicted"]


def test_what_was_recorded_stands_beside_what_is_predicted() -> None:
    asked = question(house_of(CALLS))
    result = told(asked, answer(asked))
    (day,) = result["days"]
    assert day["day"] == "2026-03-02"
    assert day["recorded"] == result["total"]["recorded"]
    assert (day["recorded"]["offered"], day["recorded"]["abandoned"]) == (150, 30)
    predicted = result["total"]["predicted"]
    assert predicted["offered"] == 150
    low, high = predicted["interval"]["service_level"]
    assert low <= predicted["service_level"] <= high


def test_the_same_house_twice_makes_no_difference_and_another_does() -> None:
    own = house_of(CALLS)
    same = question(own, own)
    assert set(map(tuple, told(same, answer(same))["total"]["difference"].values())) == {(0, 0, 0)}
    without = question(own.with_rules(NO_RULES), own)
    differs = told(without, answer(without))["total"]["difference"]
    assert differs["mean_wait"] != [0, 0, 0]


def test_drawing_all_changes_talks_too() -> None:
    habits = learn(CALLS)
    kept = draw(CALLS, habits, Random(1))
    anew = draw(CALLS, habits, Random(1), what=Draw.ALL)
    assert all(
        one.talk == call.talked for one, call in zip(kept, CALLS, strict=True) if call.talked
    )
    assert all(
        one.patience == call.waited
        for one, call in zip(kept, CALLS, strict=True)
        if call.agent is None
    )
    assert [one.talk for one in anew] != [one.talk for one in kept]


def test_whoever_watches_may_end_it() -> None:
    with pytest.raises(StudyEnded):
        answer(question(house_of(CALLS)), lambda done, _of: done < 2)


def test_a_clients_first_agent_is_his_manager_from_then_on() -> None:
    calls: list[RecordedCall] = [
        recorded(1, at=0, client="x", agent="anna"),
        recorded(2, at=10, client="x", agent="boris"),
        recorded(3, at=20, client="y", talked=None),
        recorded(4, at=30, client="y", agent="boris"),
    ]
    managers = [one.candidates[0].managers for one in with_managers(calls)]
    assert managers == [(), ("anna",), (), ()]


def test_the_interval_is_students() -> None:
    assert student(4) == 2.776
    assert abs(student(30) - 2.042) < 0.002
    one = estimate([1.0, 2.0, 3.0, 4.0, 5.0])
    assert one.mean == 3
    assert one.low == pytest.approx(3 - 2.776 * 1.58114 / 5**0.5, abs=1e-3)
    assert estimate([7.0]).low is None


def test_no_answer_without_its_figures() -> None:
    found = answer(question(house_of(CALLS)))
    assert isinstance(found, Answer)
    assert found.facts > 4 * 150 * 3
