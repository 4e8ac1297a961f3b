"""What is known of many parties at once that their status and tier follow from. Reads only."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import Select, and_, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from crm_core.applications.states import OPEN as RUNNING
from crm_core.bank.terms import AgreementKind, AgreementRole, AgreementStatus, EntryKind
from crm_core.clients.standing import ClientFacts
from crm_core.database import moment
from crm_core.dated import held
from crm_core.interests.states import InterestState
from crm_core.models import (
    Agreement,
    AgreementParty,
    ArrearsSnapshot,
    Balance,
    CallCard,
    CoApplicant,
    CreditApplication,
    Interest,
    LedgerEntry,
    PartyRelationship,
)
from crm_core.relations.risk import OWN
from routing.ids import PartyId

CLIENT_MADE = (
    EntryKind.REPAYMENT,
    EntryKind.TRANSFER,
    EntryKind.PURCHASE,
    EntryKind.CASH,
    EntryKind.SALARY,
)
"""Entries that come of what a client does; the bank's own are interest, fees and the like."""

REFERRER = "referrer"
WANTED = (InterestState.OPEN, InterestState.QUALIFIED)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Moves:
    """What was done on an agreement."""

    last_on: date | None = None
    operations: int = 0
    turnover: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What was read of all the parties' agreements, by agreement."""

    moves: Mapping[str, _Moves]
    booked: Mapping[str, int]
    owed: Mapping[str, int]


@dataclass(slots=True)
class _Sums:
    """Amounts of a party by currency."""

    turnover: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    deposits: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    owed: dict[str, int] = field(default_factory=lambda: defaultdict(int))


async def facts_of(
    session: AsyncSession,
    parties: Sequence[PartyId],
    *,
    on: date,
    window_days: int,
) -> dict[PartyId, ClientFacts]:
    """The facts of each of the parties on the day."""
    agreements = await _agreements(session, parties, on)
    theirs = {one.id for rows in agreements.values() for one, _ in rows}
    known = _Known(
        moves=await _moves(session, theirs, on, on - timedelta(days=window_days)),
        booked=await _booked(session, theirs),
        owed=await _owed(session, theirs),
    )
    contacts, referrals = await _contacts(session, parties), await _referrals(session, parties)
    wishes = await _wishes(session, parties)
    return {
        party: _facts(
            agreements.get(party, ()),
            known,
            last_contact_on=contacts.get(party),
            wishes=wishes.get(party, ()),
            referrals=referrals.get(party, 0),
        )
        for party in parties
    }


def _facts(
    rows: Sequence[tuple[Agreement, AgreementRole]],
    known: _Known,
    *,
    last_contact_on: date | None,
    wishes: Collection[bool],
    referrals: int,
) -> ClientFacts:
    own = [one for one, role in rows if role in OWN and one.status is not AgreementStatus.PENDING]
    open_ = [one for one in own if one.status is not AgreementStatus.CLOSED]
    moves = [known.moves[one.id] for one in own if one.id in known.moves]
    sums = _sums(open_, known)
    return ClientFacts(
        first_opened_on=min((one.opened_on for one in own), default=None),
        open_agreements=len(open_),
        kinds=len({one.kind for one in open_}),
        last_closed_on=_latest(one.closed_on for one in own),
        last_operation_on=_latest(one.last_on for one in moves),
        operations=sum(one.operations for one in moves),
        turnover=sums.turnover,
        deposits=sums.deposits,
        owed=sums.owed,
        last_contact_on=last_contact_on,
        guarantees=any(
            role is AgreementRole.GUARANTOR and one.status is not AgreementStatus.CLOSED
            for one, role in rows
        ),
        interested=any(wishes) or any(one.status is AgreementStatus.PENDING for one, _ in rows),
        asked=bool(wishes),
        referrals=referrals,
    )


def _sums(open_: Iterable[Agreement], known: _Known) -> _Sums:
    sums = _Sums()
    for one in open_:
        sums.turnover[one.currency] += known.moves.get(one.id, _Moves()).turnover
        booked = known.booked.get(one.id, 0)
        if one.kind is AgreementKind.LOAN:
            sums.owed[one.currency] += known.owed.get(one.id, 0)
        else:
            sums.deposits[one.currency] += max(0, booked)
            sums.owed[one.currency] += max(0, -booked)
    return sums


