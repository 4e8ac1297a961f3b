"""Keys for what is no number: PINs and codes before they are hashed, whose tries are counted, and
secrets on their way out.

A PIN of four digits is found from any hash of it by trying them all. So what is hashed is not the
PIN but its HMAC under a key that never stands in the database, bound to the row it belongs to. The
keys come from the master keys of the keyring (`crm_core.sealing`), each use apart. Owns no row.
"""

import base64
import hashlib
import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from crm_core.sealing import KeyringOptions, KeyUnknown, SealBroken

_NONCE_BYTES = 12
_KEY_BYTES = 32


class Keyed:
    """Mixes, hides and seals with the keys of a keyring."""

    def __init__(self, options: KeyringOptions) -> None:
        self.current = options.current
        """The id of the key that is used for what is new."""
        self._mixing = {one: _derived(key, "mixing") for one, key in options.keys.items()}
        self._sealing = {one: AESGCM(_derived(key, "sealing")) for one, key in options.keys.items()}
        self._hiding = _derived(options.keys[options.current], "hiding")

    def mixed(self, secret: str, row: str, *, key: str | None = None) -> str:
        """What to hash in the place of a secret of this row: 64 hex digits. Raises KeyUnknown."""
        key = key or self.current
        if key not in self._mixing:
            raise KeyUnknown(key)
        return _hmac(self._mixing[key], f"{row}\x1f{secret}")

    def hidden(self, text: str) -> str:
        """The text as a subject whose tries are counted; it changes with the current key."""
        return _hmac(self._hiding, text)

    def sealed(self, text: str, row: str) -> str:
        """The text for the row alone, with the id of the key in front."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        cipher = self._sealing[self.current]
        raw = base64.urlsafe_b64encode(nonce + cipher.encrypt(nonce, text.encode(), row.encode()))
        return f"{self.current}:{raw.decode()}"

    def opened(self, sealed: str, row: str) -> str:
        """The text again. Raises KeyUnknown, SealBroken."""
        key, _, told = sealed.rpartition(":")
        if key not in self._sealing:
            raise KeyUnknown(key)
        try:
            raw = base64.b64decode(told, altchars=b"-_", validate=True)
            nonce, text = raw[:_NONCE_BYTES], raw[_NONCE_BYTES:]
            return self._sealing[key].decrypt(nonce, text, row.encode()).decode()
        except (InvalidTag, ValueError) as error:
            raise SealBroken from error


def _hmac(key: bytes, text: str) -> str:
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def _derived(master: bytes, use: str) -> bytes:
    info = f"tellerline secret {use}".encode()
    return HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=info).derive(master)
