"""Parties on the screen: the panel that an agent sees in the first second of a call.

Every look at a panel is audited with its reason, in the transaction that reads it: who looked at
whom, and for which call, is a question that a bank must be able to answer. The panel reads; what it
makes of the facts (red strip, guesses, next action, money line) is decided by pure modules beside.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core import phones
from crm_core.bank.holdings import cards_of, holdings
from crm_core.bank.moneyline import MoneyLine, RedStrip, money_line, red_strip
from crm_core.bank.reveal import Look, reveal
from crm_core.bank.terms import VerificationLevel
from crm_core.cards.card import CardSummary
from crm_core.cards.reading import timeline
from crm_core.database import moment
from crm_core.errors import PartyUnknown
from crm_core.managers.reading import Away, managers_at
from crm_core.models import (
    Party,
    PartyKind,
    PartyPhone,
    PartyStatus,
    Person,
    PhoneNumber,
    PhoneRole,
    PhoneStatus,
)
from crm_core.parties.contact_phones import number_signals
from crm_core.parties.directory import valid
from crm_core.parties.head import looked_at
from crm_core.parties.known import Known
from crm_core.parties.next_action import NextAction, next_action
from crm_core.parties.red_flags import RedFlag, red_flags
from crm_core.parties.signal_sources import signals
from crm_core.parties.why import Guess, guesses
from routing.ids import AgentId, CallId, PartyId

LAST_CONTACTS = 3
_CONTACTS_READ = 12
"""More than are shown: the running call is left out, and missed calls among them are evidence."""


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
    """Who looks after a party, 1 being the first; `away` while he is on leave."""

    agent: AgentId
    name: str
    rank: int
    active: bool
    away: Away | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyPanel:
    """What an agent sees of a party in the first second, as of `at`.

    `contacts` are the last that were, without the call for which the panel is shown.
    """

    at: datetime
    party: PartyId
    name: str
    kind: PartyKind
    status: PartyStatus
    status_since: datetime
    tier: str
    vip: bool
    language: str
    birth_date: date | None
    phones: tuple[PanelPhone, ...]
    managers: tuple[PanelManager, ...]
    contacts: tuple[CardSummary, ...]
    agreements: int
    money: MoneyLine
    red: RedStrip
    flags: tuple[RedFlag, ...]
    why: tuple[Guess, ...]
    next_action: NextAction | None


async def panel(
    session: AsyncSession,
    party: PartyId,
    *,
    viewer: AgentId,
    reason: str,
    level: VerificationLevel = VerificationLevel.NONE,
    call: CallId | None = None,
    number: str | None = None,
) -> PartyPanel:
    """What is known of a party; the look is audited. `reason` such as "call:<id>" or "search".

    Amounts are masked unless `level`, how sure it is who is on the line, opens them; that they
    were shown is audited too. `call` is the one that runs, `number` the caller's (E.164). Needs a
    unit of work. Raises PartyUnknown.
    """
    look = Look(viewer=viewer, reason=reason, level=level)
    found = await read_panel(session, party, look, call=call, number=number)
    await looked_at(session, party, viewer=viewer, reason=reason)
    if found.agreements and look.opens_amounts:
        await reveal(session, party, look)
    return found


async def read_panel(
    session: AsyncSession,
    party: PartyId,
    look: Look,
    *,
    call: CallId | None = None,
    number: str | None = None,
) -> PartyPanel:
    """The panel without an audit, for what audits the look itself. Raises PartyUnknown."""
    row, birth_date = await _who(session, party)
    held = await holdings(session, party)
    contacts = await timeline(session, party, _CONTACTS_READ)
    known = Known(
        now=moment(session),
        kind=row.kind,
        birth_date=birth_date,
        holdings=held,
        cards=await cards_of(session, party),
        contacts=tuple(one for one in contacts if one.call != call),
        signals=(
            *await signals(session, party),
            *await number_signals(session, party, number),
        ),
        on_call=call is not None,
        level=look.level,
    )
    flags, why = red_flags(known), guesses(known)
    return PartyPanel(
        at=known.now,
        party=row.id,
        name=row.display_name,
        kind=row.kind,
        status=row.status,
        status_since=row.status_since,
        tier=row.tier,
        vip=row.vip,
        language=row.language,
        birth_date=birth_date,
        phones=await _phones(session, party),
        managers=await managers(session, party),
        contacts=known.contacts[:LAST_CONTACTS],
        agreements=len(held),
        money=money_line(held, look),
        red=red_strip(held),
        flags=flags,
        why=why,
        next_action=next_action(known, flags, why),
    )


async def managers(session: AsyncSession, party: PartyId) -> tuple[PanelManager, ...]:
    """Who looks after the party now, by rank."""
    return tuple(
        PanelManager(
            agent=one.employee, name=one.name, rank=one.rank, active=one.active, away=one.away
        )
        for one in await managers_at(session, party)
    )


async def _who(session: AsyncSession, party: PartyId) -> tuple[Party, date | None]:
    statement = (
        select(Party, Person.birth_date)
        .outerjoin(Person, Person.party == Party.id)
        .where(Party.id == party)
    )
    found = (await session.execute(statement)).first()
    if found is None:
        raise PartyUnknown
    return found[0], found[1]


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
