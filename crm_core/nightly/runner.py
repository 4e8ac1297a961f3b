"""Runs nightly jobs: each once for a business date, in order, whatever became of the one before.

That a job has run is a row, so a second runner, or one that comes after a crash, does what is
missing and no more. A job that was cut off is begun again once its row has been silent for a while:
every job must end the same when it is done twice. This module knows no job.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import structlog
from sqlalchemy import or_, select, update

from crm_core.database import Database, moment
from crm_core.errors import CrmError
from crm_core.models import NightlyRun
from crm_core.upsert import insert_into

log = structlog.get_logger(__name__)

SILENT_FOR = timedelta(minutes=10)
"""After this a job without news counts as cut off."""

Progress = Callable[[int], Awaitable[None]]
"""A job tells by it how many it has done since the last time."""

Work = Callable[[Database, date, Progress], Awaitable[Mapping[str, int]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A nightly job. `work` gives counts of what it did, by stable codes."""

    name: str
    work: Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What became of a job. `skipped`: it had run before, or runs elsewhere."""

    job: str
    skipped: bool = False
    failed_with: str | None = None
    counts: Mapping[str, int] = field(default_factory=dict)


async def run_jobs(
    db: Database, jobs: Sequence[Job], *, on: date, told: Callable[[str, int], None]
) -> list[Ran]:
    """Run those that have not run for the business date. `told` hears of progress, by job."""
    return [await _run(db, job, on=on, told=told) for job in jobs]


async def runs(db: Database, on: date) -> list[NightlyRun]:
    """What is known of the business date's jobs."""
    async with db.reading() as session:
        statement = select(NightlyRun).where(NightlyRun.business_date == on)
        return list(await session.scalars(statement.order_by(NightlyRun.started_at)))


async def _run(db: Database, job: Job, *, on: date, told: Callable[[str, int], None]) -> Ran:
    begun = await _begin(db, job.name, on)
    if begun is None:
        return Ran(job=job.name, skipped=True)

    async def progress(done: int) -> None:
        told(job.name, done)
        await _note(db, job.name, on, alive_at=db.clock.now())

    try:
        counts = await job.work(db, on, progress)
    except CrmError as error:
        kind = type(error).__name__
        log.error("nightly.failed", job=job.name, on=on.isoformat(), error=kind)
        await _note(db, job.name, on, failed_with=kind, finished_at=db.clock.now())
        return Ran(job=job.name, failed_with=kind)
    await _note(db, job.name, on, counts=dict(counts), finished_at=db.clock.now())
    log.info("nightly.done", job=job.name, on=on.isoformat(), **counts)
    return Ran(job=job.name, counts=counts)


async def _begin(db: Database, job: str, on: date) -> datetime | None:
    """Take the job on; None if it is done, or being done."""
    async with db.unit_of_work() as session:
        now = moment(session)
        fresh = {"job": job, "business_date": on, "started_at": now, "alive_at": now, "counts": {}}
        taken = (
            insert_into(session, NightlyRun)
            .values(**fresh)
            .on_conflict_do_nothing()
            .returning(NightlyRun.job)
        )
        if await session.scalar(taken) is not None:
            return now
        mine = NightlyRun.job == job, NightlyRun.business_date == on
        cut_off = NightlyRun.finished_at.is_(None) & (NightlyRun.alive_at <= now - SILENT_FOR)
        again = or_(cut_off, NightlyRun.failed_with.is_not(None))
        restarted = update(NightlyRun).where(*mine, again)
        told = {"started_at": now, "alive_at": now, "finished_at": None, "failed_with": None}
        row = await session.scalar(restarted.values(**told).returning(NightlyRun.job))
        return now if row is not None else None


async def _note(db: Database, job: str, on: date, **told: object) -> None:
    mine = NightlyRun.job == job, NightlyRun.business_date == on
    async with db.unit_of_work() as session:
        await session.execute(update(NightlyRun).where(*mine).values(**told))
