"""State machines as tables: state -> event -> next state. A move that is not there is refused.

The table of each machine lives with what it moves; the database's constraint, the diagrams in the
documents and the property tests are made from the same table. Owns no state.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from crm_core.errors import Refused

S = TypeVar("S", bound=StrEnum)
E = TypeVar("E", bound=StrEnum)
Table = Mapping[S, Mapping[E, S]]


class MoveRefused(Refused):
    """What is asked for cannot be done in this state; the detail names both by their codes."""

    code = "move_refused"


def after(table: Mapping[S, Mapping[E, S]], state: S, event: E) -> S:
    """The state after the event. Raises MoveRefused."""
    target = table[state].get(event)
    if target is None:
        raise MoveRefused(f"{event} in {state}")
    return target


def can(table: Mapping[S, Mapping[E, S]], state: S, event: E) -> bool:
    """Whether the event is one that the state knows."""
    return event in table[state]


def final(table: Mapping[S, Mapping[E, S]]) -> frozenset[S]:
    """The states that nothing leads out of."""
    return frozenset(state for state, moves in table.items() if not moves)
