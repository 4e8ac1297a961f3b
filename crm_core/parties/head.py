"""The head of a party's page: who it is and what must not be overlooked, before anything else."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.audit import Action, Subject, record
from crm_core.bank.holdings import holdings
from crm_core.database import moment
from crm_core.errors import PartyUnknown
from crm_core.models import Party, PartyKind, PartyStatus, Person
from crm_core.parties.contact_phones import number_signals
from crm_core.parties.known import Known
from crm_core.parties.red_flags import RedFlag, red_flags
from crm_core.parties.signal_sources import signals
from routing.ids import AgentId, PartyId


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyHead:
    """Who a party is. `flags` hold no amount, so they show to whoever may see the party."""

    party: PartyId
    name: str
    kind: PartyKind
    status: PartyStatus
    status_since: datetime
    tier: str
    vip: bool
    language: str
    flags: tuple[RedFlag, ...]


async def head(session: AsyncSession, party: PartyId, *, number: str | None = None) -> PartyHead:
    """The head, without an audit: for what audits the look itself. `number` is the caller's, if
    the look is for a call. Raises PartyUnknown."""
    who = select(Party, Person.birth_date).outerjoin(Person, Person.party == Party.id)
    found = (await session.execute(who.where(Party.id == party))).first()
    if found is None:
        raise PartyUnknown
    row, birth_date = found
    known = Known(
        now=moment(session),
        kind=row.kind,
        birth_date=birth_date,
        holdings=await holdings(session, party),
        cards=(),
        contacts=(),
        signals=(
            *await signals(session, party),
            *await number_signals(session, party, number),
        ),
    )
    return PartyHead(
        party=row.id,
        name=row.display_name,
        kind=row.kind,
        status=row.status,
        status_since=row.status_since,
        tier=row.tier,
        vip=row.vip,
        language=row.language,
        flags=red_flags(known),
    )


async def check_known(session: AsyncSession, party: PartyId) -> None:
    """Raises PartyUnknown if there is no such party."""
    if await session.scalar(select(Party.id).where(Party.id == party)) is None:
        raise PartyUnknown


async def looked_at(session: AsyncSession, party: PartyId, *, viewer: AgentId, reason: str) -> None:
    """Write down that the viewer looked at the party. Last in the unit of work."""
    subject = Subject(kind="party", id=party)
    await record(session, Action.PARTY_VIEWED, actor=viewer, subject=subject, reason=reason)
