"""What is due next on loans, and what is owed. A payment that came after arrears were told makes
them too old, whatever their age: nobody is told by a machine that he owes what he has just paid.
"""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from crm_core.bank.holdings import Holding, Standing
from crm_core.bank.loans import LoanUnknown, Schedule, schedule_of
from crm_core.bank.terms import AgreementKind, EntryKind
from crm_core.models import LedgerEntry
from crm_core.money import Money
from crm_core.parties.freshness import Told, stale
from crm_core.selfservice.answers import DebtItem, InstalmentItem
from crm_core.selfservice.subjects.found import Asked, Found

MOST_INSTALMENTS = 3
"""Of each loan."""


async def schedule(session: AsyncSession, asked: Asked) -> Found:
    """What falls due from today on, the soonest first; what is overdue is told as a debt."""
    loans = [one for one in asked.own if one.kind is AgreementKind.LOAN]
    items: list[InstalmentItem] = [
        item for one in loans for item in _due(one, await _schedule(session, one.agreement), asked)
    ]
    as_of = _oldest(loans)
    items.sort(key=_due_on)
    return Found(
        items=tuple(items),
        as_of=as_of,
        stale=stale(Told.ARREARS, as_of, asked.now),
    )


async def debts(session: AsyncSession, asked: Asked) -> Found:
    """How each loan stood when its arrears were told."""
    owing = [one for one in asked.own if one.kind is AgreementKind.LOAN or one.standing]
    told = [(one, one.standing) for one in owing if one.standing is not None]
    as_of = _oldest(owing)
    return Found(
        items=tuple(_debt(one, standing) for one, standing in told),
        as_of=as_of,
        stale=stale(Told.ARREARS, as_of, asked.now) or await _paid_since(session, told),
        untold=len(told) < len(owing),
    )


def _oldest(loans: Iterable[Holding]) -> datetime | None:
    return min((one.standing.as_of for one in loans if one.standing), default=None)


def _due_on(item: InstalmentItem) -> date:
    return item.due_on


def _debt(one: Holding, standing: Standing) -> DebtItem:
    nothing = Money.zero(one.currency)
    return DebtItem(
        last4=one.last4,
        owed=standing.owed or nothing,
        overdue=standing.overdue or nothing,
        days_past_due=standing.dpd,
        next_due_on=standing.next_due_on,
        next_due=standing.next_due,
    )


def _due(one: Holding, plan: Schedule | None, asked: Asked) -> list[InstalmentItem]:
    ahead = [
        InstalmentItem(last4=one.last4, due_on=each.due_on, amount=Money(each.unpaid, one.currency))
        for each in (plan.instalments if plan else ())
        if each.due_on >= asked.today and each.unpaid
    ]
    return sorted(ahead, key=_due_on)[:MOST_INSTALMENTS]


async def _schedule(session: AsyncSession, loan: str) -> Schedule | None:
    try:
        return await schedule_of(session, loan)
    except LoanUnknown:
        return None


async def _paid_since(session: AsyncSession, told: Iterable[tuple[Holding, Standing]]) -> bool:
    for one, standing in told:
        if await session.scalar(_later(one.agreement, standing)) is not None:
            return True
    return False


def _later(loan: str, standing: Standing) -> Select[str]:
    """A payment that the arrears do not know: booked after they were told, or made on their day or
    later where they tell of an earlier one. One that was taken back is none."""
    row, back = LedgerEntry, aliased(LedgerEntry)
    known = standing.last_paid_on or date.min
    untold = and_(row.value_on >= standing.business_date, row.value_on > known)
    return (
        select(row.id)
        .outerjoin(back, back.reversal_of == row.id)
        .where(row.agreement == loan, row.kind == EntryKind.REPAYMENT, back.id.is_(None))
        .where(or_(row.booked_at > standing.as_of, untold))
        .limit(1)
    )
