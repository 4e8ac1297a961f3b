"""How long until somebody is free: what the engine has learned of its queues' talks and paperwork.

For each queue and stage a histogram of durations. What is left of a talk that has lasted `age`
is the mean of those that lasted longer, less the age: a talk of an hour is not over soon because
most talks are. Before there is experience, a few imagined ones of the usual length stand in.
Everything is counted from facts, so a replay learns the same.
"""

from bisect import bisect_left
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

from routing.engine.records import Agent, Call
from routing.ids import QueueId
from routing.terms import Activity

BOUNDS = tuple(2 * 1.25**step for step in range(40))
"""Upper ends of the bins, seconds: from 2 s to some 3 hours; what is longer counts in the last."""
_MIDDLES = (1.0, *((low + high) / 2 for low, high in pairwise(BOUNDS)))

PRIOR_WEIGHT = 10
PRIOR_TALK = 180.0
PRIOR_WRAP_UP = 60.0
"""Seconds that a talk and its paperwork are taken to last where nothing is known."""

MEMORY = 2000
"""Beyond so many durations the older half of the experience is let go."""


@dataclass(slots=True, kw_only=True)
class Durations:
    """A histogram of durations."""

    prior: float
    counts: list[int] = field(default_factory=lambda: [0] * len(BOUNDS))
    number: int = 0

    def learn(self, seconds: float) -> None:
        """Count one more."""
        self.counts[min(bisect_left(BOUNDS, seconds), len(BOUNDS) - 1)] += 1
        self.number += 1
        if self.number > MEMORY:
            self.counts = [count // 2 for count in self.counts]
            self.number = sum(self.counts)

    def mean(self) -> float:
        """Return the mean, in seconds."""
        return self.remaining(0.0)

    def remaining(self, age: float) -> float:
        """Return how many seconds are still to be expected of one that has lasted `age`."""
        first = bisect_left(_MIDDLES, age)
        longer = sum(self.counts[first:])
        total = sum(
            count * (middle - age)
            for count, middle in zip(self.counts[first:], _MIDDLES[first:], strict=True)
        )
        return (PRIOR_WEIGHT * self.prior + total) / (PRIOR_WEIGHT + longer)


@dataclass(slots=True, kw_only=True)
class Experience:
    """What was learned of a queue."""

    queue: QueueId
    talk: Durations = field(default_factory=lambda: Durations(prior=PRIOR_TALK))
    wrap_up: Durations = field(default_factory=lambda: Durations(prior=PRIOR_WRAP_UP))

    def handling(self) -> float:
        """Return the mean seconds of a call with its paperwork."""
        return self.talk.mean() + self.wrap_up.mean()


def until_free(agent: Agent, call: Call | None, known: Experience, now: datetime) -> float | None:
    """Return in how many seconds the agent is expected to be free; None if not by himself.

    `call` is his call now, `known` is of its queue.
    """
    if not agent.on_shift or agent.next_availability is not None:
        return None
    if agent.activity is Activity.WRAP_UP:
        left = known.wrap_up.remaining((now - agent.since).total_seconds())
        if call is not None and call.wrap_up_deadline is not None:
            left = min(left, (call.wrap_up_deadline - now).total_seconds())
        return max(left, 0.0)
    if agent.activity in (Activity.ON_CALL, Activity.ON_HOLD) and call is not None:
        age = (now - (call.answered_at or now)).total_seconds()
        return known.talk.remaining(max(age, 0.0)) + known.wrap_up.mean()
    return None
