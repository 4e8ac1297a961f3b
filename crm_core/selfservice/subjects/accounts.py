"""Balances, contracts, statements and bank cards."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.bank.holdings import Holding, cards_of
from crm_core.bank.terms import AgreementKind, CardStatus
from crm_core.models import Agreement, LedgerEntry, Loan, ProductVersion
from crm_core.money import Money
from crm_core.parties.freshness import Told, stale
from crm_core.selfservice.answers import BalanceItem, CardItem, ContractItem, StatementItem
from crm_core.selfservice.subjects.found import Asked, Found, percent

MOST_ENTRIES = 10
_USED = frozenset(
    {
        AgreementKind.ACCOUNT,
        AgreementKind.CARD_ACCOUNT,
        AgreementKind.DEPOSIT,
        AgreementKind.LINE,
    }
)
"""What money is used from; a loan is paid back, and told of as a debt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Terms:
    """What was agreed on. A rate is a share a year."""

    rate: Decimal
    ends_on: date | None
    lent: Money | None


async def balances(_session: AsyncSession, asked: Asked) -> Found:
    """What can be used now of each account, card account, deposit and line."""
    used = _used(asked)
    told = [(one, one.balance) for one in used if one.balance is not None]
    as_of = min((balance.as_of for _, balance in told), default=None)
    return Found(
        items=tuple(
            BalanceItem(kind=one.kind, last4=one.last4, available=balance.available)
            for one, balance in told
        ),
        as_of=as_of,
        stale=stale(Told.BALANCE, as_of, asked.now),
        untold=len(told) < len(used),
    )


async def contracts(session: AsyncSession, asked: Asked) -> Found:
    """What was agreed on, of each agreement that is open."""
    terms = await _terms(session, asked.own)
    return Found(
        items=tuple(_contract(one, terms[one.agreement]) for one in asked.own),
        as_of=min((one.as_of for one in asked.own), default=None),
    )


async def statement(session: AsyncSession, asked: Asked) -> Found:
    """The newest entries of all that money is used from, as fresh as the balances are."""
    used = {one.agreement: one for one in _used(asked)}
    row = LedgerEntry
    newest = (
        select(row)
        .where(row.agreement.in_(used))
        .order_by(row.booked_at.desc(), row.id.desc())
        .limit(MOST_ENTRIES)
    )
    items = tuple(
        StatementItem(
            last4=used[entry.agreement].last4,
            on=entry.value_on,
            amount=Money(entry.amount_minor, used[entry.agreement].currency),
        )
        for entry in await session.scalars(newest)
    )
    told = (one.balance.as_of if one.balance else one.as_of for one in used.values())
    as_of = min(told, default=None)
    return Found(items=items, as_of=as_of, stale=stale(Told.BALANCE, as_of, asked.now))


async def cards(session: AsyncSession, asked: Asked) -> Found:
    """The cards that bear his name, also on an account of somebody else's; no closed ones."""
    held = [
        one for one in await cards_of(session, asked.party) if one.status is not CardStatus.CLOSED
    ]
    items = tuple(
        CardItem(
            last4=one.last4,
            status=one.status,
            expires_on=one.expires_on,
            ready_on=one.ready_at_branch_on if one.status is CardStatus.READY else None,
            reissue_offered=one.reissue_offer_on is not None
            and one.reissue_offer_on <= asked.today,
        )
        for one in held
    )
    return Found(items=items, as_of=min((one.as_of for one in held), default=None))


def _used(asked: Asked) -> list[Holding]:
    return [one for one in asked.own if one.kind in _USED]


def _contract(one: Holding, terms: _Terms) -> ContractItem:
    return ContractItem(
        kind=one.kind,
        last4=one.last4,
        opened_on=one.opened_on,
        ends_on=terms.ends_on,
        rate=percent(terms.rate) if terms.rate else None,
        amount=terms.lent,
    )


async def _terms(session: AsyncSession, own: tuple[Holding, ...]) -> Mapping[str, _Terms]:
    """A loan has terms of its own; the others have those of their product."""
    statement = (
        select(Agreement.id, Agreement.currency, ProductVersion.rate, Loan)
        .join(ProductVersion, ProductVersion.id == Agreement.product_version)
        .outerjoin(Loan, Loan.agreement == Agreement.id)
        .where(Agreement.id.in_([one.agreement for one in own]))
    )
    return {
        agreement: _Terms(
            rate=rate if loan is None else loan.rate,
            ends_on=None if loan is None else loan.maturity_on,
            lent=None if loan is None else Money(loan.principal_minor, currency),
        )
        for agreement, currency, rate, loan in await session.execute(statement)
    }
