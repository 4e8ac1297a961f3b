"""Tables of loans: their terms, schedules, instalments, payments and arrears.

All amounts are minor units of the agreement's currency. An instalment has four components, each
with what is due, paid, waived and written off; the database itself refuses to settle more than is
due. A schedule is never changed in its dues but by a new version.
"""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.bank.terms import (
    RANGE_FROM,
    Component,
    DelinquencyRange,
    PauseReason,
    RepaymentMethod,
    ScheduleReason,
)
from crm_core.models.columns import Base, Rate, code

_SETTLED = ("paid", "waived", "written_off")
_OPEN = text("ends_before IS NULL")


def _minor() -> Mapped[int]:
    return mapped_column(BigInteger, server_default="0")


def _within_due(component: Component) -> CheckConstraint:
    parts = [f"{component}_{part}" for part in _SETTLED]
    positive = " AND ".join(f"{part} >= 0" for part in parts)
    return CheckConstraint(f"{positive} AND {' + '.join(parts)} <= {component}_due", component)


def _met() -> CheckConstraint:
    due = " + ".join(f"{component}_due" for component in Component)
    settled = " + ".join(f"{component}_{part}" for component in Component for part in _SETTLED)
    return CheckConstraint(f"(met_on IS NOT NULL) = ({due} = {settled})", "met")


def _in_range() -> CheckConstraint:
    latest_first = reversed(tuple(RANGE_FROM.items()))
    cases = " ".join(f"WHEN dpd >= {first} THEN '{name}'" for name, first in latest_first)
    return CheckConstraint(f'"range" = CASE {cases} END', "range_of_dpd")


class Loan(Base):
    """The terms of a loan agreement. `rate` is a share a year; a month's is a twelfth of it."""

    __tablename__ = "loan"
    __table_args__ = (
        CheckConstraint("principal_minor > 0", "principal"),
        CheckConstraint("term_months BETWEEN 1 AND 600", "term"),
        CheckConstraint("disbursed_on <= maturity_on", "dates"),
    )

    agreement: Mapped[str] = mapped_column(ForeignKey("agreement.id"), primary_key=True)
    principal_minor: Mapped[int] = mapped_column(BigInteger)
    rate: Mapped[Decimal] = mapped_column(Rate())
    term_months: Mapped[int]
    method: Mapped[RepaymentMethod] = mapped_column(code(RepaymentMethod, "method"))
    disbursed_on: Mapped[date]
    maturity_on: Mapped[date]
    repayment_account: Mapped[str | None] = mapped_column(ForeignKey("agreement.id"))


