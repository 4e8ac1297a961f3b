"""The order of managers: whatever is done to it, one primary, in front, and everybody once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_core.managers.order import (
    LONGEST,
    ManagersRefused,
    Order,
    Place,
    added,
    checked,
    moved,
    ranked,
    removed,
)
from crm_core.models import ManagerRole
from routing.ids import AgentId

PEOPLE = [AgentId(f"m{n}") for n in range(6)]
MOVES = st.one_of(
    st.tuples(st.just("add"), st.sampled_from(PEOPLE), st.sampled_from(ManagerRole)),
    st.tuples(st.just("remove"), st.sampled_from(PEOPLE), st.none()),
    st.tuples(st.just("move"), st.sampled_from(PEOPLE), st.integers(-1, 9)),
)


def after(order: Order, move: tuple[str, AgentId, object]) -> Order:
    deed, employee, extra = move
    if deed == "add":
        assert isinstance(extra, ManagerRole)
        return added(order, Place(employee=employee, role=extra))
    if deed == "remove":
        return removed(order, employee)
    assert isinstance(extra, int)
    return moved(order, employee, extra)


@given(st.lists(MOVES, max_size=30))
def test_there_is_one_primary_in_front_and_everybody_stands_once(
    moves: list[tuple[str, AgentId, object]],
) -> None:
    order = ranked(PEOPLE[:2])
    for move in moves:
        try:
            order = after(order, move)
        except ManagersRefused:
            continue
        roles = [one.role for one in order]
        assert roles.index(ManagerRole.PRIMARY) == 0 and roles.count(ManagerRole.PRIMARY) == 1
        assert len({one.employee for one in order}) == len(order)


def test_behind_a_primary_who_goes_the_next_moves_up() -> None:
    order = removed(ranked(PEOPLE[:3]), PEOPLE[0])
    assert [(one.employee, one.role) for one in order] == [
        (PEOPLE[1], ManagerRole.PRIMARY),
        (PEOPLE[2], ManagerRole.DEPUTY),
    ]


def test_a_new_primary_makes_the_old_one_a_deputy_and_others_keep_their_roles() -> None:
    order = added(ranked(PEOPLE[:1]), Place(employee=PEOPLE[1], role=ManagerRole.EXPERT))
    order = added(order, Place(employee=PEOPLE[2], role=ManagerRole.PRIMARY))
    assert [(one.employee, one.role) for one in order] == [
        (PEOPLE[2], ManagerRole.PRIMARY),
        (PEOPLE[0], ManagerRole.DEPUTY),
        (PEOPLE[1], ManagerRole.EXPERT),
    ]


@pytest.mark.parametrize("wrong", [[], [ManagerRole.DEPUTY], [ManagerRole.PRIMARY] * 2])
def test_what_is_no_order_is_refused(wrong: list[ManagerRole]) -> None:
    with pytest.raises(ManagersRefused):
        checked([Place(employee=PEOPLE[n], role=role) for n, role in enumerate(wrong)])


def test_the_last_manager_stays_and_a_list_has_an_end() -> None:
    with pytest.raises(ManagersRefused):
        removed(ranked(PEOPLE[:1]), PEOPLE[0])
    with pytest.raises(ManagersRefused):
        ranked([AgentId(str(n)) for n in range(LONGEST + 1)])
