"""The schedule of a loan, computed. Pure: no database, no clock.

Months are equal: a month's interest is a twelfth of the yearly rate on the principal still owed,
rounded to the minor unit, halves away from zero. What rounding leaves falls on the last instalment,
so that the principal of all instalments is exactly the principal lent.
"""

import calendar
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal
from itertools import pairwise

from crm_core.bank.instalments import Instalment, Part
from crm_core.bank.terms import RepaymentMethod
from crm_core.errors import Refused
from crm_core.money import round_minor

LONGEST_TERM = 600
_PRECISE = Context(prec=60)
_MONTHS = 12


class TermsRefused(Refused):
    """No schedule can be made of these terms."""

    code = "loan_terms_refused"


class ScheduleRefused(Refused):
    """The instalments are no schedule of the loan."""

    code = "schedule_refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanTerms:
    """What a schedule is computed from. `rate` is a share a year (0.189 is 18.9 %).

    `principal` and `monthly_fee` are minor units. An instalment is due on `first_due_on` and then
    each month on the same day, or on the month's last where it has no such day; `due_day` tells
    the day where the first month was too short for it.

    Raises TermsRefused.
    """

    principal: int
    rate: Decimal
    term_months: int
    method: RepaymentMethod
    first_due_on: date
    due_day: int | None = None
    monthly_fee: int = 0

    def __post_init__(self) -> None:
        fits = (
            self.principal > 0
            and 0 <= self.rate < 10_000
            and 1 <= self.term_months <= LONGEST_TERM
            and self.monthly_fee >= 0
            and (self.due_day is None or 1 <= self.due_day <= 31)
        )
        if not fits:
            raise TermsRefused

    @property
    def monthly_rate(self) -> Decimal:
        return _PRECISE.divide(self.rate, Decimal(_MONTHS))

    def due_on(self, n: int) -> date:
        """The day on which instalment `n`, counted from 1, is due."""
        return months_later(self.first_due_on, n - 1, day_of_month=self.due_day)


def schedule(terms: LoanTerms) -> tuple[Instalment, ...]:
    """All instalments, the first first. One of which nothing is due counts as met on its day."""
    return tuple(
        Instalment(
            n=n,
            due_on=terms.due_on(n),
            principal=Part(due=principal),
            interest=Part(due=interest),
            fee=Part(due=terms.monthly_fee),
            met_on=None if principal + interest + terms.monthly_fee else terms.due_on(n),
        )
        for n, (principal, interest) in enumerate(_shares(terms), start=1)
    )


def annuity(terms: LoanTerms) -> int:
    """The equal monthly payment of principal and interest, without fees, in minor units."""
    rate, principal = terms.monthly_rate, Decimal(terms.principal)
    if not rate:
        return round_minor(_PRECISE.divide(principal, Decimal(terms.term_months)))
    growth = _PRECISE.power(1 + rate, terms.term_months)
    factor = _PRECISE.divide(_PRECISE.multiply(rate, growth), growth - 1)
    return round_minor(principal, factor)


def checked(instalments: Sequence[Instalment], *, principal: int) -> tuple[Instalment, ...]:
    """The instalments, if they are a schedule of a loan of `principal` minor units.

    Numbers count from 1, due dates rise, the principal sums up. Raises ScheduleRefused.
    """
    days = [one.due_on for one in instalments]
    numbers = [one.n for one in instalments]
    whole = sum(one.principal.due for one in instalments) == principal
    rising = all(before < after for before, after in pairwise(days))
    if not instalments or not whole or not rising or numbers != list(range(1, len(days) + 1)):
        raise ScheduleRefused
    return tuple(instalments)


def months_later(day: date, months: int, *, day_of_month: int | None = None) -> date:
    """`months` after `day` (before it if negative), on the same day of the month or on
    `day_of_month`; the month's last day where it has no such day."""
    year, month = divmod(day.year * _MONTHS + day.month - 1 + months, _MONTHS)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day_of_month or day.day, last))


def _shares(terms: LoanTerms) -> Iterator[tuple[int, int]]:
    """Principal and interest of each instalment, in minor units."""
    left, equal = terms.principal, annuity(terms)
    for n in range(1, terms.term_months + 1):
        interest = round_minor(Decimal(left), terms.monthly_rate)
        if n == terms.term_months:
            share = left
        elif terms.method is RepaymentMethod.STRAIGHT_LINE:
            share = terms.principal // terms.term_months
        else:
            share = min(left, max(0, equal - interest))
        left -= share
        yield share, interest
