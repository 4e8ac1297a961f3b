"""The end of the business day: when it is, and what is done then.

The business date is the bank's day by its own time zone; it has ended when the clock there shows
`TELLERLINE_NIGHTLY_AT` of the next day. The product does what is missing for the last ended date,
at its start too, so a night that nobody was there for is made up for.
"""

import asyncio
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import structlog

from config.settings import Settings
from crm_core.database import Database
from crm_core.errors import StorageAway
from crm_core.nightly.runner import Job, run_jobs

_log = structlog.get_logger(__name__)

_LOOK_EVERY = 60.0

JOBS: tuple[Job, ...] = ()
"""In this order: later ones build on what earlier ones found."""


def ended_date(now: datetime, settings: Settings) -> date:
    """The last business date that has ended."""
    local = now.astimezone(ZoneInfo(settings.time_zone))
    ended = local.timetz().replace(tzinfo=None) >= time.fromisoformat(settings.nightly_at)
    return local.date() - timedelta(days=1 if ended else 2)


async def keep_nights(db: Database, settings: Settings) -> None:
    """Run what is missing, each night, until cancelled."""
    done: date | None = None
    while True:
        on = ended_date(db.clock.now(), settings)
        if on != done:
            try:
                await run_jobs(db, JOBS, on=on, told=lambda _job, _count: None)
                done = on
            except StorageAway:
                _log.warning("nightly.storage_away", on=on.isoformat())
        await asyncio.sleep(_LOOK_EVERY)