async def _agreements(
    session: AsyncSession, parties: Sequence[PartyId], on: date
) -> dict[PartyId, list[tuple[Agreement, AgreementRole]]]:
    role = AgreementParty
    statement = (
        select(role.party, Agreement, role.role)
        .join(Agreement, Agreement.id == role.agreement)
        .where(role.party.in_(parties), role.starts_on <= on)
        .where(or_(role.ends_before.is_(None), role.ends_before > on, Agreement.closed_on <= on))
    )
    found: dict[PartyId, list[tuple[Agreement, AgreementRole]]] = defaultdict(list)
    for party, agreement, what in await session.execute(statement):
        found[party].append((agreement, what))
    return found


async def _moves(
    session: AsyncSession, agreements: Collection[str], on: date, since: date
) -> dict[str, _Moves]:
    entry = LedgerEntry
    lately = entry.value_on > since
    came_in = case((and_(lately, entry.amount_minor > 0), entry.amount_minor), else_=0)
    statement = (
        select(
            entry.agreement,
            func.max(entry.value_on),
            func.sum(case((lately, 1), else_=0)),
            func.sum(came_in),
        )
        .where(entry.agreement.in_(agreements), entry.kind.in_(CLIENT_MADE), entry.value_on <= on)
        .group_by(entry.agreement)
    )
    return {
        agreement: _Moves(last_on=last, operations=int(count), turnover=int(sum_))
        for agreement, last, count, sum_ in await session.execute(statement)
    }


async def _booked(session: AsyncSession, agreements: Collection[str]) -> dict[str, int]:
    later = aliased(Balance)
    newest = select(func.max(later.as_of)).where(later.agreement == Balance.agreement)
    statement = select(Balance.agreement, Balance.booked_minor)
    statement = statement.where(Balance.agreement.in_(agreements))
    return await _numbers(session, statement.where(Balance.as_of == newest.scalar_subquery()))


async def _owed(session: AsyncSession, agreements: Collection[str]) -> dict[str, int]:
    row, later = ArrearsSnapshot, aliased(ArrearsSnapshot)
    newest = select(func.max(later.business_date)).where(later.agreement == row.agreement)
    statement = select(row.agreement, row.owed_minor).where(row.agreement.in_(agreements))
    return await _numbers(session, statement.where(row.business_date == newest.scalar_subquery()))


async def _contacts(session: AsyncSession, parties: Sequence[PartyId]) -> dict[PartyId, date]:
    card = CallCard
    statement = select(card.party, func.max(card.answered_at)).where(card.party.in_(parties))
    rows = await session.execute(statement.group_by(card.party))
    return {party: at.date() for party, at in rows if party is not None and at is not None}


async def _referrals(session: AsyncSession, parties: Sequence[PartyId]) -> dict[PartyId, int]:
    row = PartyRelationship
    mine = and_(row.from_party.in_(parties), row.type == REFERRER, held(row, moment(session)))
    statement = select(row.from_party, func.count()).where(mine).group_by(row.from_party)
    return {party: count for party, count in await session.execute(statement)}  # noqa: C416


async def _wishes(session: AsyncSession, parties: Sequence[PartyId]) -> dict[PartyId, set[bool]]:
    """Of each who ever applied or was interested, whether something of it is open."""
    applied = select(CreditApplication.party, CreditApplication.state.in_(RUNNING))
    together = select(CoApplicant.party, CreditApplication.state.in_(RUNNING))
    together = together.join(CreditApplication, CreditApplication.id == CoApplicant.application)
    wanted = select(Interest.party, Interest.state.in_(WANTED))
    found: dict[PartyId, set[bool]] = defaultdict(set)
    for statement, party in (
        (applied, CreditApplication.party),
        (together, CoApplicant.party),
        (wanted, Interest.party),
    ):
        for one, open_ in await session.execute(statement.where(party.in_(parties))):
            found[one].add(bool(open_))
    return found


async def _numbers(session: AsyncSession, statement: Select[str, int]) -> dict[str, int]:
    return {key: number for key, number in await session.execute(statement)}  # noqa: C416


def _latest(days: Iterable[date | None]) -> date | None:
    return max((one for one in days if one is not None), default=None)
