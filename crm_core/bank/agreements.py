"""Agreements: opening them, who is what to them, their state and their balances.

This module writes; `crm_core.bank.overview` reads. Whoever mirrors the core bank calls it with a
`source` and `source_key`. Nothing here books: the bank does.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.bank.numbers import AgreementUnknown
from crm_core.bank.products import TransitionRefused, Version
from crm_core.bank.terms import (
    AGREEMENT_STATES,
    CARD_STATES,
    AgreementKind,
    AgreementRole,
    AgreementStatus,
    CardNetwork,
    CardStatus,
    may_become,
)
from crm_core.database import moment
from crm_core.errors import Refused
from crm_core.ids import new_id
from crm_core.models import Agreement, AgreementParty, Balance, BankCard
from crm_core.money import CurrencyMismatch, Money
from crm_core.sealing import NumberSeal
from crm_core.upsert import insert_into
from routing.ids import PartyId


class AgreementRefused(Refused):
    """The facts contradict each other: closed without a day, or a product of another kind."""

    code = "agreement_refused"


class CardUnknown(Refused):
    """There is no such bank card."""

    code = "bank_card_unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementFacts:
    """What is told of an agreement. `number` is plain here and nowhere later."""

    kind: AgreementKind
    number: str
    opened_on: date
    closed_on: date | None = None
    status: AgreementStatus = AgreementStatus.ACTIVE
    branch: str = ""
    source: str | None = None
    source_key: str | None = None
    as_of: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CardFacts:
    """What is told of a bank card. Only the last four digits of its number ever come here."""

    network: CardNetwork
    status: CardStatus
    last4: str
    embossed_name: str
    expires_on: date
    issued_on: date | None = None
    branch: str = ""
    ready_at_branch_on: date | None = None
    reissue_offer_on: date | None = None
    source: str | None = None
    source_key: str | None = None


async def open_agreement(
    session: AsyncSession,
    version: Version,
    facts: AgreementFacts,
    *,
    owner: PartyId,
    seal: NumberSeal,
) -> str:
    """Add an agreement on the terms of a product's version, with its owner. Its id.

    Raises AgreementRefused, NumberRefused.
    """
    closed = facts.status is AgreementStatus.CLOSED
    if facts.kind is not version.family or closed != (facts.closed_on is not None):
        raise AgreementRefused
    now, agreement = moment(session), new_id()
    number = seal.seal(facts.number, agreement)
    row = Agreement(
        id=agreement,
        kind=facts.kind,
        product_version=version.id,
        currency=version.terms.currency,
        number_sealed=number.sealed,
        number_key=number.key,
        number_hash=number.hash,
        number_last4=number.last4,
        opened_on=facts.opened_on,
        closed_on=facts.closed_on,
        status=facts.status,
        branch=facts.branch,
        source=facts.source,
        source_key=facts.source_key,
        as_of=facts.as_of or now,
        created_at=now,
        updated_at=now,
    )
    session.add(row)
    await session.flush()
    await add_role(session, agreement, owner, role=AgreementRole.OWNER, starts_on=facts.opened_on)
    return agreement


async def add_role(
    session: AsyncSession,
    agreement: str,
    party: PartyId,
    *,
    role: AgreementRole,
    starts_on: date,
) -> None:
    """The party is this to the agreement from the day on. A second owner fails in the database."""
    session.add(
        AgreementParty(
            id=new_id(),
            agreement=agreement,
            party=party,
            role=role,
            starts_on=starts_on,
            created_at=moment(session),
        )
    )
    await session.flush()


async def move_agreement(
    session: AsyncSession, agreement: str, status: AgreementStatus, *, on: date
) -> None:
    """Activate, block or close an agreement. Raises AgreementUnknown, TransitionRefused."""
    row = await session.get(Agreement, agreement, with_for_update=True)
    if row is None:
        raise AgreementUnknown
    if not may_become(AGREEMENT_STATES, row.status, status):
        raise TransitionRefused
    row.status, row.updated_at = status, moment(session)
    row.closed_on = on if status is AgreementStatus.CLOSED else None
    await session.flush()


async def set_balance(
    session: AsyncSession, agreement: str, *, booked: Money, available: Money, as_of: datetime
) -> None:
    """What the agreement holds (negative: owes) and what can be used, as of that time.

    Told again for the same time it is replaced. Raises AgreementUnknown, CurrencyMismatch.
    """
    currency = await currency_of(session, agreement)
    if {booked.currency, available.currency} != {currency}:
        raise CurrencyMismatch(f"{currency} and {booked.currency}, {available.currency}")
    amounts = {"booked_minor": booked.minor, "available_minor": available.minor}
    statement = insert_into(session, Balance).values(
        agreement=agreement, as_of=as_of, created_at=moment(session), **amounts
    )
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=[Balance.agreement, Balance.as_of], set_=amounts
        )
    )


async def add_card(
    session: AsyncSession, agreement: str, facts: CardFacts, *, holder: PartyId
) -> str:
    """Add a bank card on the agreement. Its id. Raises AgreementUnknown."""
    await currency_of(session, agreement)
    now = moment(session)
    row = BankCard(
        id=new_id(),
        agreement=agreement,
        party=holder,
        network=facts.network,
        status=facts.status,
        last4=facts.last4,
        embossed_name=facts.embossed_name,
        issued_on=facts.issued_on,
        expires_on=facts.expires_on,
        branch=facts.branch,
        ready_at_branch_on=facts.ready_at_branch_on,
        reissue_offer_on=facts.reissue_offer_on,
        source=facts.source,
        source_key=facts.source_key,
        as_of=now,
        created_at=now,
    )
    session.add(row)
    await session.flush()
    return row.id


async def move_card(session: AsyncSession, card: str, status: CardStatus) -> None:
    """Give a bank card its next status. Raises CardUnknown, TransitionRefused."""
    row = await session.get(BankCard, card, with_for_update=True)
    if row is None:
        raise CardUnknown
    if not may_become(CARD_STATES, row.status, status):
        raise TransitionRefused
    row.status, row.as_of = status, moment(session)
    await session.flush()


async def currency_of(session: AsyncSession, agreement: str) -> str:
    """The agreement's currency. Raises AgreementUnknown."""
    currency = await session.scalar(select(Agreement.currency).where(Agreement.id == agreement))
    if currency is None:
        raise AgreementUnknown
    return currency
