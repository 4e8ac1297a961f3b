"""The rows of loans: agreement, terms, all instalments."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from crm_core.bank.instalments import Instalment, Part
from crm_core.bank.schedule import schedule
from crm_core.bank.terms import Component
from crm_core.demo.generator.amounts import decimal
from crm_core.demo.generator.loans import Loan
from crm_core.demo.generator.offers import product_key
from crm_core.demo.generator.plan import Plan
from crm_core.demo.generator.records import Row

LOAN_COLUMNS = (
    *("agreement_key", "source_version", "currency", "principal", "rate", "term_months", "method"),
    *("disbursed_on", "maturity_on"),
)
INSTALMENT_COLUMNS = (
    *("agreement_key", "source_version", "n", "due_on", "currency"),
    *(f"{one}_due" for one in Component),
    *(f"{one}_paid" for one in Component),
    "met_on",
)
_PENALTY_FROM = 30
_PENALTY_PERCENT = 2
_TOLD_AT = "T05:10:00Z"


def agreement_rows(plan: Plan, loans: Sequence[Loan]) -> Iterator[Row]:
    """Columns as of accounts."""
    told = f"{plan.as_of}{_TOLD_AT}"
    for one in loans:
        closed = one.closed_on
        status = "closed" if closed else "active"
        product = product_key(one.offer, one.currency)
        number = f"KD-{one.disbursed_on.year}/{one.key[1:]}"
        dates = (one.disbursed_on, closed or "")
        yield (one.key, 1, product, one.currency, number, *dates, status, one.branch, told)


def role_rows(loans: Sequence[Loan]) -> Iterator[Row]:
    """Columns as of accounts."""
    for one in loans:
        yield (f"{one.key}-o", 1, one.key, one.owner, "owner", one.disbursed_on)
        if one.guarantor:
            yield (f"{one.key}-g", 1, one.key, one.guarantor, "guarantor", one.disbursed_on)


def loan_rows(loans: Sequence[Loan]) -> Iterator[Row]:
    for one in loans:
        terms = one.terms
        what = (decimal(terms.principal, one.currency), terms.rate, terms.term_months)
        dates = (one.disbursed_on, one.maturity_on)
        yield (one.key, 1, one.currency, *what, terms.method.value, *dates)


def instalment_rows(
    plan: Plan, loans: Sequence[Loan], note: Callable[[Loan, Sequence[Instalment]], None]
) -> Iterator[Row]:
    """All instalments of all loans; what was paid was mostly paid on its day.

    `note` is shown each schedule.
    """
    chance = plan.chance("days of payment")
    for one in loans:
        currency = one.currency
        whole = instalments(plan, one)
        note(one, whole)
        for part in whole:
            due = [
                decimal(c.due, currency)
                for c in (part.principal, part.interest, part.fee, part.penalty)
            ]
            paid: list[str] | tuple[str, ...] = ("", "", "", "")
            met_on: date | str = ""
            if part.n <= one.paid:
                paid, met_on = due, _paid_on(plan, part, late=chance.below(40))
            yield (one.key, 1, part.n, part.due_on, currency, *due, *paid, met_on)


def instalments(plan: Plan, loan: Loan) -> Sequence[Instalment]:
    """The schedule, with a penalty on what has been owed for longer than a month."""
    whole = schedule(loan.terms)
    if not loan.in_debt:
        return whole
    fined_until = plan.as_of - timedelta(days=_PENALTY_FROM)
    return [
        _fined(part) if part.n > loan.paid and part.due_on < fined_until else part for part in whole
    ]


def _fined(part: Instalment) -> Instalment:
    return replace(part, penalty=Part(due=part.due * _PENALTY_PERCENT // 100))


def _paid_on(plan: Plan, part: Instalment, *, late: int) -> date:
    """On its day; in one case of eight up to four days late."""
    return min(plan.as_of, part.due_on + timedelta(days=late)) if late < 5 else part.due_on
