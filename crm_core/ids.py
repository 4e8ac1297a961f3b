"""New identifiers: UUID version 7 (RFC 9562), as text. Must not be used by routing."""

import secrets
import time

_VERSION = 0x7 << 76
_VARIANT = 0b10 << 62


def new_id() -> str:
    """A UUIDv7: milliseconds since 1970 in front, so that ids sort by age and index well."""
    milliseconds = time.time_ns() // 1_000_000
    random = secrets.randbits(74)
    upper = (milliseconds & (1 << 48) - 1) << 80 | _VERSION | (random >> 62) << 64
    digits = f"{upper | _VARIANT | random & (1 << 62) - 1:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
