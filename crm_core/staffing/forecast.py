"""What a queue may expect on a day: the mean of the same weekday in the weeks before.

Counts callers by the interval of local time in which they came, and what an answered call cost
(talk, hold, wrap-up). Days that the calendar marks, and days without any call of the queue, are
left out and named: they tell nothing of an ordinary one. No trend, no season: a planner who knows
better types his own figures. On a day when clocks are moved, intervals count on from midnight.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.models import CallCard
from crm_core.reports.intervals import Period, as_ms
from crm_core.reports.timing import epoch_ms
from crm_core.worktime.calendars import plan
from routing.ids import QueueId
from routing.terms import Direction

MINUTES = 30
MOST_WEEKS = 12
_WIDTH_MS = MINUTES * 60_000
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """An interval of half an hour: from which minute of the day, how many calls, seconds each.

    `aht` is None where no call was answered on any of the days.
    """

    minute: int
    calls: float
    aht: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """A day's intervals in which calls are to be expected, and the days this was learned from."""

    day: date
    special: str | None
    """What the calendar calls the day, if it is no ordinary one: the figures do not hold then."""
    learned_from: tuple[date, ...]
    left_out: tuple[date, ...]
    intervals: tuple[Expected, ...]


@dataclass(slots=True)
class _Sum:
    calls: int = 0
    answered: int = 0
    spent_ms: int = 0

    def add(self, calls: int, answered: int, spent_ms: int) -> None:
        self.calls += calls
        self.answered += answered
        self.spent_ms += spent_ms

    @property
    def aht(self) -> float | None:
        return self.spent_ms / self.answered / 1000 if self.answered else None


async def forecast(
    session: AsyncSession, queue: QueueId, day: date, *, zone: ZoneInfo, weeks: int
) -> Forecast:
    """What to expect of `queue` on `day`, from so many weeks before it, at most `MOST_WEEKS`."""
    marked = {one.day: one.name or str(one.day) for one in (await plan(session)).days}
    before = [day - n * _WEEK for n in range(1, min(weeks, MOST_WEEKS) + 1)]
    sums: dict[int, _Sum] = defaultdict(_Sum)
    used: list[date] = []
    for one in before:
        counted = [] if one in marked else await _counted(session, queue, one, zone)
        for slot, *figures in counted:
            sums[slot].add(*figures)
        if counted:
            used.append(one)
    return Forecast(
        day=day,
        special=marked.get(day),
        learned_from=tuple(used),
        left_out=tuple(one for one in before if one not in used),
        intervals=tuple(_expected(sums, len(used))),
    )


def _expected(sums: dict[int, _Sum], days: int) -> Iterable[Expected]:
    whole = _Sum()
    for one in sums.values():
        whole.add(one.calls, one.answered, one.spent_ms)
    for slot, one in sorted(sums.items()):
        aht = whole.aht if one.aht is None else one.aht
        yield Expected(minute=slot * MINUTES, calls=one.calls / days, aht=aht)


async def _counted(
    session: AsyncSession, queue: QueueId, day: date, zone: ZoneInfo
) -> list[tuple[int, int, int, int]]:
    """By interval: callers, those answered, and milliseconds spent on them."""
    period = Period(first=day, last=day, zone=zone)
    slot = (epoch_ms(CallCard.arrived_at) - as_ms(period.start)) // _WIDTH_MS
    answered = CallCard.answered_at.is_not(None)
    spent = CallCard.talk_ms + CallCard.hold_ms + CallCard.wrap_up_ms
    per_call = (
        select(
            slot.label("slot"),
            case((answered, 1), else_=0).label("answered"),
            case((answered, spent), else_=0).label("spent"),
        )
        .where(
            CallCard.arrived_at >= period.start,
            CallCard.arrived_at < period.end,
            CallCard.direction == Direction.INBOUND,
            func.coalesce(CallCard.answered_in, CallCard.queue) == queue,
        )
        .subquery()
    )
    found = await session.execute(
        select(
            per_call.c.slot,
            func.count(),
            func.sum(per_call.c.answered),
            func.sum(per_call.c.spent),
        ).group_by(per_call.c.slot)
    )
    return [(int(slot), calls, int(answered), int(spent)) for slot, calls, answered, spent in found]
