"""The score and the next step of a case, computed anew from what the database knows of it.

The next step waits while a promise runs or the case is paused, and a promise that was broken comes
first until somebody has spoken to the debtor.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.collections.review import Overdue, worst_dpd
from crm_core.collections.score import Score, ScoreFactor, score
from crm_core.collections.states import CaseEvent, CaseState, ContactOutcome, PromiseState
from crm_core.collections.strategy import CollectionRules, Strategy, next_step
from crm_core.database import moment
from crm_core.errors import Unknown
from crm_core.models import CaseEventRow, CollectionCase, Party, Promise

_DAY = timedelta(days=1)


class CaseUnknown(Unknown):
    """There is no such case."""

    code = "case_unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What was done in the running episode, the oldest first, and the case's promises."""

    events: Sequence[CaseEventRow]
    promises: Sequence[Promise]

    @property
    def done(self) -> frozenset[str]:
        """The steps that were fulfilled."""
        return frozenset(one.step for one in self.events if one.step)

    @property
    def active(self) -> Promise | None:
        """The promise that runs."""
        return next((one for one in self.promises if one.state is PromiseState.ACTIVE), None)

    @property
    def reached_at(self) -> datetime | None:
        """When the debtor himself was last spoken to."""
        spoken = [e.at for e in self.events if e.outcome == ContactOutcome.RIGHT_PARTY]
        return spoken[-1] if spoken else None

    @property
    def broken_at(self) -> datetime | None:
        """When a promise was broken that nobody has spoken to the debtor about yet."""
        broken = [one.at for one in self.events if one.kind == CaseEvent.BREAK]
        if not broken or (self.reached_at and self.reached_at > broken[-1]):
            return None
        return broken[-1]

    def count(self, state: PromiseState) -> int:
        return sum(one.state is state for one in self.promises)


async def past_of(session: AsyncSession, case: CollectionCase) -> Past:
    """What has happened in the case."""
    event, promise = CaseEventRow, Promise
    mine = event.case == case.id, event.episode == case.episode
    events = await session.scalars(select(event).where(*mine).order_by(event.at, event.id))
    promises = select(promise).where(promise.case == case.id).order_by(promise.taken_at)
    return Past(events=list(events), promises=list(await session.scalars(promises)))


async def strategy_of(
    session: AsyncSession, case: CollectionCase, rules: CollectionRules
) -> Strategy:
    """The case's strategy, or the one that suits its party where the rules have it no more."""
    known = rules.strategy(case.strategy)
    if known is not None:
        return known
    party = await session.get_one(Party, case.party)
    return rules.strategy_for(party.kind, party.tier)


async def plan(
    session: AsyncSession,
    case: CollectionCase,
    items: Sequence[Overdue],
    rules: CollectionRules,
    *,
    on: date,
) -> None:
    """Write score, stage and next step of the case as they are on the business date."""
    await session.flush()
    past = await past_of(session, case)
    strategy = await strategy_of(session, case, rules)
    found = rated(case, items, past, rules, on=on)
    case.strategy, case.worst_dpd = strategy.code, worst_dpd(items)
    case.score, case.score_version = found.value, found.version
    case.factors = [asdict(one) for one in found.factors]
    ahead = next_step(strategy, dpd=case.worst_dpd, score=found.value, done=past.done, on=on)
    case.stage = ahead.stage
    case.next_step = ahead.step.code if ahead.step else ""
    case.next_action_at = day_begins(ahead.due_on) if ahead.due_on else None
    if past.broken_at and not past.active:
        case.next_step, case.next_action_at = rules.after_broken.code, past.broken_at
    _wait(case, past)
    case.updated_at = moment(session)


def rated(
    case: CollectionCase,
    items: Sequence[Overdue],
    past: Past,
    rules: CollectionRules,
    *,
    on: date,
) -> Score:
    """The case's score on the business date."""
    began = past.events[0].at.date() if past.events else case.opened_on
    silent_since = past.reached_at.date() if past.reached_at else began
    figures = {
        ScoreFactor.DPD: worst_dpd(items),
        ScoreFactor.AGREEMENTS: sum(bool(one.overdue) for one in items),
        ScoreFactor.BROKEN: past.count(PromiseState.BROKEN),
        ScoreFactor.KEPT: past.count(PromiseState.KEPT),
        ScoreFactor.EPISODE: case.episode,
        ScoreFactor.SILENT_DAYS: max(0, (on - silent_since).days),
    }
    return score(rules.score, figures)


def day_begins(day: date) -> datetime:
    """The beginning of a business date, for sorting; UTC."""
    return datetime.combine(day, time(), UTC)


def _wait(case: CollectionCase, past: Past) -> None:
    """Put the next step off while the case is paused or a promise runs."""
    until = case.pause_ends_on if case.state is CaseState.PAUSED else None
    if until is None and past.active:
        until = past.active.last_on + _DAY
    if until is not None:
        due = case.next_action_at
        case.next_action_at = max(due, day_begins(until)) if due else day_begins(until)
