"""The demo's core bank: it tells every few minutes what its clients have, as a living one would.

Without it every amount would be too old to be told a quarter of an hour after the first start.
"""

from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.demo.bank import SOURCE
from crm_core.models import Agreement, Balance


async def tell_again(session: AsyncSession, *, now: datetime) -> None:
    """Let the newest balances of the demo's agreements be as of now; their amounts stay."""
    ours = select(Agreement.id).where(Agreement.source == SOURCE)
    newest = (
        select(Balance.agreement, func.max(Balance.as_of).label("as_of"))
        .where(Balance.agreement.in_(ours))
        .group_by(Balance.agreement)
        .subquery()
    )
    rows = await session.execute(select(newest.c.agreement, newest.c.as_of))
    for agreement, as_of in rows.all():
        same = Balance.agreement == agreement, Balance.as_of == as_of
        await session.execute(update(Balance).where(*same).values(as_of=max(now, as_of)))
    await session.execute(update(Agreement).where(Agreement.source == SOURCE).values(as_of=now))
