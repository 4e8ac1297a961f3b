"""Numbers, sealed: encrypted, hashed for lookup, and the last four shown.

Numbers are encrypted with AES-256-GCM, bound to the row they stand in ("agreement:<id>",
"document:<id>", "person:<id>"), so that a sealed number moved to another row does not open. Lookup
goes by HMAC-SHA-256 of the number as its kind is spelt. The keys, those of each kind apart, come
from one master key of the keyring by HKDF; the id of the master key stands with the row, so that
keys can be rotated: new rows take the current one, `crm_core.rotation` moves old rows to it. Keys
come from outside and must never stand in the repository, a log or the database. Owns no row.
"""

import base64
import hashlib
import hmac
import re
import secrets
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from crm_core.errors import CrmError, Refused

_KEY_BYTES = 32
_NONCE_BYTES = 12
_SHOWN = 4
_LONGEST = 64
_SEPARATORS = re.compile(r"[\s\-‐-―]+")
_SIGNS = re.compile(r"[\s\-‐-―/.,#№]+")
_AGREEMENT = re.compile(r"[0-9A-Z/.]{4,64}", re.ASCII)
_TAX_ID = re.compile(r"(?=.*[0-9])[0-9A-Z]{5,32}", re.ASCII)
_LOOKALIKES = str.maketrans("АВЕКМНОРСТУХІЈЅ", "ABEKMHOPCTYXIJS")
"""Letters that people take from the other alphabet without seeing it."""


class NumberRefused(Refused):
    """The text is no number of this kind."""

    code = "sealed_number_refused"


class KeyUnknown(CrmError):
    """The number was sealed with a key that the keyring does not have."""


class SealBroken(CrmError):
    """The sealed number was changed, or moved from another row."""


class NumberKind(StrEnum):
    """Whose number it is; its value begins what a number is bound to and must never change."""

    AGREEMENT = "agreement"
    DOCUMENT = "document"
    """Of an identity document: letters of any script."""
    PERSON = "person"
    """The tax id of a person."""


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
        self._keys = tuple(options.keys)
        each = [(kind, key, master) for kind in NumberKind for key, master in options.keys.items()]
        self._sealing = {(k, i): AESGCM(_derived(master, k, "sealing")) for k, i, master in each}
        self._finding = {(k, i): _derived(master, k, "finding") for k, i, master in each}

    @property
    def current(self) -> str:
        """The id of the key that seals."""
        return self._current

    def seal(
        self, number: str, row: str, *, kind: NumberKind = NumberKind.AGREEMENT
    ) -> SealedNumber:
        """The number for the row with this id. Raises NumberRefused."""
        plain = canonical(number, kind)
        nonce = secrets.token_bytes(_NONCE_BYTES)
        cipher = self._sealing[kind, self._current]
        encrypted = cipher.encrypt(nonce, plain.encode(), _bound(kind, row))
        return SealedNumber(
            sealed=base64.urlsafe_b64encode(nonce + encrypted).decode(),
            key=self._current,
            hash=self._hash(plain, kind, self._current),
            last4=plain[-_SHOWN:],
        )

    def open(
        self, sealed: str, key: str, row: str, *, kind: NumberKind = NumberKind.AGREEMENT
    ) -> str:
        """The number without separators. Raises KeyUnknown, SealBroken."""
        if key not in self._keys:
            raise KeyUnknown(key)
        try:
            raw = base64.b64decode(sealed, altchars=b"-_", validate=True)
            nonce, encrypted = raw[:_NONCE_BYTES], raw[_NONCE_BYTES:]
            return self._sealing[kind, key].decrypt(nonce, encrypted, _bound(kind, row)).decode()
        except (InvalidTag, ValueError) as error:
            raise SealBroken from error

    def hashes(self, number: str, kind: NumberKind = NumberKind.AGREEMENT) -> dict[str, str]:
        """The hash to look for, by the id of the key it was made with. Raises NumberRefused."""
        plain = canonical(number, kind)
        return {key: self._hash(plain, kind, key) for key in self._keys}

    def _hash(self, plain: str, kind: NumberKind, key: str) -> str:
        found_by = _FOUND_BY[kind](plain).encode()
        return hmac.new(self._finding[kind, key], found_by, hashlib.sha256).hexdigest()


def throwaway_keyring() -> KeyringOptions:
    """A keyring of one fresh key that nobody keeps: what it seals stays sealed."""
    return KeyringOptions(current="throwaway", keys={"throwaway": secrets.token_bytes(_KEY_BYTES)})


def canonical(number: str, kind: NumberKind = NumberKind.AGREEMENT) -> str:
    """The number as its kind is kept: in capitals, without separators. Raises NumberRefused."""
    plain = _SPELT[kind](number) if len(number) <= 4 * _LONGEST else None
    if plain is None:
        raise NumberRefused
    return plain


def masked(last4: str) -> str:
    """How a number is shown to those who need not know it."""
    return f"•••• {last4}"


# ── How each kind is spelt ──────────────────────────────────────────────────────────────────


def _agreement(number: str) -> str | None:
    plain = _SEPARATORS.sub("", number).upper()
    return plain if _AGREEMENT.fullmatch(plain) else None


def _document(number: str) -> str | None:
    """Letters and digits of any script, with at least one digit; digits become ASCII."""
    plain = _bare(number)
    plain = "".join(str(unicodedata.digit(c)) if c.isdecimal() else c for c in plain)
    fits = 4 <= len(plain) <= _LONGEST and all(c.isalpha() or c.isdecimal() for c in plain)
    return plain if fits and any(c.isdecimal() for c in plain) else None


def _tax_id(number: str) -> str | None:
    plain = _bare(number)
    return plain if _TAX_ID.fullmatch(plain) else None


def _bare(number: str) -> str:
    """Without the signs people put in; those first, for NFKC makes letters of №."""
    return _SIGNS.sub("", unicodedata.normalize("NFKC", _SIGNS.sub("", number))).upper()


def _as_it_is(plain: str) -> str:
    return plain


def _in_one_alphabet(plain: str) -> str:
    return plain.translate(_LOOKALIKES)


_SPELT: Mapping[NumberKind, Callable[[str], str | None]] = MappingProxyType(
    {
        NumberKind.AGREEMENT: _agreement,
        NumberKind.DOCUMENT: _document,
        NumberKind.PERSON: _tax_id,
    }
)
_FOUND_BY: Mapping[NumberKind, Callable[[str], str]] = MappingProxyType(
    {
        NumberKind.AGREEMENT: _as_it_is,
        NumberKind.DOCUMENT: _in_one_alphabet,
        NumberKind.PERSON: _as_it_is,
    }
)


def _derived(master: bytes, kind: NumberKind, use: str) -> bytes:
    info = f"tellerline {kind.value} number {use}".encode()
    return HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=info).derive(master)


def _bound(kind: NumberKind, row: str) -> bytes:
    return f"{kind.value}:{row}".encode()
