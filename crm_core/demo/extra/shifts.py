"""What agents did on the past days, from their calls and shifts: states as routing would have told
them. Pure.

A shift of which no call is known is not made up. One that calls reach out of is longer.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import groupby

from crm_core.demo.generator.duty import RINGS
from routing.ids import AgentId, CallId, QueueId
from routing.terms import Activity, Availability, Direction, NotReadyReason

_DAY = timedelta(days=1)
_MEAL = timedelta(minutes=30)
_SHORTEST_MEAL = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """A call that an agent had: answered, over, written up."""

    call: CallId
    queue: QueueId
    answered_at: datetime
    ended_at: datetime
    closed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Spell:
    """A state with its beginning."""

    since: datetime
    activity: Activity = Activity.IDLE
    availability: Availability = Availability.AVAILABLE
    reason: NotReadyReason | None = None
    call: CallId | None = None
    queue: QueueId | None = None


_AWAY = {"availability": Availability.NOT_READY, "reason": NotReadyReason.MEAL}


def states(
    agent: AgentId, talks: Iterable[Talk], shift: tuple[time, time]
) -> Iterator[tuple[object, ...]]:
    """The agent's states as rows of COLUMNS: each ends where the next begins, the last does not."""
    spells = [spell for day in _days(talks) for spell in _shift(day, shift)]
    ends: list[datetime | None] = [spell.since for spell in spells[1:]]
    for version, (spell, until) in enumerate(zip(spells, [*ends, None], strict=True), start=1):
        yield (
            *(agent, spell.since, until, version, spell.availability, spell.reason),
            *(spell.activity, spell.call, spell.queue, spell.call and Direction.INBOUND),
        )


COLUMNS = (
    *("agent", "since", "until", "version", "availability", "reason"),
    *("activity", "call", "queue", "direction"),
)


def _days(talks: Iterable[Talk]) -> Iterator[list[Talk]]:
    """Talks by day; one that another of the same agent reaches into is left out."""
    ordered = sorted(talks, key=lambda talk: (talk.answered_at, talk.call))
    for _day, several in groupby(ordered, key=lambda talk: talk.answered_at.date()):
        day: list[Talk] = []
        for talk in several:
            if not day or day[-1].closed_at < talk.answered_at - RINGS:
                day.append(talk)
        yield day


def _shift(day: Sequence[Talk], shift: tuple[time, time]) -> Iterator[Spell]:
    start, end = shift
    date = day[0].answered_at.date()
    begins = datetime.combine(date, start, UTC)
    ends = datetime.combine(date, end, UTC) + (_DAY if end == time() else timedelta())
    begins = min(begins, day[0].answered_at - 2 * RINGS)
    ends = max(ends, day[-1].closed_at + RINGS)
    meal = _meal(day, begins, ends)
    free_since = begins
    for talk in [*day, None]:
        until = talk.answered_at - RINGS if talk else ends
        yield Spell(since=free_since)
        if meal and free_since < meal < until:
            yield Spell(since=meal, **_AWAY)  # type: ignore[arg-type]
            back = meal + min(_MEAL, (until - meal) / 2)
            yield Spell(since=back)
        if talk:
            yield from _busy(talk)
            free_since = talk.closed_at
    yield Spell(since=ends, availability=Availability.OFFLINE)


def _busy(talk: Talk) -> Iterator[Spell]:
    about = {"call": talk.call, "queue": talk.queue}
    moments = (
        (talk.answered_at - RINGS, Activity.RINGING),
        (talk.answered_at, Activity.ON_CALL),
        (talk.ended_at, Activity.WRAP_UP),
    )
    for since, activity in moments:
        yield Spell(since=since, activity=activity, **about)  # type: ignore[arg-type]


def _meal(day: Sequence[Talk], begins: datetime, ends: datetime) -> datetime | None:
    """When he goes to eat: early in the first pause about the middle that is long enough."""
    middle = begins + (ends - begins) / 3
    pauses = zip(
        [begins, *(talk.closed_at for talk in day)],
        [*(talk.answered_at - RINGS for talk in day), ends],
        strict=True,
    )
    for since, until in pauses:
        start = max(since, middle) + RINGS
        if until - start >= 2 * _SHORTEST_MEAL and start < ends - _MEAL:
            return start
    return None
