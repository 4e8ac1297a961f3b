"""How old bank data may be before a screen shows it as stale. Pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType


class Told(StrEnum):
    """What bank data is about."""

    BALANCE = "balance"
    ARREARS = "arrears"
    DECISION = "decision"


LIMITS: Mapping[Told, timedelta] = MappingProxyType(
    {
        Told.BALANCE: timedelta(minutes=15),
        Told.ARREARS: timedelta(hours=24),
        Told.DECISION: timedelta(minutes=5),
    }
)
"""The greatest age of each kind of data: older data is shown, but grey and with its time."""


def stale(kind: Told, as_of: datetime | None, now: datetime) -> bool:
    """Whether data of this kind is older than it may be; what was never told is not stale."""
    return as_of is not None and now - as_of > LIMITS[kind]
