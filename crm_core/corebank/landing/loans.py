"""Loans, their schedules and their arrears, as the bank tells them.

A schedule comes whole and becomes a new version; older ones stay. Arrears are the bank's word on a
business date and replace what we computed for it ourselves.
"""

from collections.abc import Iterable
from itertools import pairwise

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.bank.terms import Component, ScheduleReason, range_of
from crm_core.corebank.bulk import insert_rows, update_rows, upsert_rows
from crm_core.corebank.cells import Values
from crm_core.corebank.ground import Ground, Landing, Refusals, Thing, of_agreement
from crm_core.models import ArrearsSnapshot, InstalmentRow, Loan, LoanSchedule

_TERMS = (
    "principal_minor", "rate", "term_months", "method", "disbursed_on", "maturity_on",
    "repayment_account",
)  # fmt: skip
_PARTS = tuple(
    f"{component}_{how}"
    for component in Component
    for how in ("due", "paid", "waived", "written_off")
)
_HEAD = ("loan", "version", "made_on", "reason", "created_at")
_INSTALMENT = ("loan", "schedule_version", "n", "due_on", "met_on", *_PARTS)
_ARREARS = (
    "dpd", "range", "overdue_principal_minor", "overdue_interest_minor", "overdue_fee_minor",
    "overdue_penalty_minor", "oldest_due_on", "next_due_on", "next_due_minor", "last_paid_on",
    "last_paid_minor", "owed_minor", "paused", "as_of",
)  # fmt: skip


async def _add_loans(session: AsyncSession, ground: Ground, things: list[Thing]) -> Refusals:
    rows = [(*_terms(one.row), one.row["agreement"]) for one in things]
    await insert_rows(session, Loan, (*_TERMS, "agreement"), rows)
    return {}


async def _change_loans(session: AsyncSession, ground: Ground, things: list[Thing]) -> Refusals:
    rows = [(*_terms(one.row), one.row["agreement"]) for one in things]
    await update_rows(session, Loan, _TERMS, rows, key="agreement")
    return {}


def _terms(row: Values) -> tuple[object, ...]:
    shared = (row["rate"], row["term_months"], row["method"])
    days = (row["disbursed_on"], row["maturity_on"])
    return (row["principal"], *shared, *days, row["repayment_account"])


# ── Schedules ───────────────────────────────────────────────────────────────────────────────


async def _add_schedules(session: AsyncSession, ground: Ground, things: list[Thing]) -> Refusals:
    wrong = await _wrong(session, things)
    whole = [one for one in things if one.told.key not in wrong]
    last = await _last_versions(session, [one.target for one in whole])
    heads = [
        (one.target, last.get(one.target, 0) + 1, ground.business_date, ScheduleReason.MIRRORED,
         ground.now)
        for one in whole
    ]  # fmt: skip
    await insert_rows(session, LoanSchedule, _HEAD, heads)
    rows = [
        (one.target, last.get(one.target, 0) + 1, row["n"], row["due_on"], _met_on(row),
         *(row[part] for part in _PARTS))
        for one in whole
        for row in one.told.rows
    ]  # fmt: skip
    await insert_rows(session, InstalmentRow, _INSTALMENT, rows)
    return wrong


async def _wrong(session: AsyncSession, things: list[Thing]) -> dict[str, str]:
    """Schedules that are none: numbers with gaps, days that fall back, another sum than lent."""
    asked = select(Loan.agreement, Loan.principal_minor).where(
        Loan.agreement.in_([one.target for one in things])
    )
    lent = dict((await session.execute(asked)).all())
    return {
        one.told.key: "schedule"
        for one in things
        if not _is_schedule(one.told.rows, lent[one.target])
    }


def _is_schedule(rows: list[Values], principal: int) -> bool:
    days = [row["due_on"] for row in rows]
    counted = [row["n"] for row in rows] == list(range(1, len(rows) + 1))
    rising = all(before < after for before, after in pairwise(days))
    return counted and rising and sum(row["principal_due"] for row in rows) == principal


def _met_on(row: Values) -> object:
    """The day it was settled, as told; the due day if it is settled and the bank told none."""
    settled = all(
        row[f"{one}_due"] == row[f"{one}_paid"] + row[f"{one}_waived"] + row[f"{one}_written_off"]
        for one in Component
    )
    return (row["met_on"] or row["due_on"]) if settled else None


async def _last_versions(session: AsyncSession, loans: Iterable[str]) -> dict[str, int]:
    row = LoanSchedule
    statement = select(row.loan, func.max(row.version)).where(row.loan.in_(list(loans)))
    return dict((await session.execute(statement.group_by(row.loan))).all())


# ── Arrears ─────────────────────────────────────────────────────────────────────────────────


async def _store_arrears(session: AsyncSession, ground: Ground, things: list[Thing]) -> Refusals:
    rows = [
        (one.row["agreement"], one.row["business_date"], *_arrears(one.row), ground.now)
        for one in things
    ]
    keys = ("agreement", "business_date")
    await upsert_rows(session, ArrearsSnapshot, (*keys, *_ARREARS), rows, keys=keys)
    return {}


def _arrears(row: Values) -> tuple[object, ...]:
    overdue = [row[f"overdue_{one}"] for one in Component]
    ahead = (row["oldest_due_on"], row["next_due_on"], row["next_due"])
    paid = (row["last_paid_on"], row["last_paid"])
    return (row["dpd"], range_of(row["dpd"]), *overdue, *ahead, *paid, row["owed"], row["paused"])


LOAN = Landing(add=_add_loans, change=_change_loans, target=of_agreement)
INSTALMENT = Landing(add=_add_schedules, change=_add_schedules, target=of_agreement)
ARREARS = Landing(add=_store_arrears, change=_store_arrears, target=of_agreement)
