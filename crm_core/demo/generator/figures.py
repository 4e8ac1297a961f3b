"""How each loan stands on the plan's day, and what was paid last.

A schedule costs more than anything else here, so that each is computed once: whoever goes through
the schedules lets the figures be noted, and those who come later ask for them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from crm_core.bank.arrears import Arrears, Pause, arrears
from crm_core.bank.instalments import Instalment, Part
from crm_core.bank.terms import Component, DelinquencyRange
from crm_core.demo.generator.amounts import decimal
from crm_core.demo.generator.loans import Loan
from crm_core.demo.generator.plan import Plan
from crm_core.demo.generator.records import Row
from crm_core.demo.generator.schedules import instalments

ARREARS_COLUMNS = (
    *("agreement_key", "source_version", "business_date", "currency", "dpd"),
    *(f"overdue_{one}" for one in Component),
    *("owed", "oldest_due_on", "next_due_on", "next_due", "last_paid_on", "last_paid", "paused"),
)


@dataclass(frozen=True, slots=True)
class Figure:
    """How a loan stands, and its last payment; `paid` in minor units, 0 if there was none."""

    now: Arrears
    paid_on: date | None
    paid: int


class Figures:
    """The figures of all loans that are not repaid."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._known: dict[str, Figure] = {}

    def note(self, loan: Loan, whole: Sequence[Instalment]) -> None:
        """Take the figures of a loan from its schedule."""
        if loan.closed_on:
            return
        now = (standing if loan.in_debt else _good)(self._plan, loan, whole)
        last = whole[loan.paid - 1] if loan.paid else None
        paid_on, paid = (last.due_on, last.due) if last else (None, 0)
        self._known[loan.key] = Figure(now, paid_on, paid)

    def of(self, loan: Loan) -> Figure:
        """The figures of a loan that is not repaid."""
        if loan.key not in self._known:
            self.note(loan, instalments(self._plan, loan))
        return self._known[loan.key]


def arrears_rows(loans: Sequence[Loan], figures: Figures) -> Iterator[Row]:
    """The standing of each loan that is not repaid."""
    for one in loans:
        if not one.closed_on:
            yield _row(one, figures.of(one))


def standing(plan: Plan, loan: Loan, whole: Sequence[Instalment]) -> Arrears:
    """How the loan stands on the plan's day, by the product's own rules."""
    paid = [_settled(part) if part.n <= loan.paid else part for part in whole]
    pauses = [Pause(starts_on=loan.paused_on)] if loan.paused_on else []
    return arrears(paid, plan.as_of, pauses=pauses)


def _good(plan: Plan, loan: Loan, whole: Sequence[Instalment]) -> Arrears:
    """What the product's rules give for a loan paid on time, many times as fast."""
    upcoming = whole[loan.paid]
    return Arrears(
        business_date=plan.as_of,
        dpd=0,
        range=DelinquencyRange.NONE,
        principal=0,
        interest=0,
        fee=0,
        penalty=0,
        oldest_due_on=None,
        next_due_on=upcoming.due_on,
        next_due=upcoming.due,
        owed=sum(part.principal.due for part in whole[loan.paid :]),
        paused=False,
    )


def _row(loan: Loan, figure: Figure) -> Row:
    now, currency = figure.now, loan.currency
    parts = (now.principal, now.interest, now.fee, now.penalty, now.owed)
    return (
        *(loan.key, 1, now.business_date, currency, now.dpd),
        *(decimal(part, currency) for part in parts),
        *(now.oldest_due_on or "", now.next_due_on or ""),
        "" if now.next_due is None else decimal(now.next_due, currency),
        figure.paid_on or "",
        decimal(figure.paid, currency) if figure.paid_on else "",
        "true" if now.paused else "false",
    )


def _settled(part: Instalment) -> Instalment:
    def paid(one: Part) -> Part:
        return replace(one, paid=one.due)

    return replace(
        part,
        principal=paid(part.principal),
        interest=paid(part.interest),
        fee=paid(part.fee),
        penalty=paid(part.penalty),
        met_on=part.due_on,
    )