class LoanSchedule(Base):
    """A version of a loan's schedule. The highest version is the one that holds."""

    __tablename__ = "loan_schedule"

    loan: Mapped[str] = mapped_column(ForeignKey("loan.agreement"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    made_on: Mapped[date]
    reason: Mapped[ScheduleReason] = mapped_column(code(ScheduleReason, "reason"))
    created_at: Mapped[datetime]


class InstalmentRow(Base):
    """What is to be paid on a day, in four components. `met_on` is the day it was settled."""

    __tablename__ = "instalment"
    __table_args__ = (
        ForeignKeyConstraint(
            ["loan", "schedule_version"], ["loan_schedule.loan", "loan_schedule.version"]
        ),
        CheckConstraint("n >= 1", "n"),
        *(_within_due(component) for component in Component),
        _met(),
    )

    loan: Mapped[str] = mapped_column(primary_key=True)
    schedule_version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    due_on: Mapped[date]
    principal_due: Mapped[int] = _minor()
    principal_paid: Mapped[int] = _minor()
    principal_waived: Mapped[int] = _minor()
    principal_written_off: Mapped[int] = _minor()
    interest_due: Mapped[int] = _minor()
    interest_paid: Mapped[int] = _minor()
    interest_waived: Mapped[int] = _minor()
    interest_written_off: Mapped[int] = _minor()
    fee_due: Mapped[int] = _minor()
    fee_paid: Mapped[int] = _minor()
    fee_waived: Mapped[int] = _minor()
    fee_written_off: Mapped[int] = _minor()
    penalty_due: Mapped[int] = _minor()
    penalty_paid: Mapped[int] = _minor()
    penalty_waived: Mapped[int] = _minor()
    penalty_written_off: Mapped[int] = _minor()
    met_on: Mapped[date | None]


class PaymentAllocation(Base):
    """How much of an entry paid which component of which instalment."""

    __tablename__ = "payment_allocation"
    __table_args__ = (
        ForeignKeyConstraint(
            ["loan", "schedule_version", "n"],
            ["instalment.loan", "instalment.schedule_version", "instalment.n"],
        ),
        CheckConstraint("amount_minor > 0", "amount"),
        Index(None, "loan", "schedule_version", "n"),
    )

    entry: Mapped[str] = mapped_column(ForeignKey("ledger_entry.id"), primary_key=True)
    loan: Mapped[str]
    schedule_version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    component: Mapped[Component] = mapped_column(code(Component, "component"), primary_key=True)
    amount_minor: Mapped[int] = mapped_column(BigInteger)


class ArrearsPause(Base):
    """An agreement's arrears do not age from a day to the day before `ends_before`."""

    __tablename__ = "arrears_pause"
    __table_args__ = (
        CheckConstraint("ends_before IS NULL OR starts_on < ends_before", "validity"),
        UniqueConstraint("agreement", "starts_on"),
        Index(
            "uq_arrears_pause_open",
            "agreement",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    agreement: Mapped[str] = mapped_column(ForeignKey("agreement.id"))
    reason: Mapped[PauseReason] = mapped_column(code(PauseReason, "reason"))
    starts_on: Mapped[date]
    ends_before: Mapped[date | None]
    created_at: Mapped[datetime]


class ArrearsSnapshot(Base):
    """How an agreement stood on a business date, as told at `as_of`. `dpd` is days past due.

    `owed_minor` is the unpaid principal, due or not, with what else is overdue.
    """

    __tablename__ = "arrears_snapshot"
    __table_args__ = (
        CheckConstraint(
            "dpd >= 0 AND (paused OR (dpd = 0) = (overdue_principal_minor"
            " + overdue_interest_minor + overdue_fee_minor + overdue_penalty_minor = 0))",
            "dpd_means_overdue",
        ),
        _in_range(),
        CheckConstraint(
            "overdue_principal_minor >= 0 AND overdue_interest_minor >= 0"
            " AND overdue_fee_minor >= 0 AND overdue_penalty_minor >= 0",
            "overdue",
        ),
        CheckConstraint("(next_due_on IS NULL) = (next_due_minor IS NULL)", "next_due"),
        CheckConstraint("(last_paid_on IS NULL) = (last_paid_minor IS NULL)", "last_paid"),
    )

    agreement: Mapped[str] = mapped_column(ForeignKey("agreement.id"), primary_key=True)
    business_date: Mapped[date] = mapped_column(primary_key=True)
    dpd: Mapped[int]
    range: Mapped[DelinquencyRange] = mapped_column(code(DelinquencyRange, "range"))
    overdue_principal_minor: Mapped[int] = mapped_column(BigInteger)
    overdue_interest_minor: Mapped[int] = mapped_column(BigInteger)
    overdue_fee_minor: Mapped[int] = mapped_column(BigInteger)
    overdue_penalty_minor: Mapped[int] = mapped_column(BigInteger)
    oldest_due_on: Mapped[date | None]
    next_due_on: Mapped[date | None]
    next_due_minor: Mapped[int | None] = mapped_column(BigInteger)
    last_paid_on: Mapped[date | None]
    last_paid_minor: Mapped[int | None] = mapped_column(BigInteger)
    owed_minor: Mapped[int] = mapped_column(BigInteger)
    paused: Mapped[bool]
    as_of: Mapped[datetime]
