"""How far behind a loan is on a business date. Pure: no database, no clock.

Days past due (DPD) are the business date minus the oldest due date of which something is unpaid,
without the days on which ageing was paused. What is due today is not overdue yet. Without a pause
on the business date DPD is 0 exactly if nothing is overdue; a pause may hold it at 0 with arrears.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from crm_core.bank.instalments import Instalment
from crm_core.bank.terms import Component, DelinquencyRange, range_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """Ageing stands still from `starts_on` to the day before `ends_before`, or until further
    notice."""

    starts_on: date
    ends_before: date | None = None

    def covers(self, day: date) -> bool:
        return self.starts_on <= day and (self.ends_before is None or day < self.ends_before)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrears:
    """How a loan stands. Amounts are minor units of its currency.

    `owed` is the unpaid principal, due or not, with what else is overdue. `next_due` is the first
    day from the business date on with something unpaid, and how much.
    """

    business_date: date
    dpd: int
    range: DelinquencyRange
    principal: int
    interest: int
    fee: int
    penalty: int
    oldest_due_on: date | None
    next_due_on: date | None
    next_due: int | None
    owed: int
    paused: bool

    @property
    def overdue(self) -> int:
        """The sum of what is overdue."""
        return self.principal + self.interest + self.fee + self.penalty


def arrears(
    instalments: Sequence[Instalment], business_date: date, *, pauses: Sequence[Pause] = ()
) -> Arrears:
    """How a loan with these instalments stands on the business date."""
    late = [one for one in instalments if one.due_on < business_date and one.unpaid]
    ahead = [one for one in instalments if one.due_on >= business_date and one.unpaid]
    upcoming = min(ahead, key=lambda one: one.due_on, default=None)
    oldest = min((one.due_on for one in late), default=None)
    overdue = {c: sum(one.part(c).unpaid for one in late) for c in Component}
    dpd = days_past_due(oldest, business_date, pauses=pauses)
    return Arrears(
        business_date=business_date,
        dpd=dpd,
        range=range_of(dpd),
        principal=overdue[Component.PRINCIPAL],
        interest=overdue[Component.INTEREST],
        fee=overdue[Component.FEE],
        penalty=overdue[Component.PENALTY],
        oldest_due_on=oldest,
        next_due_on=upcoming.due_on if upcoming else None,
        next_due=upcoming.unpaid if upcoming else None,
        owed=sum(overdue.values()) + sum(one.principal.unpaid for one in ahead),
        paused=any(pause.covers(business_date) for pause in pauses),
    )


def days_past_due(
    oldest_due_on: date | None, business_date: date, *, pauses: Sequence[Pause] = ()
) -> int:
    """Days from the oldest unpaid due date to the business date without the paused ones.

    At least 1 for what is overdue and ages on the business date; 0 for nothing overdue.
    """
    if oldest_due_on is None or oldest_due_on >= business_date:
        return 0
    ages = not any(pause.covers(business_date) for pause in pauses)
    between = range(1, (business_date - oldest_due_on).days)
    days = (oldest_due_on + timedelta(days=n) for n in between)
    passed = sum(not any(pause.covers(day) for pause in pauses) for day in days)
    return passed + ages
