"""Work done batch by batch, each in a transaction of its own."""

from collections.abc import Awaitable, Callable

from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.database import Database
from crm_core.nightly.runner import Progress


async def in_batches(
    db: Database, progress: Progress, batch: Callable[[AsyncSession], Awaitable[int]]
) -> int:
    """Run the batch until it finds nothing more to do. How much it did in all."""
    total = 0
    while True:
        async with db.unit_of_work() as session:
            done = await batch(session)
        if not done:
            return total
        total += done
        await progress(done)
