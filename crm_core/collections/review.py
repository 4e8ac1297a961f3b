"""What the arrears of a business date mean for a debtor's case. Pure: no database, no clock.

The same arrears of the same date always lead to the same state of a case, however often they are
looked at: `zero_on` is a date, not a counter, and what has ended is not ended twice.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from crm_core.bank.terms import DelinquencyRange
from crm_core.collections.states import RESUMES, CaseEvent, CaseState
from crm_core.money import Money, totals
from crm_core.worktime.hours import WorkCalendar, add_working_days

_DAY = timedelta(days=1)


class Opening(StrEnum):
    """What becomes of a debtor without an open case."""

    NONE = "none"
    NEW = "new"
    AGAIN = "again"


@dataclass(frozen=True, slots=True, kw_only=True)
class Overdue:
    """How an agreement stands. `ages` is false while its arrears are paused by the bank."""

    agreement: str
    dpd: int
    range: DelinquencyRange
    overdue: Money
    ages: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class EndedCase:
    """The debtor's case that ended last."""

    state: CaseState
    closed_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkedCase:
    """What matters of an open case. `promise_runs`: a promise is waited for."""

    state: CaseState
    paused_in: CaseState | None = None
    pause_ends_on: date | None = None
    zero_on: date | None = None
    promise_runs: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What happens to an open case: its moves in order, and since when nothing is overdue."""

    moves: tuple[CaseEvent, ...]
    zero_on: date | None


def opening(
    items: Iterable[Overdue], last: EndedCase | None, *, on: date, at_dpd: int, again_days: int
) -> Opening:
    """Whether a case opens. Arrears that do not age open none; those that a case was written off
    for are not among the items."""
    late = any(one.overdue and one.ages and one.dpd >= at_dpd for one in items)
    if not late:
        return Opening.NONE
    ended = last is not None and last.state is not CaseState.WRITTEN_OFF
    if ended and last is not None and on - last.closed_on <= timedelta(days=again_days):
        return Opening.AGAIN
    return Opening.NEW


def course(
    case: WorkedCase,
    items: Iterable[Overdue],
    *,
    on: date,
    cure_days: int,
    calendar: WorkCalendar,
) -> Course:
    """What the business date brings: the end of a pause, or of the case.

    A case is cured on the `cure_days`-th business day with nothing overdue, the first counted. It
    waits for a running promise, which ends by its own date.
    """
    if any(one.overdue for one in items):
        return Course(moves=_resumed(case, on), zero_on=None)
    since = case.zero_on or on
    cured_on = add_working_days(calendar, since - _DAY, cure_days)
    if case.promise_runs or on < cured_on:
        return Course(moves=_resumed(case, on), zero_on=since)
    within = case.paused_in or case.state
    resumed = (RESUMES[within],) if case.state is CaseState.PAUSED else ()
    closed = () if within is CaseState.LEGAL else (CaseEvent.CLOSE,)
    return Course(moves=(*resumed, CaseEvent.CURE, *closed), zero_on=since)


def _resumed(case: WorkedCase, on: date) -> tuple[CaseEvent, ...]:
    if case.paused_in is None or case.pause_ends_on is None or on < case.pause_ends_on:
        return ()
    return (RESUMES[case.paused_in],)


def worst_dpd(items: Iterable[Overdue]) -> int:
    """The worst days past due of what is overdue; 0 for nothing."""
    return max((one.dpd for one in items if one.overdue), default=0)


def total_due(items: Sequence[Overdue]) -> tuple[Money, ...]:
    """What is overdue, by currency."""
    return tuple(one for one in totals(item.overdue for item in items) if one)
