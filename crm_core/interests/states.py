"""States and moves of interests and deals, and how offers end. Pure: the models import it."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class InterestState(StrEnum):
    """Where a registered interest stands. A qualified one has an opportunity."""

    OPEN = "open"
    QUALIFIED = "qualified"
    SERVED = "served"
    DROPPED = "dropped"


class InterestMove(StrEnum):
    """What is done to an interest; winning and losing are told by its opportunity."""

    QUALIFY = "qualify"
    WIN = "win"
    DROP = "drop"


_M, _S = InterestMove, InterestState

INTEREST_MOVES: Mapping[InterestState, Mapping[InterestMove, InterestState]] = MappingProxyType(
    {
        _S.OPEN: {_M.QUALIFY: _S.QUALIFIED, _M.DROP: _S.DROPPED},
        _S.QUALIFIED: {_M.WIN: _S.SERVED, _M.DROP: _S.DROPPED},
        _S.SERVED: {},
        _S.DROPPED: {},
    }
)


class DealStage(StrEnum):
    """How far an opportunity has come."""

    PREPARING = "preparing"
    PROPOSED = "proposed"
    NEGOTIATING = "negotiating"
    WON = "won"
    LOST = "lost"


class DealMove(StrEnum):
    """What is done to an opportunity."""

    PROPOSE = "propose"
    NEGOTIATE = "negotiate"
    WIN = "win"
    LOSE = "lose"


_D, _G = DealMove, DealStage

DEAL_MOVES: Mapping[DealStage, Mapping[DealMove, DealStage]] = MappingProxyType(
    {
        _G.PREPARING: {_D.PROPOSE: _G.PROPOSED, _D.LOSE: _G.LOST},
        _G.PROPOSED: {_D.NEGOTIATE: _G.NEGOTIATING, _D.WIN: _G.WON, _D.LOSE: _G.LOST},
        _G.NEGOTIATING: {_D.PROPOSE: _G.PROPOSED, _D.WIN: _G.WON, _D.LOSE: _G.LOST},
        _G.WON: {},
        _G.LOST: {},
    }
)


class OfferOutcome(StrEnum):
    """What a client said to an offer."""

    ACCEPTS = "accepts"
    THINKS = "thinks"
    DECLINES = "declines"
