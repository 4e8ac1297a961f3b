"""How often a sign-in may be tried: per account and per origin, with a growing delay.

How tries are counted is `crm_core.throttling`.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from crm_core import throttling
from crm_core.models import SignInThrottle
from crm_core.throttling import Doubling


@dataclass(frozen=True, slots=True, kw_only=True)
class ThrottleOptions:
    """Times in seconds. From the `*_free`th failure on each further one doubles the delay."""

    account_free: int = 5
    origin_free: int = 50
    first_delay_s: float = 1
    longest_delay_s: float = 900
    forgotten_after_s: float = 3_600

    def limit(self, free: int) -> Doubling:
        """These times after so many free failures."""
        return Doubling(
            free=free,
            first_delay_s=self.first_delay_s,
            longest_delay_s=self.longest_delay_s,
            forgotten_after_s=self.forgotten_after_s,
        )


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
    limits = {
        attempt.account: options.limit(options.account_free),
        attempt.origin: options.limit(options.origin_free),
    }
    return (await throttling.count(session, SignInThrottle, limits, now=now)).wait_s


async def succeed(session: AsyncSession, attempt: Attempt) -> None:
    """The attempt was right: the account is clear, the origin has one failure less."""
    await throttling.clear(session, SignInThrottle, attempt.account)
    await throttling.take_back(session, SignInThrottle, attempt.origin)


async def forget(session: AsyncSession, *, now: datetime, options: ThrottleOptions) -> None:
    """Drop what is too old to count."""
    forgotten = now - timedelta(seconds=options.forgotten_after_s)
    await throttling.forget(session, SignInThrottle, before=forgotten)


def _hashed(kind: str, text: str) -> str:
    return hashlib.sha256(f"{kind}:{text}".encode()).hexdigest()
