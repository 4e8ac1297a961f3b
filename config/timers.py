"""What falls due by the clock and cannot wait for the night: norm times, waits that are over."""

import asyncio

import structlog

from crm_core.applications import timer
from crm_core.database import Database
from crm_core.errors import StorageAway
from crm_core.selfservice.pin_tidying import raise_alarms
from crm_core.tasks import escalation
from crm_core.tasks.rules import TaskRules

_log = structlog.get_logger(__name__)

EVERY = 60.0
"""Seconds between two looks; a norm is told in minutes."""


async def keep_timers(db: Database, rules: TaskRules) -> None:
    """Warn of norm times, expire decisions, wake waiting tasks, escalate and tell of locked PINs,
    until cancelled."""
    while True:
        await asyncio.sleep(EVERY)
        try:
            await run_timers(db, rules)
        except StorageAway:
            _log.warning("timers.storage_away")


async def run_timers(db: Database, rules: TaskRules) -> None:
    """Do now what is due. Done twice it changes nothing more."""
    now = db.clock.now()
    await timer.run(db, now=now, progress=_unheard)
    await escalation.run(db, rules, now=now, progress=_unheard)
    async with db.unit_of_work() as session:
        await raise_alarms(session)


async def _unheard(_done: int) -> None:
    """Nobody watches."""
