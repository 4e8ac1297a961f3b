"""What a promised amount would pay, shown before the promise is taken. Changes nothing.

The amount goes to the case's loans in its currency, the one that is most days past due first, by
the same rules as payments on the promised day, but to nothing that falls due later: a collector
asks for what is late. A mirrored loan without a schedule is left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.bank.allocation import allocate
from crm_core.bank.arrears import arrears
from crm_core.bank.business_day import pauses_of
from crm_core.bank.instalments import Instalment
from crm_core.bank.loans import schedule_of
from crm_core.models import Agreement, CaseItem, LoanSchedule
from crm_core.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidRow:
    """An instalment that the promise would pay, whole or in part."""

    agreement: str
    last4: str
    n: int
    due_on: date
    owed: Money
    pays: Money

    @property
    def left(self) -> Money:
        return self.owed - self.pays


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What would be paid, and how the loans would stand after it on the promised day."""

    rows: tuple[PaidRow, ...]
    overdue_after: Money
    dpd_after: int
    excess: Money


async def effect_of(session: AsyncSession, case: str, amount: Money, *, due_on: date) -> Effect:
    """The effect of `amount` being paid on `due_on`."""
    left, rows = amount.minor, []
    overdue, worst = 0, 0
    for agreement, last4 in await _loans(session, case, amount.currency):
        held = await schedule_of(session, agreement)
        after: Sequence[Instalment] = held.instalments
        asked = sum(one.unpaid for one in held.instalments if one.due_on <= due_on)
        if part := min(left, asked):
            after = allocate(part, held.instalments, on=due_on).instalments
            rows += _rows(agreement, last4, held.instalments, after, amount.currency)
            left -= part
        stands = arrears(after, due_on, pauses=await pauses_of(session, agreement))
        overdue, worst = overdue + stands.overdue, max(worst, stands.dpd)
    return Effect(
        rows=tuple(rows),
        overdue_after=Money(overdue, amount.currency),
        dpd_after=worst,
        excess=Money(left, amount.currency),
    )


async def _loans(session: AsyncSession, case: str, currency: str) -> list[tuple[str, str]]:
    scheduled = select(LoanSchedule.loan)
    statement = (
        select(CaseItem.agreement, Agreement.number_last4)
        .join(Agreement, Agreement.id == CaseItem.agreement)
        .where(CaseItem.case == case, CaseItem.currency == currency)
        .where(CaseItem.agreement.in_(scheduled))
        .order_by(CaseItem.dpd.desc(), CaseItem.agreement)
    )
    return [(agreement, last4) for agreement, last4 in await session.execute(statement)]


def _rows(
    agreement: str,
    last4: str,
    before: Sequence[Instalment],
    after: Sequence[Instalment],
    currency: str,
) -> list[PaidRow]:
    then = {one.n: one for one in before}
    return [
        PaidRow(
            agreement=agreement,
            last4=last4,
            n=one.n,
            due_on=one.due_on,
            owed=Money(then[one.n].unpaid, currency),
            pays=Money(then[one.n].unpaid - one.unpaid, currency),
        )
        for one in after
        if one.unpaid < then[one.n].unpaid
    ]
