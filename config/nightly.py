"""The end of the business day: when it is, and what is done then.

The business date is the bank's day by its own time zone; it has ended when the clock there shows
`TELLERLINE_NIGHTLY_AT` of the next day. The product does what is missing for the last ended date,
at its start too, so a night that nobody was there for is made up for.
"""

import asyncio
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import structlog

from config.client_rules import read_client_rules
from config.collecting import read_collection_rules
from config.settings import Settings
from config.work import read_work_rules
from crm_core.applications import timer
from crm_core.bank import business_day
from crm_core.clients import evaluating as clients_evaluating
from crm_core.collections import nightly as collecting
from crm_core.collections.strategy import CollectionRules
from crm_core.database import Database
from crm_core.duplicates.finding import find_all
from crm_core.errors import StorageAway
from crm_core.nightly.runner import Job, Progress, Work, run_jobs
from crm_core.segments import membership
from crm_core.selfservice import visits
from crm_core.tasks import escalation

_log = structlog.get_logger(__name__)

_LOOK_EVERY = 60.0


def jobs(settings: Settings) -> tuple[Job, ...]:
    """The jobs in their order: later ones build on earlier ones. Raises SettingsInvalid."""
    folder = settings.config_dir
    clients = partial(clients_evaluating.evaluate_all, rules=read_client_rules(folder))
    return (
        Job(name="arrears", work=_arrears),
        Job(name="collections", work=_collections(read_collection_rules(folder))),
        Job(name="clients", work=clients),
        Job(name="segments", work=membership.evaluate_all),
        Job(name="applications", work=timer.nightly),
        Job(name="tasks", work=escalation.nightly(read_work_rules(folder).tasks)),
        Job(name="duplicates", work=find_all),
        Job(name="visits", work=visits.forget_old),
    )


async def _arrears(db: Database, on: date, progress: Progress) -> Mapping[str, int]:
    return {"loans": await business_day.take_all(db, on=on, progress=progress)}


def _collections(rules: CollectionRules) -> Work:
    async def work(db: Database, on: date, progress: Progress) -> Mapping[str, int]:
        return await collecting.run(db, on=on, progress=progress, rules=rules)

    return work


def ended_date(now: datetime, settings: Settings) -> date:
    """The last business date that has ended."""
    local = now.astimezone(ZoneInfo(settings.time_zone))
    ended = local.timetz().replace(tzinfo=None) >= time.fromisoformat(settings.nightly_at)
    return local.date() - timedelta(days=1 if ended else 2)


async def keep_nights(db: Database, settings: Settings) -> None:
    """Run what is missing, each night, until cancelled."""
    nightly = jobs(settings)
    done: date | None = None
    while True:
        on = ended_date(db.clock.now(), settings)
        if on != done:
            try:
                await run_jobs(db, nightly, on=on, told=lambda _job, _count: None)
                done = on
            except StorageAway:
                _log.warning("nightly.storage_away", on=on.isoformat())
        await asyncio.sleep(_LOOK_EVERY)
