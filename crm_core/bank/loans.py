"""Loans in the database: granting, schedules and their versions, payments, later charges.

Amounts are minor units of the agreement's currency wherever they are plain numbers. The rules are
pure and live in `schedule` and `allocation`; this module locks the loan, applies them and stores
what came out. Whoever shows a schedule has revealed the amounts first, see `crm_core.bank.reveal`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.bank.agreements import currency_of
from crm_core.bank.allocation import (
    ORDER,
    Allocated,
    Allocation,
    allocate,
    moved_over,
    taken_back,
)
from crm_core.bank.instalments import Instalment, Part, Settling
from crm_core.bank.schedule import LoanTerms, checked, schedule
from crm_core.bank.terms import Component, ScheduleReason
from crm_core.database import moment
from crm_core.errors import Refused, Unknown
from crm_core.models import (
    InstalmentRow,
    LedgerEntry,
    Loan,
    LoanSchedule,
    PaymentAllocation,
)

_PARTS = ("due", "paid", "waived", "written_off")


class LoanUnknown(Unknown):
    """There is no such loan, or no such schedule or instalment of it."""

    code = "loan_unknown"


class PaymentRefused(Refused):
    """The entry is no payment of a loan, was allocated before, or was reversed."""

    code = "payment_refused"


class ReversalRefused(Refused):
    """The entry takes no other entry of its agreement back, or not the whole of it."""

    code = "reversal_refused"


class SettlementRefused(Refused):
    """More would be waived or written off than is owed."""

    code = "settlement_refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """A version of a loan's schedule; amounts are minor units of `currency`."""

    loan: str
    version: int
    currency: str
    made_on: date
    reason: ScheduleReason
    instalments: tuple[Instalment, ...]


async def grant_loan(
    session: AsyncSession,
    agreement: str,
    terms: LoanTerms,
    *,
    disbursed_on: date,
    repayment_account: str | None = None,
) -> Schedule:
    """Give a loan agreement its terms and the schedule computed from them, version 1.

    Raises AgreementUnknown.
    """
    await currency_of(session, agreement)
    session.add(
        Loan(
            agreement=agreement,
            principal_minor=terms.principal,
            rate=terms.rate,
            term_months=terms.term_months,
            method=terms.method,
            disbursed_on=disbursed_on,
            maturity_on=terms.due_on(terms.term_months),
            repayment_account=repayment_account,
        )
    )
    await session.flush()
    reason = ScheduleReason.DISBURSED
    await _store(session, agreement, 1, schedule(terms), made_on=disbursed_on, reason=reason)
    return await schedule_of(session, agreement)


async def replace_schedule(
    session: AsyncSession,
    agreement: str,
    instalments: Sequence[Instalment],
    *,
    made_on: date,
    reason: ScheduleReason,
) -> Schedule:
    """A new version with all instalments, past ones too; older versions stay as they are.

    Raises LoanUnknown, ScheduleRefused.
    """
    loan = await _locked(session, agreement)
    whole = checked(instalments, principal=loan.principal_minor)
    before = await schedule_of(session, agreement)
    await _store(session, agreement, before.version + 1, whole, made_on=made_on, reason=reason)
    return await schedule_of(session, agreement)


async def schedule_of(
    session: AsyncSession, agreement: str, *, version: int | None = None
) -> Schedule:
    """The schedule that holds, or an older version. Raises LoanUnknown."""
    wanted = select(LoanSchedule).where(LoanSchedule.loan == agreement)
    if version is not None:
        wanted = wanted.where(LoanSchedule.version == version)
    head = await session.scalar(wanted.order_by(LoanSchedule.version.desc()).limit(1))
    if head is None:
        raise LoanUnknown
    row = InstalmentRow
    held = row.loan == agreement, row.schedule_version == head.version
    rows = await session.scalars(
        select(row).where(*held).order_by(row.n).execution_options(populate_existing=True)
    )
    return Schedule(
        loan=agreement,
        version=head.version,
        currency=await currency_of(session, agreement),
        made_on=head.made_on,
        reason=head.reason,
        instalments=tuple(_instalment(one) for one in rows),
    )


async def pay(
    session: AsyncSession, entry: str, *, order: tuple[Component, ...] = ORDER
) -> Allocation:
    """Allocate a credit entry of a loan to its instalments, once, on the entry's value day.

    Raises PaymentRefused, LoanUnknown.
    """
    payment = await session.get(LedgerEntry, entry)
    if payment is None or payment.amount_minor <= 0:
        raise PaymentRefused
    await _locked(session, payment.agreement)
    known = select(PaymentAllocation.entry).where(PaymentAllocation.entry == entry).limit(1)
    gone = select(LedgerEntry.id).where(LedgerEntry.reversal_of == entry)
    if await session.scalar(known) is not None or await session.scalar(gone) is not None:
        raise PaymentRefused
    held = await schedule_of(session, payment.agreement)
    done = allocate(payment.amount_minor, held.instalments, on=payment.value_on, order=order)
    touched = {part.n for part in done.parts}
    await _rewrite(session, held, (one for one in done.instalments if one.n in touched))
    session.add_all(
        PaymentAllocation(
            entry=entry,
            loan=held.loan,
            schedule_version=held.version,
            n=part.n,
            component=part.component,
            amount_minor=part.amount,
        )
        for part in done.parts
    )
    await session.flush()
    return done


