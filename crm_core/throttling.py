"""Counting tries of something that must not be guessed, in a table of subjects.

A try counts before what was tried is looked at and is taken back when it was right, so that guesses
sent at once do not slip through together. Tries made during a delay do not count, so nobody can
lock another one out for longer than the longest delay by hammering. Rows are locked in the order of
their subjects: two who try at once never wait for each other in a circle.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.models.columns import Tries
from crm_core.upsert import insert_into

T = TypeVar("T", bound=Tries)
_LARGEST_EXPONENT = 30


class Limit(Protocol):
    """What so many failures cost. Failures older than `forgotten_after_s` seconds are none."""

    @property
    def forgotten_after_s(self) -> float: ...

    def delay_s(self, failures: int) -> float:
        """For how many seconds nothing is checked after so many failures."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubling:
    """From the `free`th failure on each further one doubles the delay; times in seconds."""

    free: int
    first_delay_s: float
    longest_delay_s: float
    forgotten_after_s: float

    def delay_s(self, failures: int) -> float:
        """How long nothing is checked after so many failures."""
        if failures < self.free:
            return 0
        doubled = self.first_delay_s * float(1 << min(failures - self.free, _LARGEST_EXPONENT))
        return min(doubled, self.longest_delay_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What became of a try. It may be made if `wait_s` is 0. `failures` are how many count now, by
    subject; `before` is when each subject had failed last."""

    at: datetime
    wait_s: float
    failures: Mapping[str, int]
    before: Mapping[str, datetime]


async def count(
    session: AsyncSession,
    table: type[T],
    limits: Mapping[str, Limit],
    *,
    now: datetime,
    always: Collection[str] = (),
) -> Counted:
    """Count a try for each of the subjects, if none of them has to wait; those of `always` are
    counted in any case."""
    rows = await _locked(session, table, list(limits), now=now)
    failures = {row.subject: _failures(row, limits[row.subject], now) for row in rows}
    before = {row.subject: row.failed_at for row in rows}
    delays = {one: limits[one].delay_s(n) for one, n in failures.items()}
    wait = max(_left(delays[one], now - before[one]) for one in delays)
    failed = [one for one in failures if wait <= 0 or one in always]
    for one in failed:
        failures[one] += 1
    if failed:
        news = [{"subject": one, "failures": failures[one], "failed_at": now} for one in failed]
        await session.execute(update(table), news)
    return Counted(at=now, wait_s=max(wait, 0), failures=failures, before=before)


async def take_back(
    session: AsyncSession, table: type[T], subject: str, *, counted: Counted | None = None
) -> None:
    """One failure less: the try was right. With what was `counted`, the subject has failed last
    when it had before."""
    found = select(table).where(table.subject == subject).with_for_update()
    row = await session.scalar(found)
    if row is None:
        return
    row.failures = max(0, row.failures - 1)
    if counted is not None and row.failed_at == counted.at:
        row.failed_at = counted.before[subject]


async def clear(session: AsyncSession, table: type[T], subject: str) -> None:
    """Nothing was tried of this subject."""
    await session.execute(delete(table).where(table.subject == subject))


async def forget(session: AsyncSession, table: type[T], *, before: datetime) -> None:
    """Drop what failed last before that time."""
    await session.execute(delete(table).where(table.failed_at < before))


async def _locked(
    session: AsyncSession, table: type[T], subjects: list[str], *, now: datetime
) -> list[T]:
    fresh = [{"subject": subject, "failures": 0, "failed_at": now} for subject in sorted(subjects)]
    await session.execute(insert_into(session, table).on_conflict_do_nothing(), fresh)
    statement = select(table).where(table.subject.in_(subjects))
    return list(await session.scalars(statement.order_by(table.subject).with_for_update()))


def _failures(row: Tries, limit: Limit, now: datetime) -> int:
    forgotten = row.failed_at < now - timedelta(seconds=limit.forgotten_after_s)
    return 0 if forgotten else row.failures


def _left(delay_s: float, passed: timedelta) -> float:
    return delay_s - passed.total_seconds() if delay_s else 0
