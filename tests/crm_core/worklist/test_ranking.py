"""What comes first, and why: the same for the same facts, whatever order they come in."""

import dataclasses
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from crm_core.tasks.states import Priority
from crm_core.worklist.ranking import RULES, Cause, Item, ranked
from routing.ids import PartyId
from tests.crm_core.conftest import START

HOUR = timedelta(hours=1)
POINTS = {rule.code: rule.points for rule in RULES}
ITEMS = st.builds(
    Item,
    cause=st.sampled_from(Cause),
    subject=st.text("abc", min_size=1, max_size=3),
    due_at=st.integers(-50, 50).map(lambda hours: START + hours * HOUR),
    party=st.just(PartyId("p")),
    tier=st.sampled_from("ABCD"),
    vip=st.booleans(),
    priority=st.sampled_from(Priority),
    begun=st.booleans(),
    escalated=st.booleans(),
)


def item(subject: str, cause: Cause = Cause.TASK, hours: float = 20, **more: object) -> Item:
    plain = Item(cause=cause, subject=subject, due_at=START + hours * HOUR)
    return dataclasses.replace(plain, **more)  # type: ignore[arg-type]


def order(*items: Item) -> list[str]:
    return [one.item.subject for one in ranked(items, START)]


def test_the_client_who_waits_comes_before_the_desk() -> None:
    assert order(
        item("plain"),
        item("low", priority=Priority.LOW),
        item("late", hours=-1),
        item("untold", Cause.COMPLAINT_TO_TELL, hours=1),
        item("promised", Cause.CALL_BACK, hours=1, priority=Priority.HIGH),
    ) == ["promised", "untold", "late", "plain", "low"]


def test_an_entry_says_why_the_weightiest_first() -> None:
    (one,) = ranked([item("x", Cause.CALL_BACK, hours=-1, vip=True, tier="A")], START)
    assert one.why == ("overdue", "call_promised", "vip", "best_tier")
    assert one.points == 50 + 30 + 15 + 10 + 1
    (plain,) = ranked([item("x")], START)
    assert plain.why == ("on_the_list",)


@given(st.lists(ITEMS, max_size=12), st.randoms())
def test_the_order_follows_from_the_facts(items, chance) -> None:  # type: ignore[no-untyped-def]
    shuffled = list(items)
    chance.shuffle(shuffled)
    first, second = ranked(items, START), ranked(shuffled, START)
    assert [(one.points, one.item.due_at) for one in first] == [
        (one.points, one.item.due_at) for one in second
    ]
    assert all(one.why for one in first)
    assert [one.points for one in first] == sorted((one.points for one in first), reverse=True)


@given(ITEMS)
def test_being_late_never_puts_a_thing_further_back(one: Item) -> None:
    late = dataclasses.replace(one, due_at=START - HOUR)
    assert ranked([late], START)[0].points >= ranked([one], START)[0].points


def test_every_rule_has_a_code_of_its_own_and_some_weight() -> None:
    assert len(POINTS) == len(RULES)
    assert 0 not in POINTS.values()
