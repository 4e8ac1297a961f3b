"""Recovery strategies as data: which step is due at how many days past due, by segment and score.

Pure: a case's figures in, its next step out. Reading the file is the composition root's work.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from crm_core.catalogue import Entry
from crm_core.collections.score import HIGHEST, ScoreTable
from crm_core.collections.states import Channel
from crm_core.models import PartyKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What to do once the worst agreement is `at_dpd` days past due, within `norm_days`."""

    entry: Entry
    at_dpd: int
    stage: str
    channel: Channel
    norm_days: int
    min_score: int = 0
    max_score: int = HIGHEST

    @property
    def code(self) -> str:
        return self.entry.code

    def suits(self, score: int) -> bool:
        return self.min_score <= score <= self.max_score


@dataclass(frozen=True, slots=True, kw_only=True)
class Strategy:
    """Steps in ascending order of days past due. Empty `kinds` or `tiers` suit every party."""

    entry: Entry
    steps: tuple[Step, ...]
    kinds: frozenset[PartyKind] = frozenset()
    tiers: frozenset[str] = frozenset()

    @property
    def code(self) -> str:
        return self.entry.code

    def suits(self, kind: PartyKind, tier: str) -> bool:
        return (not self.kinds or kind in self.kinds) and (not self.tiers or tier in self.tiers)

    def step(self, code: str) -> Step | None:
        return next((one for one in self.steps if one.code == code), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseRules:
    """A promise is due within `max_days`, counts until `grace_days` later, is kept from
    `threshold_pct` percent on, and may be replaced `max_replaced` times in an episode."""

    max_days: int
    grace_days: int
    threshold_pct: int
    max_replaced: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectionRules:
    """All that a bank sets for its collection work. The last strategy suits every party.

    A case opens at `open_at_dpd` days past due, is cured after `cure_days` business days with
    nothing overdue, and is opened again as the same case within `reopen_days` of its end.
    """

    open_at_dpd: int
    cure_days: int
    reopen_days: int
    longest_pause_days: int
    promises: PromiseRules
    score: ScoreTable
    stages: Mapping[str, Entry]
    after_broken: Step
    strategies: tuple[Strategy, ...]

    def strategy_for(self, kind: PartyKind, tier: str) -> Strategy:
        """The first that suits the party."""
        return next(one for one in self.strategies if one.suits(kind, tier))

    def strategy(self, code: str) -> Strategy | None:
        return next((one for one in self.strategies if one.code == code), None)

    def step(self, strategy: str, code: str) -> Step | None:
        """A step by its code; also the one after a broken promise."""
        if code == self.after_broken.code:
            return self.after_broken
        found = self.strategy(strategy)
        return found.step(code) if found else None


@dataclass(frozen=True, slots=True, kw_only=True)
class NextStep:
    """A step and the day from which it is due; `stage` is the one that the case is in now."""

    stage: str
    step: Step | None = None
    due_on: date | None = None


def next_step(
    strategy: Strategy, *, dpd: int, score: int, done: Collection[str], on: date
) -> NextStep:
    """What comes next on the day `on`, on which the case is `dpd` days past due.

    Of the steps that are due only the latest counts: what was passed over, because the case came
    late to us, is not caught up on. A step that is done is followed by the next that will be due.
    """
    steps = [one for one in strategy.steps if one.suits(score)]
    due = [one for one in steps if one.at_dpd <= dpd]
    ahead = next((one for one in steps if one.at_dpd > dpd), None)
    stage = due[-1].stage if due else strategy.steps[0].stage
    if due and due[-1].code not in done:
        since = on - timedelta(days=dpd - due[-1].at_dpd)
        return NextStep(stage=stage, step=due[-1], due_on=since)
    if ahead is None:
        return NextStep(stage=stage)
    later = on + timedelta(days=ahead.at_dpd - dpd)
    return NextStep(stage=stage, step=ahead, due_on=later)
