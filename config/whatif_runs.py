"""Works off what-if runs, one at a time, each in a process of its own beside the product.

Routing shares nothing with it but the machine: the process is nice, and ends with the product.
"""

import asyncio
import contextlib
import json
import logging
import pickle
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.database import Database
from crm_core.errors import FieldRefused, StorageAway
from crm_core.four_eyes.states import VersionState
from crm_core.rules.versions import RULES, agents_known, in_force
from crm_core.whatif import runs
from crm_core.whatif.cards import limits, past
from crm_core.whatif.figures import Targets
from crm_core.whatif.job import Job
from crm_core.whatif.runs import Run
from crm_core.whatif.wish import Rules
from routing.roster import Roster
from routing.rules.terms import NO_RULES, RuleSet

LOOK_EVERY = 30.0
"""Seconds between two looks for runs that nobody woke us for."""
LONGEST = 3600.0
"""Seconds; a run that takes longer is given up."""
LONGEST_LINE = 64 * 1024 * 1024
SEED = 1
_STATES = {Rules.DRAFT: VersionState.DRAFT, Rules.PROPOSED: VersionState.PROPOSED}
_log = logging.getLogger(__name__)

RosterSince = Callable[[AsyncSession, datetime], Awaitable[Roster]]


class RunFailed(Exception):
    """The process ended without a result."""


class WhatIfRuns:
    """Implements `agent_ui.ports.Simulations`. `run` lives as long as its owner's task group."""

    def __init__(self, db: Database, *, zone: ZoneInfo, roster_since: RosterSince) -> None:
        self._db = db
        self._zone = zone
        self._roster_since = roster_since
        self._asked = asyncio.Event()

    def wake(self) -> None:
        """A run was asked for."""
        self._asked.set()

    async def run(self) -> None:
        """Mark what an earlier life left over, then work runs off until cancelled."""
        await self._in_peace(self._interrupt_all)
        while True:
            await self._in_peace(self.work_off)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._asked.wait(), LOOK_EVERY)
            self._asked.clear()

    async def work_off(self) -> None:
        """Do what is asked for, until nothing is. Raises StorageAway."""
        while True:
            async with self._db.unit_of_work() as session:
                run = await runs.start_next(session)
            if run is None:
                return
            await self._do(run)

    async def _interrupt_all(self) -> None:
        async with self._db.unit_of_work() as session:
            await runs.interrupt_all(session)

    async def _in_peace(self, do: Callable[[], Awaitable[None]]) -> None:
        try:
            await do()
        except StorageAway as error:
            _log.warning("whatif.storage_away why=%s", type(error).__name__)
        except Exception:  # noqa: BLE001 - supervised: logged; the next run gets its chance
            _log.exception("whatif.defect")

    async def _do(self, run: Run) -> None:
        try:
            async with asyncio.timeout(LONGEST):
                result = await self._result(run)
        except (RunFailed, FieldRefused, TimeoutError, OSError) as error:
            _log.warning("whatif.failed run=%s why=%s", run.id, type(error).__name__)
            problem = error.problem if isinstance(error, FieldRefused) else "failed"
            async with self._db.unit_of_work() as session:
                await runs.fail(session, run.id, problem)
            return
        async with self._db.unit_of_work() as session:
            await runs.finish(session, run.id, result)

    async def _result(self, run: Run) -> dict[str, Any]:
        job = await self._job(run)
        async for told in _running(pickle.dumps(job)):
            if isinstance(told, dict):
                return told
            async with self._db.unit_of_work() as session:
                await runs.advance(session, run.id, *told)
        raise RunFailed

    async def _job(self, run: Run) -> Job:
        begin, _ = limits(run.first, run.last, self._zone)
        async with self._db.reading() as session:
            then = await past(session, run.first, run.last, self._zone)
            roster = await self._roster_since(session, begin)
            rules = await _rules(session, run.wish.rules, roster)
        first = next(one for one in roster.queues if one.queue == roster.default_queue)
        return Job(
            past=then,
            roster=roster,
            wish=run.wish,
            rules=rules,
            targets=Targets(
                within=first.service_level_seconds, short_abandon=first.short_abandon_seconds
            ),
            replications=runs.REPLICATIONS,
            seed=SEED,
        )


async def _rules(session: AsyncSession, wished: Rules, roster: Roster) -> RuleSet:
    """The rules that are meant. Raises FieldRefused where there is no such version now."""
    if wished is Rules.IN_FORCE:
        return roster.rules
    if wished is Rules.NONE:
        return NO_RULES
    kept = await RULES.in_state(session, _STATES[wished])
    if kept is None:
        raise FieldRefused("rules", f"no_{wished}")
    return in_force(kept, await agents_known(session))


async def _running(job: bytes) -> AsyncIterator[Any]:
    """What the process tells, line by line; it is ended with whoever listens."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "crm_core.whatif.job",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=LONGEST_LINE,
    )
    try:
        assert process.stdin is not None and process.stdout is not None
        process.stdin.write(job)
        await process.stdin.drain()
        process.stdin.close()
        async for line in process.stdout:
            yield json.loads(line)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
