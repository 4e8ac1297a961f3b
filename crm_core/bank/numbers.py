"""Account and contract numbers, sealed: encrypted, hashed for lookup, and the last four shown.

Numbers are encrypted with AES-256-GCM, bound to their agreement, so that a sealed number moved to
another row does not open. Lookup goes by HMAC-SHA-256 of the number without spaces and dashes. Both
keys come from one master key of the keyring by HKDF; the id of the master key stands with the row,
so that keys can be rotated: new rows take the current one, `reseal` moves old rows to it. Keys come
from outside and must never stand in the repository, a log or the database.
"""

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.audit import Action, Subject, record
from crm_core.errors import CrmError, Refused
from crm_core.models import Agreement
from routing.ids import AgentId

_KEY_BYTES = 32
_NONCE_BYTES = 12
_SHOWN = 4
_SEPARATORS = re.compile(r"[\s\-‐-―]+")
_READABLE = re.compile(r"[0-9A-Z/.]{4,64}", re.ASCII)


class NumberRefused(Refused):
    """The text is no number of an agreement."""

    code = "agreement_number_refused"


class KeyUnknown(CrmError):
    """The number was sealed with a key that the keyring does not have."""


class SealBroken(CrmError):
    """The sealed number was changed, or moved from another row."""


class AgreementUnknown(Refused):
    """There is no such agreement."""

    code = "agreement_unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyringOptions:
    """Master keys of 32 random bytes by their ids; `current` is the one that seals."""

    current: str
    keys: Mapping[str, bytes] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedNumber:
    """A number as it is stored."""

    sealed: str
    key: str
    hash: str
    last4: str


class NumberSeal:
    """Seals and opens numbers with a keyring. Raises ValueError for keys that are none."""

    def __init__(self, options: KeyringOptions) -> None:
        if any(len(key) != _KEY_BYTES for key in options.keys.values()):
            raise ValueError("a master key has 32 bytes")
        if options.current not in options.keys:
            raise ValueError("the current key is not in the keyring")
        self._current = options.current
        self._sealing = {i: AESGCM(_derived(k, b"sealing")) for i, k in options.keys.items()}
        self._finding = {i: _derived(k, b"finding") for i, k in options.keys.items()}

    @property
    def current(self) -> str:
        """The id of the key that seals."""
        return self._current

    def seal(self, number: str, agreement: str) -> SealedNumber:
        """The number for the row of that agreement. Raises NumberRefused."""
        plain = canonical(number)
        nonce = secrets.token_bytes(_NONCE_BYTES)
        encrypted = self._sealing[self._current].encrypt(nonce, plain.encode(), _bound(agreement))
        return SealedNumber(
            sealed=base64.urlsafe_b64encode(nonce + encrypted).decode(),
            key=self._current,
            hash=self._hash(plain, self._current),
            last4=plain[-_SHOWN:],
        )

    def open(self, sealed: str, key: str, agreement: str) -> str:
        """The number without separators. Raises KeyUnknown, SealBroken."""
        if key not in self._sealing:
            raise KeyUnknown(key)
        try:
            raw = base64.b64decode(sealed, altchars=b"-_", validate=True)
            nonce, encrypted = raw[:_NONCE_BYTES], raw[_NONCE_BYTES:]
            return self._sealing[key].decrypt(nonce, encrypted, _bound(agreement)).decode()
        except (InvalidTag, ValueError) as error:
            raise SealBroken from error

    def hashes(self, number: str) -> dict[str, str]:
        """The hash to look for, by the id of the key it was made with. Raises NumberRefused."""
        plain = canonical(number)
        return {key: self._hash(plain, key) for key in self._finding}

    def _hash(self, plain: str, key: str) -> str:
        return hmac.new(self._finding[key], plain.encode(), hashlib.sha256).hexdigest()


def throwaway_keyring() -> KeyringOptions:
    """A keyring of one fresh key that nobody keeps: what it seals stays sealed."""
    return KeyringOptions(current="throwaway", keys={"throwaway": secrets.token_bytes(_KEY_BYTES)})


def canonical(number: str) -> str:
    """The number in capitals without spaces and dashes. Raises NumberRefused."""
    plain = _SEPARATORS.sub("", number).upper()
    if not _READABLE.fullmatch(plain):
        raise NumberRefused
    return plain


def masked(last4: str) -> str:
    """How a number is shown to those who need not know it."""
    return f"•••• {last4}"


async def agreements_by_number(
    session: AsyncSession, number: str, *, seal: NumberSeal
) -> tuple[str, ...]:
    """The ids of the agreements with this number, in any spelling. Nothing for no number."""
    try:
        hashes = seal.hashes(number)
    except NumberRefused:
        return ()
    row = Agreement
    matches = (and_(row.number_key == key, row.number_hash == h) for key, h in hashes.items())
    return tuple(await session.scalars(select(row.id).where(or_(*matches)).order_by(row.id)))


async def reveal_number(
    session: AsyncSession, agreement: str, *, seal: NumberSeal, viewer: AgentId, reason: str
) -> str:
    """The whole number; the look is audited. Needs a unit of work.

    Raises AgreementUnknown, KeyUnknown, SealBroken.
    """
    row = await session.get(Agreement, agreement)
    if row is None:
        raise AgreementUnknown
    number = seal.open(row.number_sealed, row.number_key, row.id)
    subject = Subject(kind="agreement", id=agreement)
    await record(session, Action.NUMBER_REVEALED, actor=viewer, subject=subject, reason=reason)
    return number


async def reseal(session: AsyncSession, *, seal: NumberSeal, limit: int) -> int:
    """Move at most `limit` numbers to the current key. How many it were; 0 when all are.

    Raises KeyUnknown if an old key was taken out of the keyring too early, SealBroken.
    """
    old = select(Agreement).where(Agreement.number_key != seal.current).order_by(Agreement.id)
    rows = list(await session.scalars(old.limit(limit).with_for_update()))
    for row in rows:
        fresh = seal.seal(seal.open(row.number_sealed, row.number_key, row.id), row.id)
        row.number_sealed, row.number_key = fresh.sealed, fresh.key
        row.number_hash = fresh.hash
    await session.flush()
    return len(rows)


def _derived(master: bytes, use: bytes) -> bytes:
    info = b"tellerline agreement number " + use
    return HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=info).derive(master)


def _bound(agreement: str) -> bytes:
    return f"agreement:{agreement}".encode()
