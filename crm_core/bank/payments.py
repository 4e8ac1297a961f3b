"""What an entry from outside does to its loan: it pays, or takes a payment back."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.bank.loans import pay, take_back
from crm_core.models import LedgerEntry, LoanSchedule, PaymentAllocation


async def settle(session: AsyncSession, entry: str) -> None:
    """Allocate a credit of a loan, or undo what its reversal takes back. Anything else is left, and
    so is what was allocated before. Raises ReversalRefused."""
    row = await session.get_one(LedgerEntry, entry)
    scheduled = select(LoanSchedule.loan).where(LoanSchedule.loan == row.agreement).limit(1)
    if await session.scalar(scheduled) is None:
        return
    if row.reversal_of is not None:
        await take_back(session, entry)
    elif row.amount_minor > 0 and not await _is_allocated(session, entry):
        await pay(session, entry)


async def _is_allocated(session: AsyncSession, entry: str) -> bool:
    known = select(PaymentAllocation.entry).where(PaymentAllocation.entry == entry).limit(1)
    return await session.scalar(known) is not None
