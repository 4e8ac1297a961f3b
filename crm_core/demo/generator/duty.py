"""Who of the agents takes which call: nobody has two at once, and on duty are as many as it takes.

Of those on duty whose shift it is, the one who has waited longest takes it; are all of them busy,
one more comes. Every day begins with others.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time, timedelta

from crm_core.demo.generator.staff import Employee

RINGS, WRAPS_UP = timedelta(seconds=5), timedelta(seconds=40)
"""Before and after the talk; an agent is busy with both."""

_FIRST = datetime(2000, 1, 1, tzinfo=UTC)


class Duty:
    """Hands out calls, the oldest first."""

    def __init__(self, agents: Sequence[Employee]) -> None:
        self._agents = agents
        self._shifts = {one.username: shift_of(one.shift) for one in agents}
        self._busy_until = dict.fromkeys(self._shifts, _FIRST)
        self._day = _FIRST.date()
        self._on_duty: list[str] = []
        self._others: list[str] = []

    def takes(self, answered_at: datetime, talked_s: int) -> str:
        """The username of who answers then, and is busy for so long and the paperwork."""
        rung_at = answered_at - RINGS
        self._begin(answered_at)
        free = self._free(self._on_duty, rung_at)
        taken = min(free, key=self._idle_since) if free else self._one_more(rung_at)
        ends_at = answered_at + timedelta(seconds=talked_s) + WRAPS_UP
        self._busy_until[taken] = max(self._busy_until[taken], ends_at)
        return taken

    def _idle_since(self, name: str) -> datetime:
        return self._busy_until[name]

    def _begin(self, at: datetime) -> None:
        if at.date() <= self._day:
            return
        self._day = at.date()
        turn = self._day.toordinal() * 7 % len(self._agents)
        names = [one.username for one in self._agents]
        self._on_duty, self._others = [], names[turn:] + names[:turn]

    def _free(self, names: Iterable[str], at: datetime) -> list[str]:
        return [
            name
            for name in names
            if self._busy_until[name] <= at and _covers(self._shifts[name], at.time())
        ]

    def _one_more(self, at: datetime) -> str:
        """Who comes: of the shift if there is one, else whoever is free, or will be first."""
        named = self._free(self._others, at)
        if not named:
            return min(self._busy_until, key=self._idle_since)
        self._others.remove(named[0])
        self._on_duty.append(named[0])
        return named[0]


def shift_of(text: str) -> tuple[time, time]:
    """Beginning and end of a shift like 15:00-24:00, which ends at midnight, told as 0:00."""
    start, end = (time(int(one[:2]) % 24, int(one[3:])) for one in text.split("-"))
    return start, end


def _covers(shift: tuple[time, time], at: time) -> bool:
    start, end = shift
    return start <= at and (at < end or end == time())
