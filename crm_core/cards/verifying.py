"""How sure it is who is on the line of a call: the agent's word, or a PIN's, for one party.

What a caller keyed to self-service holds until the agent says himself; from then on only his word
does, also where he takes it back. The level belongs to the call and to the party it was found for:
another party on the same call starts anew. A matching number alone is level NUMBER, is never stored
and opens nothing. Whoever takes the call over keeps what his colleague found out; only the agent
who has the call says it.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.audit import Action, Subject, record
from crm_core.bank.terms import VerificationLevel, VerifiedHow
from crm_core.cards.card import Card, CardNotYours, CardUnknown
from crm_core.cards.keyed import proof_of
from crm_core.database import moment
from crm_core.errors import Refused
from crm_core.models import CallCard
from routing.ids import AgentId, CallId, PartyId
from routing.notices import CallView
from routing.terms import CallState

ON_THE_LINE = frozenset(
    {CallState.TALKING, CallState.HELD, CallState.CONSULTING, CallState.RECOVERING}
)
"""States in which there is a caller to be sure of."""

_WORKED_ON = ON_THE_LINE | {CallState.WRAP_UP}
SAID = frozenset({VerificationLevel.NONE, VerificationLevel.KNOWLEDGE, VerificationLevel.STRONG})
"""What an agent may say; NONE takes his word back."""


class VerificationRefused(Refused):
    """Nobody is on the line, or the party is not the one on the card."""

    code = "verification_refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sureness:
    """How sure it is that a party is on the line of a call; how it is known, who said so, when."""

    level: VerificationLevel
    how: VerifiedHow | None = None
    by: AgentId | None = None
    at: datetime | None = None


async def verify(
    session: AsyncSession,
    call: CallId,
    agent: AgentId,
    *,
    party: PartyId,
    level: VerificationLevel,
) -> None:
    """The agent says how sure he is that the party is on the line; audited. The same again is no
    change. Raises CardUnknown, CardNotYours, VerificationRefused."""
    columns = (
        CallCard.agent,
        CallCard.state,
        CallCard.party,
        CallCard.suggested_party,
        CallCard.verification,
        CallCard.verified_party,
    )
    statement = select(*columns).where(CallCard.call == call).with_for_update()
    row = (await session.execute(statement)).first()
    if row is None:
        raise CardUnknown
    if row.agent != agent:
        raise CardNotYours
    if level not in SAID or row.state not in ON_THE_LINE:
        raise VerificationRefused
    if party != (row.party or row.suggested_party):
        raise VerificationRefused
    before = row.verification if row.verified_party == party else 0
    if before == level:
        return
    said = {"party": party, "by": agent, "at": moment(session)} if level else {}
    values = {f"verified_{name}": said.get(name) for name in ("party", "by", "at")}
    values |= {"verification": int(level), "verified_how": VerifiedHow.AGENT}
    await session.execute(update(CallCard).where(CallCard.call == call).values(**values))
    await record(
        session,
        Action.IDENTITY_VERIFIED,
        actor=agent,
        subject=Subject(kind="party", id=party),
        reason=f"call:{call}",
        detail={"level": str(int(level)), "before": str(before)},
    )


def sureness(
    card: Card | None,
    party: PartyId,
    *,
    by_number: PartyId | None,
    live: CallView | None = None,
) -> Sureness:
    """How sure it is that the party is on the line of this card's call. `by_number` is the only
    party that the caller's number suggests, `live` the call as routing has it: both are known
    before SQL has the card. Pure."""
    if card is not None and card.verification and card.verified_party == party:
        level = VerificationLevel(card.verification)
        how, by = card.verified_how, card.verified_by
        return Sureness(level=level, how=how, by=by, at=card.verified_at)
    spoken = card is not None and card.verified_how is VerifiedHow.AGENT
    proof = proof_of(live) if live is not None and not spoken else None
    if proof is not None and proof.party == party:
        return Sureness(level=proof.level, how=VerifiedHow.PIN, at=proof.at)
    alone = by_number == party
    return Sureness(level=VerificationLevel.NUMBER if alone else VerificationLevel.NONE)


async def verified_call(
    session: AsyncSession, party: PartyId, agent: AgentId
) -> tuple[CallId, VerificationLevel] | None:
    """The call that the agent works on now and in which he is sure that it is the party."""
    row = CallCard
    statement = (
        select(row.call, row.verification)
        .where(row.agent == agent, row.state.in_(_WORKED_ON), row.completed_at.is_(None))
        .where(row.verified_party == party, or_(row.party == party, row.party.is_(None)))
        .order_by(row.arrived_at.desc())
        .limit(1)
    )
    found = (await session.execute(statement)).first()
    return None if found is None else (found.call, VerificationLevel(found.verification))
