"""Promises to pay, out of conversations with debtors; the contract has no entity for them.

Of the conversations with the right party 35 % end in a promise; of the promises that are over 58 %
were kept, 8 % in part, 34 % broken. A debtor has at most one that is not over.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time, timedelta
from itertools import chain

from crm_core.demo.generator.amounts import decimal
from crm_core.demo.generator.applications import stamp
from crm_core.demo.generator.figures import Figures
from crm_core.demo.generator.loans import Loan
from crm_core.demo.generator.plan import Plan, share
from crm_core.demo.generator.records import Extra, Row

PROMISED, ACTIVE = 350, 200
"""Of a thousand: conversations that end in a promise, promises that are not over yet."""

OUTCOMES = {"kept": 58, "partly": 8, "broken": 34}

COLUMNS = (
    *("promise_key", "party_key", "agreement_key", "amount", "currency", "taken_at", "due_on"),
    *("state", "kept_amount"),
)

CONVERSATIONS = {1: 50, 2: 30, 3: 20}
"""How many conversations there were with a debtor, in percent of the debtors."""

_LONGEST, _DAYS_AGO = 14, 60


def promises_file(
    plan: Plan, loans: Sequence[Loan], figures: Figures, *, first: Sequence[Row] = ()
) -> Extra:
    """The promises of those who are behind with a running loan, after those that are given."""
    return Extra("promises", COLUMNS, chain(first, _rows(plan, loans, figures)))


def conversations(plan: Plan, loans: Sequence[Loan]) -> list[Loan]:
    """The loan that each conversation with a debtor was about."""
    late = [one for one in loans if one.in_debt and not one.finished]
    counts = plan.chance("conversations").dealt(len(late), CONVERSATIONS)
    return [one for one, count in zip(late, counts, strict=True) for _ in range(count)]


def _rows(plan: Plan, loans: Sequence[Loan], figures: Figures) -> Iterator[Row]:
    chance = plan.chance("promises")
    spoken = conversations(plan, loans)
    made = sorted(chance.picked(range(len(spoken)), share(len(spoken), PROMISED)))
    active = share(len(made), ACTIVE)
    states = chance.shuffled(["active"] * active + chance.dealt(len(made) - active, OUTCOMES))
    waiting: set[str] = set()
    for n, (place, state) in enumerate(zip(made, states, strict=True), start=1):
        loan = spoken[place]
        if state == "active" and loan.owner in waiting:
            state = "kept"
        if state == "active":
            waiting.add(loan.owner)
        amount = figures.of(loan).now.overdue
        days = chance.between(1, _LONGEST)
        due_on = plan.as_of + timedelta(days=chance.below(days))
        if state != "active":
            due_on = plan.as_of - timedelta(days=chance.between(4, _DAYS_AGO))
        taken = datetime.combine(due_on - timedelta(days=days), time(chance.between(9, 18)), UTC)
        kept = {"kept": amount, "partly": amount * chance.between(20, 70) // 100}.get(state, 0)
        ended = "broken" if state == "partly" else state
        yield (
            *(f"promise-{n:06}", loan.owner, loan.key, decimal(amount, loan.currency)),
            *(loan.currency, stamp(taken), due_on, ended, decimal(kept, loan.currency)),
        )
