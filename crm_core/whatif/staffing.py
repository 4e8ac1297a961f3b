"""Who works when, and what he can take. Pure: duties as values.

A call log does not tell who was at work, only who talked when. `staff_of` concludes it: an agent
is on duty from the begin of his first call of a day to the end of his last. Between two calls he
was away if that took longer than `LONGEST_GAP` although somebody whom he could have served waited
for longer than `NOTICED` meanwhile; a shorter time belongs to the call before (writing it up,
taking the next), and a longer one while nobody waited is idleness.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from crm_core.whatif.calls import Outcome, RecordedCall
from routing.ids import AgentId, QueueId
from routing.roster import AgentProfile

LONGEST_GAP = timedelta(seconds=60)
NOTICED = timedelta(seconds=20)

Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """The agents of one day, and when each is on duty: spans in order and apart."""

    agents: tuple[AgentProfile, ...]
    duties: Mapping[AgentId, tuple[Span, ...]]

    def seconds(self) -> float:
        """How long they are on duty, all together."""
        return sum(
            (end - start).total_seconds() for one in self.duties.values() for start, end in one
        )


def staff_of(calls: Sequence[RecordedCall]) -> Staff:
    """Conclude from the calls of a day who was on duty, and take what he took as his queues."""
    served: dict[AgentId, list[RecordedCall]] = defaultdict(list)
    for call in calls:
        if call.agent is not None and call.talked is not None:
            served[call.agent].append(call)
    agents = tuple(_profile(agent, taken) for agent, taken in sorted(served.items()))
    waits = _waits(calls)
    return Staff(
        agents=agents,
        duties={one.agent: _duties(served[one.agent], one, waits) for one in agents},
    )


def gaps_between(calls: Iterable[RecordedCall]) -> list[float]:
    """How long agents took from one call to the next while its caller waited already, in seconds.

    It is what the call before costs after its end. Those longer than `LONGEST_GAP` are absences.
    """
    gaps: list[float] = []
    by_agent: dict[tuple[AgentId, date], list[RecordedCall]] = defaultdict(list)
    for call in calls:
        if call.agent is not None and call.talked is not None:
            by_agent[call.agent, call.day].append(call)
    for taken in by_agent.values():
        for before, after in _pairs(taken):
            gap = _begin(after) - _end(before)
            if after.arrived_at <= _end(before) and timedelta() <= gap <= LONGEST_GAP:
                gaps.append(gap.total_seconds())
    return gaps


def _begin(call: RecordedCall) -> datetime:
    return call.arrived_at + timedelta(seconds=call.waited)


def _end(call: RecordedCall) -> datetime:
    return _begin(call) + timedelta(seconds=call.talked or 0)


def _pairs(taken: list[RecordedCall]) -> list[tuple[RecordedCall, RecordedCall]]:
    ordered = sorted(taken, key=lambda c: (_begin(c), c.call))
    return list(pairwise(ordered))


def _profile(agent: AgentId, taken: list[RecordedCall]) -> AgentProfile:
    queues = tuple(sorted({QueueId(call.queue) for call in taken}))
    return AgentProfile(agent=agent, name=agent, queues=queues)


def _duties(
    taken: list[RecordedCall], agent: AgentProfile, waits: Mapping[str, list[Span]]
) -> tuple[Span, ...]:
    ordered = sorted(taken, key=lambda c: (_begin(c), c.call))
    spans: list[Span] = []
    start, end = _begin(ordered[0]), _end(ordered[0])
    for call in ordered[1:]:
        begin = _begin(call)
        if begin - end > LONGEST_GAP and _missed(agent, (end, begin), waits):
            spans.append((start, end))
            start = begin
        end = max(end, _end(call))
    return (*spans, (start, end))


def _waits(calls: Iterable[RecordedCall]) -> dict[str, list[Span]]:
    """By queue, from when on an agent who was there would have taken the caller, to his end."""
    waits: dict[str, list[Span]] = defaultdict(list)
    for call in calls:
        if call.outcome in (Outcome.ANSWERED, Outcome.ABANDONED):
            noticed = call.arrived_at + NOTICED
            if (end := _begin(call)) > noticed:
                waits[call.queue].append((noticed, end))
    return waits


def _missed(agent: AgentProfile, gap: Span, waits: Mapping[str, list[Span]]) -> bool:
    start, end = gap
    return any(
        since < end and until > start + NOTICED
        for queue in agent.queues
        for since, until in waits.get(queue, ())
    )
