"""Whom an entry at the keypad may mean: a client number, or the last digits of a card.

Whether anybody is meant is told to nobody: an `Account` stands for either, and what is done with it
takes the same statements and the same time. The last digits of a card mean many cardholders, so
they choose among those that the caller's telephone number suggests, and nobody else.

Not served at the keypad, and so as unknown as a wrong number: organisations (a PIN proves a person,
and a firm is many), the dead, minors, parties that were erased, merged or are no clients
any more, and those whom the blacklist holds for fraud or by a court's order: people talk to them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.bank.terms import CardStatus
from crm_core.collections.states import BlacklistReason, BlacklistScope
from crm_core.database import moment
from crm_core.models import (
    BankCard,
    BlacklistEntry,
    ClientNumber,
    Party,
    PartyKind,
    PartyStatus,
    Person,
)
from crm_core.parties.known import FULL_AGE
from routing.ids import PartyId

CARD_DIGITS = 4
"""How many digits of a card are keyed; no client number is so short: an entry tells what it is."""
MOST_SUGGESTED = 8
_CARDS = (CardStatus.READY, CardStatus.ACTIVE, CardStatus.BLOCKED)
_NOT_SERVED = (PartyStatus.CLOSED,)
_KEPT_AWAY = (BlacklistReason.FRAUD, BlacklistReason.COURT)


class EntryKind(StrEnum):
    """What an account was named by."""

    CLIENT_NUMBER = "client_number"
    CARD = "card"
    SUGGESTED = "suggested"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Whom a caller says he is: a party, or nobody, which is nobody's business but `Pins`'.

    `subject` is what its tries are counted under: the party, by whatever name it was called, or the
    entry itself where nobody is meant.
    """

    by: EntryKind
    party: PartyId | None = field(repr=False)
    subject: str = field(repr=False)


async def find(session: AsyncSession, entry: str, *, suggested: Sequence[PartyId]) -> Account:
    """The account of an entry. `suggested` are the parties that the caller's number suggests."""
    by = EntryKind.CARD if len(entry) == CARD_DIGITS else EntryKind.CLIENT_NUMBER
    if by is EntryKind.CARD:
        question = _cardholders(entry, suggested[:MOST_SUGGESTED])
    else:
        question = _numbered(entry)
    return await _account(session, question, by, f"entry:{entry}")


async def of_party(session: AsyncSession, party: PartyId) -> Account:
    """The account of the only party that the caller's number suggests; it proves nothing."""
    question = select(Party.id).where(Party.id == party)
    return await _account(session, question, EntryKind.SUGGESTED, party_subject(party))


def party_subject(party: PartyId) -> str:
    """What the tries of a party's account are counted under, by whatever name it was called."""
    return f"party:{party}"


async def _account(
    session: AsyncSession, question: Select[PartyId], by: EntryKind, nobody: str
) -> Account:
    """One statement, whatever comes of it. Several are nobody."""
    asked = question.outerjoin(Person, Person.party == Party.id).where(*_served(session)).limit(2)
    found = list(await session.scalars(asked))
    party = found[0] if len(found) == 1 else None
    return Account(by=by, party=party, subject=party_subject(party) if party else nobody)


def _numbered(entry: str) -> Select[PartyId]:
    return (
        select(Party.id)
        .join(ClientNumber, ClientNumber.party == Party.id)
        .where(ClientNumber.number == entry)
    )


def _cardholders(entry: str, suggested: Sequence[PartyId]) -> Select[PartyId]:
    held = select(BankCard.party).where(BankCard.last4 == entry, BankCard.status.in_(_CARDS))
    return select(Party.id).where(Party.id.in_(suggested), Party.id.in_(held))


def _served(session: AsyncSession) -> tuple[ColumnElement[bool], ...]:
    today = moment(session).date()
    grown = Person.birth_date <= _years_before(today, FULL_AGE)
    return (
        Party.kind == PartyKind.PERSON,
        Party.status.not_in(_NOT_SERVED),
        Party.merged_into.is_(None),
        Party.erased_at.is_(None),
        Person.died_on.is_(None),
        or_(Person.birth_date.is_(None), grown),
        ~exists().where(_kept_away(today)),
    )


def _kept_away(today: date) -> ColumnElement[bool]:
    row = BlacklistEntry
    return and_(
        row.party == Party.id,
        row.scope == BlacklistScope.ALL,
        row.reason.in_(_KEPT_AWAY),
        row.approved_by.is_not(None),
        row.starts_on <= today,
        or_(row.ends_before.is_(None), row.ends_before > today),
    )


def _years_before(day: date, years: int) -> date:
    """Who was born on 29 February is a year older on 1 March."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)
