"""A call's order of preference: steps that open at their times and stay open. Pure.

named agents (transfer, whom the caller asked for, managers, last agent) -> the queue's pool, as
its needs ease -> overflow.
The waiting time already served counts: what opens after so many seconds opens at once for a
caller who has waited them in another queue.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from routing.engine.pools import Needs
from routing.ids import AgentId, QueueId, SkillId
from routing.notices import StepView
from routing.rules.terms import Need, Overflow
from routing.terms import Basis, ManagerUse

MANAGERS = 8
"""How many priority managers a call looks at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What a plan is made of. `since` is when the call began to wait, `now` when it is made."""

    queue: QueueId
    since: datetime
    now: datetime
    pool_opens_at: datetime
    target: AgentId | None
    """Whom a transfer names; `asked_for` is whom the caller chose himself."""
    asked_for: AgentId | None
    managers: Sequence[AgentId]
    last_agent: AgentId | None
    use: ManagerUse
    needs: tuple[Need, ...]
    overflow: Sequence[Overflow]


def make_plan(wishes: Wishes) -> tuple[StepView, ...]:
    """Return the steps in their order of preference."""
    return (*_named(wishes), *_pools(wishes))


def _named(wishes: Wishes) -> Iterable[StepView]:
    if wishes.target is not None:
        yield StepView(basis=Basis.TRANSFER, opens_at=wishes.now, agents=(wishes.target,))
    if wishes.asked_for is not None:
        yield StepView(basis=Basis.ASKED_FOR, opens_at=wishes.now, agents=(wishes.asked_for,))
    managers = tuple(wishes.managers)
    if managers:
        yield StepView(basis=Basis.PRIORITY_MANAGER, opens_at=wishes.now, agents=managers)
    if wishes.last_agent is not None and wishes.last_agent not in managers:
        yield StepView(basis=Basis.LAST_AGENT, opens_at=wishes.now, agents=(wishes.last_agent,))


def _pools(wishes: Wishes) -> Iterable[StepView]:
    if wishes.use is ManagerUse.ONLY and wishes.managers:
        return
    opens = wishes.pool_opens_at
    for needs, after in easing(wishes.needs):
        yield StepView(
            basis=Basis.SKILLED if needs else Basis.QUEUE_POOL,
            opens_at=max(opens, wishes.since + timedelta(seconds=after)),
            queue=wishes.queue,
            needs=needs,
        )
    for other in wishes.overflow:
        at = max(opens, wishes.since + timedelta(seconds=other.after))
        waited = (at - wishes.since).total_seconds()
        yield StepView(
            basis=Basis.OVERFLOW,
            opens_at=at,
            queue=other.queue,
            needs=needs_after(wishes.needs, waited),
        )


@lru_cache(maxsize=1024)
def easing(needs: tuple[Need, ...]) -> list[tuple[Needs, int]]:
    """Return the needs as they ease, each with the seconds of waiting from which it holds.

    There are as many needs as rules can gather, and they come again and again.
    """
    times = sorted({0, *(one.relax_after for one in needs if one.relax_after is not None)})
    eased = [(needs_after(needs, after), after) for after in times]
    return [one for place, one in enumerate(eased) if place == 0 or one[0] != eased[place - 1][0]]


def needs_after(needs: Sequence[Need], waited: float) -> Needs:
    """Return what is needed of a call that has waited so many seconds; the higher of two holds."""
    levels: dict[SkillId, int] = {}
    for one in needs:
        eased = one.relax_after is not None and waited >= one.relax_after
        level = one.relaxed if eased else one.level
        if level > 0:
            levels[one.skill] = max(level, levels.get(one.skill, 0))
    return tuple(sorted(levels.items()))
