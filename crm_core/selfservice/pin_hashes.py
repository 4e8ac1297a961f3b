"""How PINs and one-time codes are hashed: argon2id of their HMAC under a key from outside.

The key makes a stolen database worth nothing, so a hash need only be dear enough that whoever has
the key too must work for it; callers wait for it, and hundreds may call at once.
"""

import secrets
from dataclasses import dataclass

from crm_core.keyed import Keyed
from crm_core.sealing import KeyringOptions, KeyUnknown
from crm_core.staff.passwords import PasswordOptions, Passwords
from routing.ids import PartyId

PIN_COST = PasswordOptions(passes=2, memory_kib=19_456, lanes=1, at_once=4)
"""OWASP's least for argon2id: some 20 ms and 19 MiB."""
CODE_DIGITS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Hashed:
    """A hash as it is stored, with the id of the key that was mixed in."""

    hash: str
    key: str


class PinHashes:
    """Makes and checks hashes of secrets that belong to a row."""

    def __init__(self, keyring: KeyringOptions, cost: PasswordOptions = PIN_COST) -> None:
        self.keyed = Keyed(keyring)
        self._passwords = Passwords(cost)

    async def of(self, secret: str, row: str) -> Hashed:
        """The hash of a new secret."""
        mixed = self.keyed.mixed(secret, row)
        return Hashed(hash=await self._passwords.hash(mixed), key=self.keyed.current)

    async def matches(self, secret: str, row: str, hashed: Hashed | None) -> bool:
        """Whether the secret fits. None, for nobody, costs the same and never fits; so does a hash
        whose key was taken out of the keyring."""
        try:
            mixed = self.keyed.mixed(secret, row, key=hashed.key if hashed else None)
        except KeyUnknown:
            mixed, hashed = self.keyed.mixed(secret, row), None
        return await self._passwords.matches(mixed, hashed.hash if hashed else None)


def pin_row(party: PartyId | None) -> str:
    """What a PIN's hash is bound to."""
    return f"pin:{party or ''}"


def code_row(request: str) -> str:
    """What a code's hash is bound to."""
    return f"code:{request}"


def new_code() -> str:
    """A one-time code."""
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
