"""Passwords: argon2id (RFC 9106), in threads, a few at a time. Nothing here logs or stores.

Each hash takes tens of milliseconds and tens of megabytes by intent; a flood of sign-ins must
take neither the event loop nor the memory, so only `at_once` run together.
"""

import asyncio
import secrets
from dataclasses import dataclass
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from crm_core.errors import Refused

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 256


class PasswordRefused(Refused):
    """Too short or too long."""

    code = "password_refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordOptions:
    """The cost of a hash: RFC 9106's second choice. Memory is in KiB."""

    passes: int = 3
    memory_kib: int = 65_536
    lanes: int = 4
    at_once: int = 2


class Passwords:
    """Makes and checks password hashes."""

    def __init__(self, options: PasswordOptions | None = None) -> None:
        options = options or PasswordOptions()
        self._hasher = _hasher(options)
        self._turn = asyncio.Semaphore(options.at_once)
        self._nobody = _nobody(options)

    async def hash(self, password: str) -> str:
        """The hash of a new password. Raises PasswordRefused by its length."""
        if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
            raise PasswordRefused
        async with self._turn:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def matches(self, password: str, hashed: str | None) -> bool:
        """Whether the password fits. None, for nobody, costs the same time and never fits."""
        async with self._turn:
            fits = await asyncio.to_thread(
                self._verify, hashed or self._nobody, password[: LONGEST_PASSWORD + 1]
            )
        return fits and hashed is not None

    def _verify(self, hashed: str, password: str) -> bool:
        try:
            return self._hasher.verify(hashed, password)
        except (VerificationError, InvalidHashError):
            return False


def _hasher(options: PasswordOptions) -> PasswordHasher:
    return PasswordHasher(
        time_cost=options.passes, memory_cost=options.memory_kib, parallelism=options.lanes
    )


@lru_cache(maxsize=8)
def _nobody(options: PasswordOptions) -> str:
    """A hash of what nobody knows, for whoever has none: made once, for it costs what each does."""
    return _hasher(options).hash(secrets.token_hex())
