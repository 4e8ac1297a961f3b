"""The order of a party's managers. Pure.

The order is total: the first is the primary manager and the only one, everybody stands in it once.
A party may have nobody; once somebody looks after it, somebody always does.
"""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

from crm_core.errors import Refused
from crm_core.models import ManagerRole
from routing.ids import AgentId

LONGEST = 20
"""More managers than this nobody rings through."""


class ManagersRefused(Refused):
    """The list is empty, too long, names one twice, or its first and only first is not primary."""

    code = "managers_refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A manager's place in the order; the rank is where he stands, from 1."""

    employee: AgentId
    role: ManagerRole


Order = tuple[Place, ...]


def checked(places: Sequence[Place]) -> Order:
    """The places as an order. Raises ManagersRefused."""
    primaries = [one.role is ManagerRole.PRIMARY for one in places]
    twice = len({one.employee for one in places}) != len(places)
    if not 0 < len(places) <= LONGEST or twice or primaries != [True] + [False] * len(places[1:]):
        raise ManagersRefused
    return tuple(places)


def ranked(employees: Sequence[AgentId]) -> Order:
    """These in this order, all but the first as deputies. Raises ManagersRefused."""
    return _settled([Place(employee=one, role=ManagerRole.DEPUTY) for one in employees])


def added(order: Order, place: Place) -> Order:
    """With one more: a primary in front of all, others at the end. Raises ManagersRefused."""
    if place.role is ManagerRole.PRIMARY:
        return _settled([place, *order])
    return _settled([*order, place])


def removed(order: Order, employee: AgentId) -> Order:
    """Without this one; behind a primary who goes the next moves up. Raises ManagersRefused."""
    return _settled([one for one in order if one.employee != employee])


def moved(order: Order, employee: AgentId, rank: int) -> Order:
    """With this one at the rank, from 1; beyond the end is the end. Raises ManagersRefused."""
    one = next((place for place in order if place.employee == employee), None)
    if one is None:
        raise ManagersRefused
    rest = [place for place in order if place.employee != employee]
    at = max(0, rank - 1)
    return _settled([*rest[:at], one, *rest[at:]])


def _settled(places: Sequence[Place]) -> Order:
    """The first becomes primary; who was and no longer is becomes a deputy."""
    settled = []
    for rank, place in enumerate(places, start=1):
        role = place.role
        if rank == 1:
            role = ManagerRole.PRIMARY
        elif role is ManagerRole.PRIMARY:
            role = ManagerRole.DEPUTY
        settled.append(dataclasses.replace(place, role=role))
    return checked(settled)
