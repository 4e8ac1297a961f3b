"""Opening amounts: on a call only to a caller whose identity is verified, at a desk only for a
reason that was written down, at the keypad only to the client himself, and never without an audit
row.

A number that matches is level 1 and opens nothing. Each reveal is written down with who looked, at
whom, why and on what ground, in the transaction that reads; so it needs a unit of work.
"""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.audit import Action, Subject, record
from crm_core.bank.terms import VerificationLevel
from crm_core.errors import Refused
from routing.ids import AgentId, CallId, PartyId

SELF_SERVICE = "self_service"
"""Who acts, by the audit, where a client is told something at his keypad: no employee is there."""


class Ground(StrEnum):
    """On what ground amounts may be shown: to the client on the line, at a desk without him, or
    told to the client himself by self-service."""

    CALL = "call"
    DESK = "desk"
    SELF_SERVICE = "self_service"


class AmountsMasked(Refused):
    """The caller's identity is not verified well enough for amounts, and no reason was given."""

    code = "amounts_masked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Who looks at a party and why, such as "call:<id>", and how sure he is who is on the line.

    On the ground DESK nobody is; `reason` is then "opened:<id>", by which his own words are found,
    and `written` are these words: the chain of the audit never holds them, for they can be erased.
    On the ground SELF_SERVICE the client is told himself, of what he `asked`, a code.
    """

    viewer: AgentId
    reason: str
    level: VerificationLevel = VerificationLevel.NONE
    ground: Ground = Ground.CALL
    written: str = ""
    asked: str = ""

    @classmethod
    def by_himself(cls, call: CallId, level: VerificationLevel, *, asked: str) -> "Look":
        """The client's own, at his keypad."""
        return cls(
            viewer=AgentId(SELF_SERVICE),
            reason=f"call:{call}",
            level=level,
            ground=Ground.SELF_SERVICE,
            asked=asked,
        )

    @property
    def opens_amounts(self) -> bool:
        """Whether amounts may be shown."""
        return self.ground is Ground.DESK or self.level.opens_amounts


async def reveal(session: AsyncSession, party: PartyId, look: Look) -> None:
    """Write down that amounts of the party are shown; call it before showing any.

    Raises AmountsMasked, and then nothing may be shown.
    """
    if not look.opens_amounts:
        raise AmountsMasked
    await record(
        session,
        Action.AMOUNTS_REVEALED,
        actor=look.viewer,
        subject=Subject(kind="party", id=party),
        reason=look.reason,
        detail=_detail(look),
    )


def _detail(look: Look) -> dict[str, str]:
    level = {"level": str(int(look.level))}
    match look.ground:
        case Ground.CALL:
            return level
        case Ground.DESK:
            return {"ground": look.ground}
        case Ground.SELF_SERVICE:
            return {"ground": look.ground, "asked": look.asked, **level}
