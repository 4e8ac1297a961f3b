"""The head of a party's page: who it is and what must not be overlooked, before anything else."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.audit import Action, Subject, record
from crm_core.bank.holdings import holdings
from crm_core.bank.moneyline import RedStrip, red_strip
from crm_core.errors import PartyUnknown
from crm_core.models import Party, PartyKind, PartyStatus
from routing.ids import AgentId, PartyId


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyHead:
    """Who a party is. `red` holds no amount, so it shows to whoever may see the party."""

    party: PartyId
    name: str
    kind: PartyKind
    status: PartyStatus
    status_since: datetime
    tier: str
    vip: bool
    language: str
    red: RedStrip


async def head(session: AsyncSession, party: PartyId) -> PartyHead:
    """The head, without an audit: for what audits the look itself. Raises PartyUnknown."""
    row = await session.get(Party, party)
    if row is None:
        raise PartyUnknown
    return PartyHead(
        party=row.id,
        name=row.display_name,
        kind=row.kind,
        status=row.status,
        status_since=row.status_since,
        tier=row.tier,
        vip=row.vip,
        language=row.language,
        red=red_strip(await holdings(session, party)),
    )


async def looked_at(session: AsyncSession, party: PartyId, *, viewer: AgentId, reason: str) -> None:
    """Write down that the viewer looked at the party. Last in the unit of work."""
    subject = Subject(kind="party", id=party)
    await record(session, Action.PARTY_VIEWED, actor=viewer, subject=subject, reason=reason)