async def take_back(session: AsyncSession, reversal: str) -> int:
    """Undo what the entry that this one reverses has paid: its allocations go, its instalments are
    owed again. How much it was, in minor units; 0 if it had paid nothing, or was undone before.

    Raises ReversalRefused, LoanUnknown.
    """
    back = await session.get(LedgerEntry, reversal)
    entry = await session.get(LedgerEntry, back.reversal_of) if back and back.reversal_of else None
    if back is None or entry is None or back.agreement != entry.agreement:
        raise ReversalRefused
    if back.amount_minor + entry.amount_minor != 0:
        raise ReversalRefused
    await _locked(session, entry.agreement)
    rows = list(
        await session.scalars(select(PaymentAllocation).where(PaymentAllocation.entry == entry.id))
    )
    for row in rows:
        await session.delete(row)
    held = await schedule_of(session, entry.agreement)
    parts = _found_in(held, rows)
    touched = {part.n for part in parts}
    after = taken_back(parts, held.instalments)
    await _rewrite(session, held, (one for one in after if one.n in touched))
    await session.flush()
    return sum(row.amount_minor for row in rows)


async def charge(
    session: AsyncSession, agreement: str, n: int, *, component: Component, amount: int
) -> Instalment:
    """Add a fee or penalty of `amount` minor units to instalment `n`.

    Raises LoanUnknown, SettlementRefused for another component or an amount not positive.
    """
    if amount <= 0 or component not in (Component.FEE, Component.PENALTY):
        raise SettlementRefused
    await _locked(session, agreement)
    held = await schedule_of(session, agreement)
    changed = _numbered(held, n).charged(component, amount)
    await _rewrite(session, held, [changed])
    return changed


async def forgive(
    session: AsyncSession,
    agreement: str,
    n: int,
    *,
    component: Component,
    amount: int,
    how: Settling,
    on: date,
) -> Instalment:
    """Waive or write off `amount` minor units of a component of instalment `n`.

    Raises LoanUnknown, SettlementRefused.
    """
    if amount <= 0 or how is Settling.PAID:
        raise SettlementRefused
    await _locked(session, agreement)
    held = await schedule_of(session, agreement)
    one = _numbered(held, n)
    if one.part(component).unpaid < amount:
        raise SettlementRefused
    changed = one.settled(component, amount, on=on, how=how)
    await _rewrite(session, held, [changed])
    return changed


def _found_in(held: Schedule, rows: Sequence[PaymentAllocation]) -> tuple[Allocated, ...]:
    """Allocations as those of the schedule that holds."""
    parts = tuple(
        Allocated(n=row.n, component=row.component, amount=row.amount_minor) for row in rows
    )
    same = all(row.schedule_version == held.version for row in rows)
    return parts if same else moved_over(parts, held.instalments)


def _numbered(held: Schedule, n: int) -> Instalment:
    found = next((one for one in held.instalments if one.n == n), None)
    if found is None:
        raise LoanUnknown
    return found


async def _locked(session: AsyncSession, agreement: str) -> Loan:
    loan = await session.get(Loan, agreement, with_for_update=True)
    if loan is None:
        raise LoanUnknown
    return loan


async def _store(
    session: AsyncSession,
    agreement: str,
    version: int,
    instalments: Iterable[Instalment],
    *,
    made_on: date,
    reason: ScheduleReason,
) -> None:
    head = LoanSchedule(
        loan=agreement,
        version=version,
        made_on=made_on,
        reason=reason,
        created_at=moment(session),
    )
    session.add(head)
    await session.flush()
    key = {"loan": agreement, "schedule_version": version}
    rows = [{**key, "n": one.n, **_columns(one)} for one in instalments]
    await session.execute(insert(InstalmentRow), rows)


async def _rewrite(session: AsyncSession, held: Schedule, changed: Iterable[Instalment]) -> None:
    row = InstalmentRow
    for one in changed:
        where = row.loan == held.loan, row.schedule_version == held.version, row.n == one.n
        await session.execute(update(row).where(*where).values(**_columns(one)))


def _columns(one: Instalment) -> dict[str, Any]:
    amounts = {
        f"{component}_{part}": getattr(one.part(component), part)
        for component in Component
        for part in _PARTS
    }
    return {"due_on": one.due_on, "met_on": one.met_on, **amounts}


def _instalment(row: InstalmentRow) -> Instalment:
    def part(component: Component) -> Part:
        return Part(**{name: getattr(row, f"{component}_{name}") for name in _PARTS})

    return Instalment(
        n=row.n,
        due_on=row.due_on,
        principal=part(Component.PRINCIPAL),
        interest=part(Component.INTEREST),
        fee=part(Component.FEE),
        penalty=part(Component.PENALTY),
        met_on=row.met_on,
    )
