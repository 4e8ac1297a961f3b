"""Parties on the screen: the panel that an agent sees.

Every look at a panel is audited with its reason, in the transaction that reads it: who looked at
whom, and for which call, is a question that a bank must be able to answer.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core import phones
from crm_core.bank.holdings import holdings
from crm_core.bank.moneyline import MoneyLine, RedStrip, money_line, red_strip
from crm_core.bank.reveal import Look, reveal
from crm_core.bank.terms import VerificationLevel
from crm_core.cards.card import CardSummary
from crm_core.cards.reading import timeline
from crm_core.database import moment
from crm_core.errors import PartyUnknown
from crm_core.models import (
    EmployeeRow,
    ManagerAssignment,
    Party,
    PartyKind,
    PartyPhone,
    PartyStatus,
    PhoneNumber,
    PhoneRole,
    PhoneStatus,
)
from crm_core.parties.directory import valid
from crm_core.parties.head import looked_at
from routing.ids import AgentId, PartyId

_LAST_CONTACTS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelPhone:
    """A party's number, whole and masked; which of both is shown is decided by right."""

    e164: str
    display: str
    masked: str
    role: PhoneRole
    status: PhoneStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelManager:
    """Who looks after a party, 1 being the first."""

    agent: AgentId
    name: str
    rank: int
    active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyPanel:
    """What an agent sees of a party in the first second."""

    party: PartyId
    name: str
    kind: PartyKind
    status: PartyStatus
    status_since: datetime
    tier: str
    vip: bool
    language: str
    phones: tuple[PanelPhone, ...]
    managers: tuple[PanelManager, ...]
    contacts: tuple[CardSummary, ...]
    agreements: int
    money: MoneyLine
    red: RedStrip


async def panel(
    session: AsyncSession,
    party: PartyId,
    *,
    viewer: AgentId,
    reason: str,
    level: VerificationLevel = VerificationLevel.NONE,
) -> PartyPanel:
    """What is known of a party; the look is audited. `reason` such as "call:<id>" or "search".

    Amounts are masked unless `level`, how sure it is who is on the line, opens them; that they
    were shown is audited too. Needs a unit of work. Raises PartyUnknown.
    """
    found = await read_panel(session, party, level=level)
    await looked_at(session, party, viewer=viewer, reason=reason)
    if found.agreements and level.opens_amounts:
        await reveal(session, party, Look(viewer=viewer, reason=reason, level=level))
    return found


async def read_panel(
    session: AsyncSession, party: PartyId, *, level: VerificationLevel
) -> PartyPanel:
    """The panel without an audit, for what audits the look itself. Raises PartyUnknown."""
    row = await session.get(Party, party)
    if row is None:
        raise PartyUnknown
    held = await holdings(session, party)
    return PartyPanel(
        party=row.id,
        name=row.display_name,
        kind=row.kind,
        status=row.status,
        status_since=row.status_since,
        tier=row.tier,
        vip=row.vip,
        language=row.language,
        phones=await _phones(session, party),
        managers=await managers(session, party),
        contacts=await timeline(session, party, _LAST_CONTACTS),
        agreements=len(held),
        money=money_line(held, level),
        red=red_strip(held),
    )


async def managers(session: AsyncSession, party: PartyId) -> tuple[PanelManager, ...]:
    """Who looks after the party now, by rank."""
    held = ManagerAssignment
    statement = (
        select(EmployeeRow.id, EmployeeRow.name, held.rank, EmployeeRow.active)
        .join(EmployeeRow, EmployeeRow.id == held.employee)
        .where(held.party == party, valid(held.valid_from, held.valid_to, moment(session)))
        .order_by(held.rank, held.valid_from.desc())
    )
    return tuple(
        PanelManager(agent=agent, name=name, rank=rank, active=active)
        for agent, name, rank, active in await session.execute(statement)
    )


async def _phones(session: AsyncSession, party: PartyId) -> tuple[PanelPhone, ...]:
    statement = (
        select(PhoneNumber.e164, PartyPhone.role, PhoneNumber.status)
        .join(PhoneNumber, PhoneNumber.id == PartyPhone.phone)
        .where(PartyPhone.party == party)
        .where(valid(PartyPhone.valid_from, PartyPhone.valid_to, moment(session)))
        .order_by(PartyPhone.rank, PhoneNumber.e164)
    )
    return tuple(
        PanelPhone(
            e164=e164,
            display=phones.display(e164),
            masked=phones.mask(e164),
            role=role,
            status=status,
        )
        for e164, role, status in await session.execute(statement)
    )
