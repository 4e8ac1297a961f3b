"""Signing messages that leave: HMAC-SHA-256 over the time and the body, in one header. Pure.

    Tellerline-Signature: t=1772442000,v1=5257a869...

The receiver makes the same HMAC of `<t>.<body>` with the shared secret, compares it in constant
time, and refuses a time that is further from his own than he likes: five minutes are usual.
"""

import hashlib
import hmac
from datetime import datetime

HEADER = "Tellerline-Signature"


def signature(body: bytes, *, secret: bytes, at: datetime) -> str:
    """The header's value for this body, signed at that time."""
    seconds = int(at.timestamp())
    return f"t={seconds},v1={_hmac(body, secret, seconds)}"


def is_signed(body: bytes, header: str, *, secret: bytes, now: datetime, within_s: int) -> bool:
    """Whether the header is ours for this body and not older (or newer) than that."""
    fields = dict(part.partition("=")[::2] for part in header.split(","))
    time, mac = fields.get("t", ""), fields.get("v1", "")
    if not time.isascii() or not time.isdecimal():
        return False
    near = abs(int(now.timestamp()) - int(time)) <= within_s
    return near and hmac.compare_digest(_hmac(body, secret, int(time)).encode(), mac.encode())


def _hmac(body: bytes, secret: bytes, seconds: int) -> str:
    return hmac.new(secret, b"%d." % seconds + body, hashlib.sha256).hexdigest()
