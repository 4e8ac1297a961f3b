"""What records do not tell is drawn: patience of those who were answered, talks that never were.

The draws of a replication are made once, before anything is simulated, so that all variants meet
the very same callers and only what was changed makes a difference.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from random import Random
from typing import TypeVar

from crm_core.whatif.calls import Outcome, RecordedCall
from crm_core.whatif.patience import Patience, fit
from crm_core.whatif.staffing import gaps_between

ALL_QUEUES = ""
Seen = TypeVar("Seen")
Learned = TypeVar("Learned")

FEW = 30
"""Of fewer observations nothing is learned; what all queues together tell is taken instead."""


class Draw(StrEnum):
    """Which times are drawn."""

    MISSING = "missing"
    """Those that the records do not tell; all others are as they were."""
    ALL = "all"
    """All patience and all talks, so that nothing but arrivals and staff is taken from the day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """A call as it will go if somebody answers, and if nobody does. Seconds."""

    call: RecordedCall
    patience: float
    talk: float
    after_call: float
    """How long the agent is busy with it after its end."""
    takes_callback: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """What callers and agents are like, learned from records; by queue, "" is all queues."""

    patience: dict[str, Patience]
    talks: dict[str, tuple[float, ...]]
    after_call: tuple[float, ...]
    callbacks: float = 0.0
    """The share of callers who leave for a callback if they are offered one."""


def learn(calls: Sequence[RecordedCall]) -> Habits:
    """Learn the habits of all queues that have enough calls."""
    return Habits(
        patience=_by_queue(calls, _leaving, fit),
        talks=_by_queue(calls, _talk, _sample),
        after_call=_sample(_after_calls(calls)),
    )


def draw(
    calls: Iterable[RecordedCall], habits: Habits, chance: Random, *, what: Draw = Draw.MISSING
) -> list[Caller]:
    """Draw what is not known of each call. The same chance gives the same callers."""
    return [_caller(call, habits, chance, what) for call in calls]


def _caller(call: RecordedCall, habits: Habits, chance: Random, what: Draw) -> Caller:
    patience = _of(habits.patience, call.queue)
    all_talks = _of(habits.talks, call.queue)
    anew = what is Draw.ALL
    left = call.outcome is Outcome.ABANDONED
    waits = patience.draw(chance, beyond=0.0 if anew else call.waited)
    talk, rest = chance.choice(all_talks), chance.choice(habits.after_call)
    return Caller(
        call=call,
        patience=call.waited if left and not anew else waits,
        talk=talk if anew or call.talked is None else call.talked,
        after_call=rest if anew or call.after_call is None else call.after_call,
        takes_callback=chance.random() < habits.callbacks,
    )


def _of(by_queue: dict[str, Learned], queue: str) -> Learned:
    return by_queue.get(queue, by_queue[ALL_QUEUES])


def _by_queue(
    calls: Sequence[RecordedCall],
    seen_in: Callable[[RecordedCall], Seen | None],
    learn_from: Callable[[list[Seen]], Learned],
) -> dict[str, Learned]:
    """What is learned of all calls, and of each queue that has enough to learn from."""
    seen: dict[str, list[Seen]] = defaultdict(list)
    for call in calls:
        if (one := seen_in(call)) is not None:
            seen[ALL_QUEUES].append(one)
            seen[call.queue].append(one)
    learned = {queue: learn_from(one) for queue, one in seen.items() if len(one) >= FEW}
    return learned | {ALL_QUEUES: learn_from(seen[ALL_QUEUES])}


def _leaving(call: RecordedCall) -> tuple[float, bool] | None:
    if call.outcome is Outcome.TURNED_AWAY:
        return None
    return call.waited, call.outcome is Outcome.ABANDONED


def _talk(call: RecordedCall) -> float | None:
    return call.talked


def _after_calls(calls: Sequence[RecordedCall]) -> list[float]:
    """As they were recorded; where none was, as the gaps between calls tell."""
    known = [call.after_call for call in calls if call.after_call is not None]
    return known or gaps_between(calls)


def _sample(talks: list[float]) -> tuple[float, ...]:
    return tuple(sorted(talks)) or (0.0,)
