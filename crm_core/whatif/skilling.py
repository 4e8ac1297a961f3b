"""What agents can take, as a variant: one skill each, two each, or what the records show.

Skills are dealt out by the work that each type of call brings. A type with less work than
a twentieth of all has no agents of its own; the largest type's agents take it too.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from crm_core.whatif.calls import RecordedCall
from crm_core.whatif.staffing import Staff
from routing.ids import AgentId, QueueId
from routing.roster import AgentProfile

SMALL = 0.05
"""The share of all work below which a type has no agents of its own."""


def dealt(staff: Staff, calls: Iterable[RecordedCall], *, each: int) -> Staff:
    """The staff of a day with `each` types an agent (1 or more), by the work of `calls`.

    Agents who work at the same times get different types: in the order of their duties' middles
    each gets the type that has most work for the time dealt to it so far, weighed by his own time.
    """
    work = _work(calls)
    if not work:
        return staff
    total = sum(work.values())
    largest = max(work, key=lambda one: (work[one], one))
    major = {queue: load for queue, load in work.items() if load >= SMALL * total}
    minor = tuple(sorted(queue for queue in work if queue not in major))
    given: dict[QueueId, float] = defaultdict(float)
    profiles: dict[AgentId, AgentProfile] = {}
    for agent in _by_time(staff):
        hours = _hours(staff, agent.agent)
        chosen = _next(major, given, hours, each)
        for queue in chosen:
            given[queue] += hours / len(chosen)
        queues = (*chosen, *(minor if largest in chosen else ()))
        profiles[agent.agent] = replace(agent, queues=tuple(sorted(queues)))
    return replace(staff, agents=tuple(profiles[one.agent] for one in staff.agents))


def _next(
    work: dict[QueueId, float], given: dict[QueueId, float], hours: float, each: int
) -> list[QueueId]:
    """The types that would have the least time for their work with these hours, the first first."""
    ranked = sorted(work, key=lambda one: ((given[one] + hours) / work[one], one))
    return ranked[:each]


def _work(calls: Iterable[RecordedCall]) -> dict[QueueId, float]:
    """Seconds of talk that each type asks for, had all been answered."""
    talks: dict[str, float] = defaultdict(float)
    answered: Counter[str] = Counter()
    offered: Counter[str] = Counter()
    for call in calls:
        offered[call.queue] += 1
        if call.talked is not None:
            talks[call.queue] += call.talked
            answered[call.queue] += 1
    mean = sum(talks.values()) / max(sum(answered.values()), 1) or 1.0
    return {
        QueueId(queue): calls_ * (talks[queue] / answered[queue] if answered[queue] else mean)
        for queue, calls_ in sorted(offered.items())
    }


def _hours(staff: Staff, agent: AgentId) -> float:
    return sum((end - start) / timedelta(hours=1) for start, end in staff.duties[agent])


def _by_time(staff: Staff) -> list[AgentProfile]:
    def middle(agent: AgentProfile) -> float:
        spans = staff.duties[agent.agent]
        return (spans[0][0].timestamp() + spans[-1][1].timestamp()) / 2 if spans else 0.0

    return sorted(staff.agents, key=lambda one: (middle(one), one.agent))
