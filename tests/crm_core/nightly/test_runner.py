"""Nightly jobs: once for a business date, begun again when cut off, each on its own."""

import asyncio
from collections.abc import Mapping
from datetime import date

from crm_core.database import Database
from crm_core.errors import Refused
from crm_core.nightly.runner import SILENT_FOR, Job, Progress, Ran, run_jobs, runs
from tests.crm_core.conftest import FakeClock

TODAY, TOMORROW = date(2026, 3, 2), date(2026, 3, 3)


class Counting:
    """A job that counts how often it was done, and fails or dies on demand."""

    def __init__(self) -> None:
        self.done: list[date] = []
        self.fails = False
        self.dies = False

    async def work(self, db: Database, on: date, progress: Progress) -> Mapping[str, int]:
        if self.dies:
            raise KeyboardInterrupt
        if self.fails:
            raise Refused
        self.done.append(on)
        await progress(3)
        return {"seen": 3}


async def night(db: Database, *jobs: Counting, on: date = TODAY) -> list[Ran]:
    named = [Job(name=f"job{n}", work=one.work) for n, one in enumerate(jobs)]
    return await run_jobs(db, named, on=on, told=lambda _job, _done: None)


async def test_each_job_is_done_once_for_a_date(db: Database) -> None:
    one = Counting()
    assert await night(db, one) == [Ran(job="job0", counts={"seen": 3})]
    assert await night(db, one) == [Ran(job="job0", skipped=True)]
    await night(db, one, on=TOMORROW)
    assert one.done == [TODAY, TOMORROW]


async def test_a_failed_job_stops_no_other_and_is_done_again(db: Database) -> None:
    bad, good = Counting(), Counting()
    bad.fails = True
    failed, done = await night(db, bad, good)
    assert (failed.failed_with, done.counts) == ("Refused", {"seen": 3})
    bad.fails = False
    again, skipped = await night(db, bad, good)
    assert again.counts == {"seen": 3}
    assert skipped.skipped


async def test_what_was_cut_off_is_begun_again_when_it_has_been_silent(
    db: Database, clock: FakeClock
) -> None:
    one = Counting()
    one.dies = True
    try:
        await night(db, one)
    except KeyboardInterrupt:
        one.dies = False
    assert (await night(db, one))[0].skipped
    clock.at += SILENT_FOR
    assert (await night(db, one))[0].counts == {"seen": 3}
    (row,) = await runs(db, TODAY)
    assert (row.finished_at, row.failed_with) == (clock.at, None)


async def test_two_runners_do_each_job_once(db: Database) -> None:
    one = Counting()
    results = await asyncio.gather(*(night(db, one) for _ in range(4)))
    assert sum(not ran.skipped for (ran,) in results) == 1
    assert one.done == [TODAY]
