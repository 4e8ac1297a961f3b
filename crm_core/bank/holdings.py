"""What a party has with the bank, read at once: agreements with their newest balance and arrears.

Reads only. Amounts come out only to a `Look` that opens them, and then the look is audited; what
belongs to agreements in which the party is a guarantor, authorised or a payer comes with that role.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from crm_core.bank.numbers import AgreementUnknown
from crm_core.bank.reveal import Look, reveal
from crm_core.bank.terms import (
    AgreementKind,
    AgreementRole,
    AgreementStatus,
    CardNetwork,
    CardStatus,
    DelinquencyRange,
)
from crm_core.database import moment
from crm_core.models import (
    Agreement,
    AgreementParty,
    ArrearsSnapshot,
    Balance,
    BankCard,
    Product,
    ProductVersion,
)
from crm_core.money import Money
from routing.ids import PartyId

_Row = Select[Agreement, AgreementRole, Product, Balance, ArrearsSnapshot]


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A balance: positive is held, negative owed. `available` is what can be used."""

    booked: Money
    available: Money
    as_of: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a loan stood on its newest business date. Amounts are None while they are masked."""

    business_date: date
    dpd: int
    range: DelinquencyRange
    paused: bool
    oldest_due_on: date | None
    next_due_on: date | None
    last_paid_on: date | None
    overdue: Money | None
    owed: Money | None
    next_due: Money | None
    last_paid: Money | None
    as_of: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """An agreement and what the party is to it. `product_names` by language.

    `masked` tells that amounts are withheld; without it a balance of None means that none was told.
    """

    agreement: str
    kind: AgreementKind
    status: AgreementStatus
    role: AgreementRole
    product_code: str
    product_names: Mapping[str, str]
    currency: str
    last4: str
    opened_on: date
    closed_on: date | None
    branch: str
    as_of: datetime
    balance: Held | None
    standing: Standing | None
    masked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CardHeld:
    """A bank card, of whose number only the last four digits are known."""

    card: str
    agreement: str
    holder: PartyId
    network: CardNetwork
    status: CardStatus
    last4: str
    embossed_name: str
    issued_on: date | None
    expires_on: date
    branch: str
    ready_at_branch_on: date | None
    reissue_offer_on: date | None
    as_of: datetime


async def agreements_of(session: AsyncSession, party: PartyId, look: Look) -> tuple[Holding, ...]:
    """All agreements of the party, open ones first, the oldest first; one per role in it.

    With amounts if the look opens them: it is audited then and needs a unit of work.
    """
    found = await holdings(session, party)
    if look.opens_amounts and found:
        await reveal(session, party, look)
        return found
    return tuple(masked(one) for one in found)


async def holding_of(session: AsyncSession, party: PartyId, agreement: str) -> Holding:
    """One agreement of the party with amounts and without an audit, in its first role in it.

    Raises AgreementUnknown, also for an agreement of others.
    """
    for one in await holdings(session, party):
        if one.agreement == agreement:
            return one
    raise AgreementUnknown


async def cards_of(session: AsyncSession, party: PartyId) -> tuple[CardHeld, ...]:
    """The bank cards that the party holds, those that expire first in front."""
    statement = select(BankCard).where(BankCard.party == party)
    rows = await session.scalars(statement.order_by(BankCard.expires_on, BankCard.id))
    return tuple(_card(row) for row in rows)


async def holdings(session: AsyncSession, party: PartyId) -> tuple[Holding, ...]:
    """As `agreements_of`, with amounts and without an audit: for what masks or audits itself."""
    rows = (await session.execute(_newest(party, moment(session).date()))).all()
    return tuple(_holding(*row) for row in rows)


def masked(one: Holding) -> Holding:
    """The holding without amounts."""
    stood = None if one.standing is None else without_amounts(one.standing)
    return dataclasses.replace(one, balance=None, standing=stood, masked=True)


def without_amounts(one: Standing) -> Standing:
    """The standing without amounts."""
    return dataclasses.replace(one, overdue=None, owed=None, next_due=None, last_paid=None)


def _newest(party: PartyId, day: date) -> _Row:
    role, older, earlier = AgreementParty, aliased(Balance), aliased(ArrearsSnapshot)
    last_told = select(func.max(older.as_of)).where(older.agreement == Agreement.id)
    last_day = select(func.max(earlier.business_date)).where(earlier.agreement == Agreement.id)
    told = Balance.as_of == last_told.scalar_subquery()
    stood = ArrearsSnapshot.business_date == last_day.scalar_subquery()
    return (
        select(Agreement, role.role, Product, Balance, ArrearsSnapshot)
        .join(role, role.agreement == Agreement.id)
        .join(ProductVersion, ProductVersion.id == Agreement.product_version)
        .join(Product, Product.id == ProductVersion.product)
        .outerjoin(Balance, (Balance.agreement == Agreement.id) & told)
        .outerjoin(ArrearsSnapshot, (ArrearsSnapshot.agreement == Agreement.id) & stood)
        .where(role.party == party, or_(role.ends_before.is_(None), role.ends_before > day))
        .order_by(Agreement.closed_on.is_not(None), Agreement.opened_on, Agreement.id, role.role)
        .execution_options(populate_existing=True)
    )


def _holding(
    row: Agreement,
    role: AgreementRole,
    product: Product,
    balance: Balance | None,
    snapshot: ArrearsSnapshot | None,
) -> Holding:
    return Holding(
        agreement=row.id,
        kind=row.kind,
        status=row.status,
        role=role,
        product_code=product.code,
        product_names=product.names,
        currency=row.currency,
        last4=row.number_last4,
        opened_on=row.opened_on,
        closed_on=row.closed_on,
        branch=row.branch,
        as_of=row.as_of,
        balance=None if balance is None else _held(balance, row.currency),
        standing=None if snapshot is None else standing(snapshot, row.currency),
        masked=False,
    )


def _card(row: BankCard) -> CardHeld:
    return CardHeld(
        card=row.id,
        agreement=row.agreement,
        holder=row.party,
        network=row.network,
        status=row.status,
        last4=row.last4,
        embossed_name=row.embossed_name,
        issued_on=row.issued_on,
        expires_on=row.expires_on,
        branch=row.branch,
        ready_at_branch_on=row.ready_at_branch_on,
        reissue_offer_on=row.reissue_offer_on,
        as_of=row.as_of,
    )


def _held(row: Balance, currency: str) -> Held:
    return Held(
        booked=Money(row.booked_minor, currency),
        available=Money(row.available_minor, currency),
        as_of=row.as_of,
    )


def standing(row: ArrearsSnapshot, currency: str) -> Standing:
    """A snapshot with its amounts in the agreement's currency."""
    overdue = (
        row.overdue_principal_minor
        + row.overdue_interest_minor
        + row.overdue_fee_minor
        + row.overdue_penalty_minor
    )
    return Standing(
        business_date=row.business_date,
        dpd=row.dpd,
        range=row.range,
        paused=row.paused,
        oldest_due_on=row.oldest_due_on,
        next_due_on=row.next_due_on,
        last_paid_on=row.last_paid_on,
        overdue=Money(overdue, currency),
        owed=Money(row.owed_minor, currency),
        next_due=_money(row.next_due_minor, currency),
        last_paid=_money(row.last_paid_minor, currency),
        as_of=row.as_of,
    )


def _money(minor: int | None, currency: str) -> Money | None:
    return None if minor is None else Money(minor, currency)
