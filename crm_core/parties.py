"""Parties on the screen: the panel that an agent sees, and the search.

Every look at a panel is audited with its reason, in the transaction that reads it: who looked at
whom, and for which call, is a question that a bank must be able to answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core import phones
from crm_core.audit import Action, Subject, record
from crm_core.bank.holdings import holdings
from crm_core.bank.moneyline import MoneyLine, RedStrip, money_line, red_strip
from crm_core.bank.reveal import Look, reveal
from crm_core.bank.terms import VerificationLevel
from crm_core.cards.card import CardSummary
from crm_core.cards.reading import timeline
from crm_core.database import moment
from crm_core.directory import valid
from crm_core.errors import PartyUnknown
from crm_core.models import (
    EmployeeRow,
    ManagerAssignment,
    Party,
    PartyKind,
    PartyNameToken,
    PartyPhone,
    PartyStatus,
    PhoneNumber,
    PhoneRole,
    PhoneStatus,
)
from crm_core.names import words
from routing.ids import AgentId, PartyId

_LAST_CONTACTS = 3
_LARGEST_RESULT = 50
_FEWEST_DIGITS = 4
_END = "\U0010ffff"


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
    money: MoneyLine
    red: RedStrip


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundParty:
    """A party in a search result."""

    party: PartyId
    name: str
    kind: PartyKind
    status: PartyStatus
    tier: str
    phones: tuple[str, ...]
    """Masked."""


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
    row = await session.get(Party, party)
    if row is None:
        raise PartyUnknown
    held = await holdings(session, party)
    found = PartyPanel(
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
        money=money_line(held, level),
        red=red_strip(held),
    )
    subject = Subject(kind="party", id=party)
    await record(session, Action.PARTY_VIEWED, actor=viewer, subject=subject, reason=reason)
    if held and level.opens_amounts:
        await reveal(session, party, Look(viewer=viewer, reason=reason, level=level))
    return found


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


async def search(session: AsyncSession, text: str, limit: int) -> tuple[FoundParty, ...]:
    """Parties by the beginnings of words of their names, or by a number or its last digits."""
    limit = max(1, min(limit, _LARGEST_RESULT))
    statement = _by_digits(text) if _is_number(text) else _by_words(text)
    if statement is None:
        return ()
    ordered = statement.order_by(Party.display_name, Party.id).limit(limit)
    found = list(await session.scalars(ordered))
    numbers = await _masked(session, [party.id for party in found])
    return tuple(
        FoundParty(
            party=party.id,
            name=party.display_name,
            kind=party.kind,
            status=party.status,
            tier=party.tier,
            phones=tuple(numbers.get(party.id, ())),
        )
        for party in found
    )


def _by_words(text: str) -> Select[Party] | None:
    typed = words(text)
    statement = select(Party)
    for word in typed:
        token = PartyNameToken.token
        named = select(PartyNameToken.party).where(token >= word, token < word + _END)
        statement = statement.where(Party.id.in_(named))
    return statement if typed else None


def _is_number(text: str) -> bool:
    return all(c.isdigit() or c in "+()-. " for c in text) and any(c.isdigit() for c in text)


def _by_digits(text: str) -> Select[Party] | None:
    digits = "".join(c for c in text if c.isdigit() and c.isascii())
    if len(digits) < _FEWEST_DIGITS:
        return None
    ending, beginning = digits[::-1], f"+{digits}"
    column = PhoneNumber.e164
    matches = or_(
        and_(column >= beginning, column < beginning + _END),
        and_(PhoneNumber.digits_reversed >= ending, PhoneNumber.digits_reversed < ending + _END),
    )
    used = select(PartyPhone.party).join(PhoneNumber, PhoneNumber.id == PartyPhone.phone)
    return select(Party).where(Party.id.in_(used.where(matches)))


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


async def _masked(session: AsyncSession, parties: Sequence[PartyId]) -> dict[PartyId, list[str]]:
    statement = (
        select(PartyPhone.party, PhoneNumber.e164)
        .join(PhoneNumber, PhoneNumber.id == PartyPhone.phone)
        .where(PartyPhone.party.in_(parties))
        .where(valid(PartyPhone.valid_from, PartyPhone.valid_to, moment(session)))
        .order_by(PartyPhone.rank, PhoneNumber.e164)
    )
    numbers: dict[PartyId, list[str]] = {}
    for party, e164 in await session.execute(statement):
        numbers.setdefault(party, []).append(phones.mask(e164))
    return numbers
