"""The database for a command of the command line: brought up to date, used once, closed."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from config.failures import Failed
from config.settings import Settings
from crm_core.clock import SystemClock
from crm_core.database import Database, upgrade
from crm_core.errors import StorageAway

T = TypeVar("T")


def on_database(settings: Settings, work: Callable[[Database], Awaitable[T]]) -> T:
    """What `work` gives. Raises Failed where the database does not answer."""
    settings.state_dir.mkdir(parents=True, exist_ok=True)

    async def run() -> T:
        db = Database(settings.database, clock=SystemClock())
        try:
            return await work(db)
        finally:
            await db.close()

    try:
        upgrade(settings.database)
        return asyncio.run(run())
    except StorageAway as error:
        raise Failed(str(error)) from error
