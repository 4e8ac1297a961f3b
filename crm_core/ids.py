"""New identifiers: UUID version 7 (RFC 9562), as text. Must not be used by routing."""

import secrets
import time

_VERSION = 0x7 << 76
_VARIANT = 0b10 << 62


def new_id() -> str:
    """A UUIDv7: the time since 1970 in front, so that ids sort by age and index well.

    Behind the milliseconds stands their fraction in 4096 parts (RFC 9562, method 3): what one
    process makes one after the other stands in that order.
    """
    milliseconds, rest = divmod(time.time_ns(), 1_000_000)
    fraction = (rest << 12) // 1_000_000
    upper = (milliseconds & (1 << 48) - 1) << 80 | _VERSION | fraction << 64
    digits = f"{upper | _VARIANT | secrets.randbits(62):032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
