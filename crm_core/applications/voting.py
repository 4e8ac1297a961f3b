"""What votes come to. Pure.

Nothing is decided before as many have voted as the stage asks for. More than half of them must be
for it; if some of those offer a smaller amount, the smallest amount offered is what is offered.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from crm_core.applications.states import VoteChoice


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """How somebody voted; `counter_minor` is the smaller amount of a counter-offer."""

    voter: str
    choice: VoteChoice
    counter_minor: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What was decided, and for how much unless it was declined."""

    decision: VoteChoice
    minor: int | None


def outcome(votes: Sequence[Vote], quorum: int, *, asked_minor: int) -> Outcome | None:
    """What the votes come to; None as long as they are too few."""
    if len(votes) < quorum:
        return None
    against = sum(vote.choice is VoteChoice.DECLINE for vote in votes)
    if 2 * (len(votes) - against) <= len(votes):
        return Outcome(decision=VoteChoice.DECLINE, minor=None)
    offers = [vote.counter_minor for vote in votes if vote.counter_minor is not None]
    if offers:
        return Outcome(decision=VoteChoice.COUNTER, minor=min(offers))
    return Outcome(decision=VoteChoice.APPROVE, minor=asked_minor)
