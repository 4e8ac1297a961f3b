"""A credit application's states, moves and closed codes. Pure: the tables' models import this.

The stages within `REVIEW` are data, see `crm_core.applications.routes`.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class ApplicationState(StrEnum):
    """Where an application stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    REVIEW = "review"
    WAITING_CLIENT = "waiting_client"
    RETURNED = "returned"
    APPROVED = "approved"
    COUNTER_OFFER = "counter_offer"
    DECLINED = "declined"
    ACCEPTED = "accepted"
    SIGNED = "signed"
    DISBURSED = "disbursed"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class ApplicationMove(StrEnum):
    """What happens to an application. `APPROVE`, `COUNTER` and `DECLINE` are what votes come to,
    `EXPIRE` is the timer's."""

    SUBMIT = "submit"
    TAKE = "take"
    PASS = "pass"  # noqa: S105 - a move, no secret
    ASK_CLIENT = "ask_client"
    CLIENT_ANSWERED = "client_answered"
    RETURN = "return"
    APPROVE = "approve"
    COUNTER = "counter"
    DECLINE = "decline"
    ACCEPT = "accept"
    SIGN = "sign"
    DISBURSE = "disburse"
    EXPIRE = "expire"
    WITHDRAW = "withdraw"


class VoteChoice(StrEnum):
    """How somebody votes; a counter-offer names a smaller amount."""

    APPROVE = "approve"
    COUNTER = "counter"
    DECLINE = "decline"


class ApplicationChannel(StrEnum):
    """How an application came in."""

    CALL = "call"
    BRANCH = "branch"
    ONLINE = "online"
    PARTNER = "partner"


class LoanPurpose(StrEnum):
    """What the money is for."""

    CONSUMER = "consumer"
    HOME = "home"
    CAR = "car"
    EDUCATION = "education"
    REFINANCING = "refinancing"
    WORKING_CAPITAL = "working_capital"
    EQUIPMENT = "equipment"
    OTHER = "other"


_M, _S = ApplicationMove, ApplicationState
_OUT = {_M.WITHDRAW: _S.WITHDRAWN}
_OFFERED = {_M.ACCEPT: _S.ACCEPTED, _M.EXPIRE: _S.EXPIRED, **_OUT}

APPLICATION_MOVES: Mapping[ApplicationState, Mapping[ApplicationMove, ApplicationState]] = (
    MappingProxyType(
        {
            _S.DRAFT: {_M.SUBMIT: _S.SUBMITTED, **_OUT},
            _S.SUBMITTED: {_M.TAKE: _S.REVIEW, _M.RETURN: _S.RETURNED, **_OUT},
            _S.REVIEW: {
                _M.PASS: _S.REVIEW,
                _M.ASK_CLIENT: _S.WAITING_CLIENT,
                _M.RETURN: _S.RETURNED,
                _M.APPROVE: _S.APPROVED,
                _M.COUNTER: _S.COUNTER_OFFER,
                _M.DECLINE: _S.DECLINED,
                **_OUT,
            },
            _S.WAITING_CLIENT: {_M.CLIENT_ANSWERED: _S.REVIEW, **_OUT},
            _S.RETURNED: {_M.SUBMIT: _S.SUBMITTED, **_OUT},
            _S.APPROVED: _OFFERED,
            _S.COUNTER_OFFER: _OFFERED,
            _S.DECLINED: {},
            _S.ACCEPTED: {_M.SIGN: _S.SIGNED, _M.EXPIRE: _S.EXPIRED, **_OUT},
            _S.SIGNED: {_M.DISBURSE: _S.DISBURSED, **_OUT},
            _S.DISBURSED: {},
            _S.EXPIRED: {},
            _S.WITHDRAWN: {},
        }
    )
)

DECIDED = MappingProxyType(
    {_M.APPROVE: _S.APPROVED, _M.COUNTER: _S.COUNTER_OFFER, _M.DECLINE: _S.DECLINED}
)
"""What a decision leads to; entering one of these is the fact that campaigns wait for."""

STAGED = frozenset({_S.SUBMITTED, _S.REVIEW, _S.WAITING_CLIENT})
"""States in which an application stands at a stage of its route."""

OPEN = frozenset(state for state, moves in APPLICATION_MOVES.items() if moves)
"""States that something still leads out of."""
