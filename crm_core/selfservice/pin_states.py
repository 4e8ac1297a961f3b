"""States of a telephone PIN and of asking for one. Pure: the tables' models import this module."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class PinState(StrEnum):
    """Whether a PIN opens anything."""

    ACTIVE = "active"
    BLOCKED = "blocked"


class PinMove(StrEnum):
    """What is done to a PIN. To remove it is to delete its row."""

    CHANGE = "change"
    BLOCK = "block"
    UNBLOCK = "unblock"


PIN_MOVES: Mapping[PinState, Mapping[PinMove, PinState]] = MappingProxyType(
    {
        PinState.ACTIVE: {PinMove.CHANGE: PinState.ACTIVE, PinMove.BLOCK: PinState.BLOCKED},
        PinState.BLOCKED: {PinMove.UNBLOCK: PinState.ACTIVE},
    }
)


class RequestState(StrEnum):
    """How far a request for a PIN is. Its code stands from `issued` on; a PIN comes of `used`."""

    ASKED = "asked"
    APPROVED = "approved"
    ISSUED = "issued"
    USED = "used"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    SPOILT = "spoilt"
    """Three wrong codes were keyed."""
    EXPIRED = "expired"


class RequestMove(StrEnum):
    """What is done to a request."""

    APPROVE = "approve"
    REFUSE = "refuse"
    ISSUE = "issue"
    USE = "use"
    SPOIL = "spoil"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"


_M, _S = RequestMove, RequestState
_OVER = {_M.WITHDRAW: _S.WITHDRAWN, _M.EXPIRE: _S.EXPIRED}

REQUEST_MOVES: Mapping[RequestState, Mapping[RequestMove, RequestState]] = MappingProxyType(
    {
        _S.ASKED: {_M.APPROVE: _S.APPROVED, _M.REFUSE: _S.REFUSED, **_OVER},
        _S.APPROVED: {_M.ISSUE: _S.ISSUED, **_OVER},
        _S.ISSUED: {_M.USE: _S.USED, _M.SPOIL: _S.SPOILT, **_OVER},
        _S.USED: {},
        _S.REFUSED: {},
        _S.WITHDRAWN: {},
        _S.SPOILT: {},
        _S.EXPIRED: {},
    }
)

OPEN = frozenset({_S.ASKED, _S.APPROVED, _S.ISSUED})
"""States in which something can still come of a request."""


class CodeWay(StrEnum):
    """How the one-time code comes to the client."""

    HANDED = "handed"
    """The employee who asked gives it to him; a second one has approved."""
    SENT = "sent"
    """The bank sends it to his registered phone."""


class PinBasis(StrEnum):
    """On what ground an employee is sure of the client."""

    CALL = "call"
    """He verified him on the call that he works on."""
    DOCUMENTS = "documents"
    """The client is at the desk with his documents."""
