"""Tables of states: what is not in them is refused."""

from enum import StrEnum

import pytest

from crm_core.states import MoveRefused, after, can, final


class Lamp(StrEnum):
    OFF = "off"
    ON = "on"
    BROKEN = "broken"


class Do(StrEnum):
    SWITCH = "switch"
    DROP = "drop"


TABLE = {
    Lamp.OFF: {Do.SWITCH: Lamp.ON, Do.DROP: Lamp.BROKEN},
    Lamp.ON: {Do.SWITCH: Lamp.OFF, Do.DROP: Lamp.BROKEN},
    Lamp.BROKEN: {},
}


def test_a_move_of_the_table() -> None:
    assert after(TABLE, Lamp.OFF, Do.SWITCH) is Lamp.ON
    assert can(TABLE, Lamp.ON, Do.DROP)


def test_any_other_move_is_refused_and_named() -> None:
    assert not can(TABLE, Lamp.BROKEN, Do.SWITCH)
    with pytest.raises(MoveRefused, match="switch in broken"):
        after(TABLE, Lamp.BROKEN, Do.SWITCH)


def test_states_without_a_way_out() -> None:
    assert final(TABLE) == {Lamp.BROKEN}
