"""How often a sign-in may be tried: per account and per origin, with a growing delay.

A try counts as failed before the password is looked at and is taken back when it was right, so
that guesses sent at once do not slip through together. Tries made during the delay do not count:
nobody can lock another one out for longer than the longest delay by hammering.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.models import SignInThrottle
from crm_core.upsert import insert_into

_LARGEST_EXPONENT = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class ThrottleOptions:
    """Times in seconds. From the `*_free`th failure on each further one doubles the delay."""

    account_free: int = 5
    origin_free: int = 50
    first_delay_s: float = 1
    longest_delay_s: float = 900
    forgotten_after_s: float = 3_600

    def delay_s(self, failures: int, free: int) -> float:
        """How long nothing is checked after so many failures."""
        if failures < free:
            return 0
        doubled = self.first_delay_s * float(1 << min(failures - free, _LARGEST_EXPONENT))
        return min(doubled, self.longest_delay_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """Whose account is tried and where from, hashed as they are stored."""

    account: str
    origin: str

    @classmethod
    def of(cls, username: str, origin: str) -> "Attempt":
        return cls(account=_hashed("account", username), origin=_hashed("origin", origin))


async def begin(
    session: AsyncSession, attempt: Attempt, *, now: datetime, options: ThrottleOptions
) -> float:
    """Count the attempt; the seconds to wait if it must not be made at all, else 0."""
    free = {attempt.account: options.account_free, attempt.origin: options.origin_free}
    rows = await _locked(session, list(free), now=now)
    forgotten = now - timedelta(seconds=options.forgotten_after_s)
    for row in rows:
        if row.failed_at < forgotten:
            row.failures = 0
    wait = max(_wait(row, options.delay_s(row.failures, free[row.subject]), now) for row in rows)
    if wait <= 0:
        for row in rows:
            row.failures, row.failed_at = row.failures + 1, now
    return max(wait, 0)


async def succeed(session: AsyncSession, attempt: Attempt) -> None:
    """The attempt was right: the account is clear, the origin has one failure less."""
    await session.execute(delete(SignInThrottle).where(SignInThrottle.subject == attempt.account))
    row = await session.get(SignInThrottle, attempt.origin, with_for_update=True)
    if row is not None:
        row.failures = max(0, row.failures - 1)


async def forget(session: AsyncSession, *, now: datetime, options: ThrottleOptions) -> None:
    """Drop what is too old to count."""
    forgotten = now - timedelta(seconds=options.forgotten_after_s)
    await session.execute(delete(SignInThrottle).where(SignInThrottle.failed_at < forgotten))


async def _locked(
    session: AsyncSession, subjects: list[str], *, now: datetime
) -> list[SignInThrottle]:
    fresh = [{"subject": subject, "failures": 0, "failed_at": now} for subject in sorted(subjects)]
    await session.execute(insert_into(session, SignInThrottle).on_conflict_do_nothing(), fresh)
    statement = select(SignInThrottle).where(SignInThrottle.subject.in_(subjects))
    ordered = statement.order_by(SignInThrottle.subject).with_for_update()
    return list(await session.scalars(ordered))


def _wait(row: SignInThrottle, delay_s: float, now: datetime) -> float:
    return delay_s - (now - row.failed_at).total_seconds() if delay_s else 0


def _hashed(kind: str, text: str) -> str:
    return hashlib.sha256(f"{kind}:{text}".encode()).hexdigest()
