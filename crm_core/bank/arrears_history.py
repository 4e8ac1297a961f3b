"""How a loan stood, business date by business date. Reads only."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.bank.holdings import Standing, standing
from crm_core.models import Agreement, ArrearsSnapshot

LONGEST = 120


async def arrears_history(
    session: AsyncSession, agreement: str, *, before: date | None = None, limit: int = 60
) -> tuple[Standing, ...]:
    """The newest snapshots of the agreement, those before the day if there is one, at most
    LONGEST. Whoever shows amounts of them has revealed them first, see `crm_core.bank.reveal`."""
    row = ArrearsSnapshot
    statement = (
        select(row, Agreement.currency)
        .join(Agreement, Agreement.id == row.agreement)
        .where(row.agreement == agreement)
        .order_by(row.business_date.desc())
        .limit(max(1, min(limit, LONGEST)))
    )
    if before is not None:
        statement = statement.where(row.business_date < before)
    rows = await session.execute(statement)
    return tuple(standing(snapshot, currency) for snapshot, currency in rows)
