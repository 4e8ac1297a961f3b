"""A complaint's states and moves. Pure: the table's model imports this module."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class ComplaintState(StrEnum):
    """Where a complaint stands: it is closed only after its result was told with thanks."""

    REGISTERED = "registered"
    IN_WORK = "in_work"
    RESOLVED = "resolved"
    TOLD = "told"
    CLOSED = "closed"


class ComplaintMove(StrEnum):
    """What is done to a complaint."""

    TAKE = "take"
    RESOLVE = "resolve"
    TELL = "tell"
    THANK = "thank"
    REOPEN = "reopen"


_M, _S = ComplaintMove, ComplaintState

COMPLAINT_MOVES: Mapping[ComplaintState, Mapping[ComplaintMove, ComplaintState]] = MappingProxyType(
    {
        _S.REGISTERED: {_M.TAKE: _S.IN_WORK},
        _S.IN_WORK: {_M.RESOLVE: _S.RESOLVED},
        _S.RESOLVED: {_M.TELL: _S.TOLD, _M.REOPEN: _S.IN_WORK},
        _S.TOLD: {_M.THANK: _S.CLOSED, _M.REOPEN: _S.IN_WORK},
        _S.CLOSED: {_M.REOPEN: _S.IN_WORK},
    }
)

OPEN = frozenset(_S) - {_S.CLOSED}
"""States in which the bank still owes something."""


class Channel(StrEnum):
    """By what way a client spoke to the bank, or the bank to him."""

    CALL = "call"
    BRANCH = "branch"
    EMAIL = "email"
    CHAT = "chat"
    LETTER = "letter"
