"""Puts the money of the demo bank into a database, as often as wanted: what is there stays.

The same business date gives the same rows but for their ids and sealed numbers. Everything is told
as if a core bank had, with its as-of time, by the same functions that a real one is mirrored with.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.bank.agreements import (
    AgreementFacts,
    CardFacts,
    add_card,
    add_role,
    open_agreement,
    set_balance,
)
from crm_core.bank.business_day import take_arrears
from crm_core.bank.ledger import EntryFacts, book
from crm_core.bank.loans import Schedule, charge, grant_loan, pay
from crm_core.bank.products import Version, VersionTerms, add_product, add_version, version_on
from crm_core.bank.schedule import LoanTerms, months_later
from crm_core.bank.terms import (
    AgreementRole,
    AgreementStatus,
    Component,
    EntryKind,
    ProductStatus,
)
from crm_core.demo.debts import CARDS, DEBTS, Debt, Plastic
from crm_core.demo.money import ACCOUNTS, BRANCH, OFFERS, Account, Offer
from crm_core.models import Agreement, Product
from crm_core.money import Money
from crm_core.sealing import NumberSeal
from routing.ids import PartyId

_BY = "demo"
_OFFERED_SINCE = date(2010, 1, 1)
_TOLD = timedelta(minutes=1)
"""How long before the seeding the bank told: the demo does not begin with stale amounts."""
_HOUR = timedelta(hours=1)
_CLERK_HOUR = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class _Day:
    """The business date of the seeding and all that is needed to put something in on it."""

    now: datetime
    parties: Mapping[str, PartyId]
    versions: Mapping[tuple[str, str], Version]
    seal: NumberSeal

    @property
    def date(self) -> date:
        return self.now.date()


async def endow(
    session: AsyncSession, parties: Mapping[str, PartyId], *, now: datetime, seal: NumberSeal
) -> None:
    """Give the demo's clients, by their keys, what they have and owe on the day of `now` (UTC)."""
    versions = {
        (one.code, currency): version
        for one in OFFERS
        for currency, version in (await _offered(session, one)).items()
    }
    day = _Day(now=now, parties=parties, versions=versions, seal=seal)
    known = await _known(session)
    for n, account in enumerate(ACCOUNTS, start=1):
        if account.key not in known:
            await _open(session, account, day, number=f"4081700000000{n:07}")
    for n, debt in enumerate(DEBTS, start=1):
        if debt.key not in known:
            await _lend(session, debt, day, number=f"KD-{2024 + n}/{n:06}")


async def _known(session: AsyncSession) -> set[str | None]:
    return set(await session.scalars(select(Agreement.source_key).where(Agreement.source == _BY)))


async def _offered(session: AsyncSession, one: Offer) -> dict[str, Version]:
    product = await session.scalar(select(Product.id).where(Product.code == one.code))
    if product is None:
        names = {"en": one.en, "ru": one.ru}
        product = await add_product(session, one.code, family=one.family, names=names)
    return {
        currency: await version_on(session, one.code, currency=currency, day=_OFFERED_SINCE)
        or await _first_version(session, product, one, currency)
        for currency in one.currencies
    }


async def _first_version(session: AsyncSession, product: str, one: Offer, currency: str) -> Version:
    terms = VersionTerms(currency=currency, starts_on=_OFFERED_SINCE, rate=Decimal(one.rate))
    return await add_version(session, product, terms, status=ProductStatus.ACTIVE)


async def _open(session: AsyncSession, one: Account, day: _Day, *, number: str) -> None:
    version, opened_on = day.versions[one.offer, one.currency], _ago(day, one.opened_days_ago)
    closed = one.closed_days_ago
    facts = AgreementFacts(
        kind=version.family,
        number=number,
        opened_on=opened_on,
        closed_on=None if closed is None else _ago(day, closed),
        status=AgreementStatus.ACTIVE if closed is None else AgreementStatus.CLOSED,
        branch=BRANCH,
        source=_BY,
        source_key=one.key,
        as_of=day.now - _TOLD,
    )
    owner = day.parties[one.client]
    agreement = await open_agreement(session, version, facts, owner=owner, seal=day.seal)
    if one.co_holder:
        role, party = AgreementRole.CO_HOLDER, day.parties[one.co_holder]
        await add_role(session, agreement, party, role=role, starts_on=opened_on)
    if one.booked:
        booked = Money.parse(one.booked, one.currency)
        available = Money.parse(one.available, one.currency) if one.available else booked
        told = day.now - _TOLD
        await set_balance(session, agreement, booked=booked, available=available, as_of=told)
    await _enter(session, one, agreement, day)
    for card in CARDS:
        if card.account == one.key:
            await add_card(session, agreement, _card(card, day), holder=owner)


async def _enter(session: AsyncSession, one: Account, agreement: str, day: _Day) -> None:
    for n, movement in enumerate(one.movements, start=1):
        booked_at = day.now - movement.hours_ago * _HOUR
        facts = EntryFacts(
            kind=movement.kind,
            amount=Money.parse(movement.amount, one.currency),
            booked_at=booked_at,
            value_on=booked_at.date(),
            text=movement.text,
            counterparty=movement.counterparty,
            source=_BY,
            source_key=f"{one.key}-{n}",
        )
        await book(session, agreement, facts)


def _card(one: Plastic, day: _Day) -> CardFacts:
    reissue = one.reissue_in_days
    return CardFacts(
        network=one.network,
        status=one.status,
        last4=one.last4,
        embossed_name=one.name,
        expires_on=_ago(day, -one.expires_in_days),
        branch=BRANCH,
        ready_at_branch_on=None if one.ready_days_ago is None else _ago(day, one.ready_days_ago),
        reissue_offer_on=None if reissue is None else _ago(day, -reissue),
        source=_BY,
        source_key=one.key,
    )


async def _lend(session: AsyncSession, one: Debt, day: _Day, *, number: str) -> None:
    version, terms = day.versions[one.offer, one.currency], loan_terms(one, day.date)
    disbursed_on = months_later(terms.first_due_on, -1)
    facts = AgreementFacts(
        kind=version.family,
        number=number,
        opened_on=disbursed_on,
        branch=BRANCH,
        source=_BY,
        source_key=one.key,
    )
    owner = day.parties[one.client]
    loan = await open_agreement(session, version, facts, owner=owner, seal=day.seal)
    if one.guarantor:
        role, party = AgreementRole.GUARANTOR, day.parties[one.guarantor]
        await add_role(session, loan, party, role=role, starts_on=disbursed_on)
    held = await grant_loan(session, loan, terms, disbursed_on=disbursed_on)
    await _disburse(session, one, loan, on=disbursed_on)
    await _repay(session, one, held, day)
    if one.penalty:
        amount = Money.parse(one.penalty, one.currency).minor
        fine = Component.PENALTY
        await charge(session, loan, one.paid + 1, component=fine, amount=amount)
    await take_arrears(session, loan, on=day.date)


def loan_terms(one: Debt, business_date: date) -> LoanTerms:
    """The terms that make the loan stand on the business date as the data says."""
    offer = next(offer for offer in OFFERS if offer.code == one.offer)
    next_due_on = business_date + timedelta(days=one.due_in_days)
    return LoanTerms(
        principal=Money.parse(one.principal, one.currency).minor,
        rate=Decimal(offer.rate),
        term_months=one.term_months,
        method=one.method,
        first_due_on=months_later(next_due_on, -one.paid),
        due_day=next_due_on.day,
    )


async def _disburse(session: AsyncSession, one: Debt, loan: str, *, on: date) -> None:
    facts = EntryFacts(
        kind=EntryKind.DISBURSEMENT,
        amount=-Money.parse(one.principal, one.currency),
        booked_at=_working_hour(on),
        value_on=on,
        source=_BY,
        source_key=f"{one.key}-0",
    )
    await book(session, loan, facts)


async def _repay(session: AsyncSession, one: Debt, held: Schedule, day: _Day) -> None:
    paid = {n: _working_hour(held.instalments[n - 1].due_on) for n in range(1, one.paid + 1)}
    if one.paid_now:
        paid[one.paid + 1] = day.now - _HOUR
    for n, booked_at in paid.items():
        facts = EntryFacts(
            kind=EntryKind.REPAYMENT,
            amount=Money(held.instalments[n - 1].due, one.currency),
            booked_at=booked_at,
            value_on=booked_at.date(),
            source=_BY,
            source_key=f"{one.key}-{n}",
        )
        await pay(session, await book(session, held.loan, facts))


def _ago(day: _Day, days: int) -> date:
    return day.date - timedelta(days=days)


def _working_hour(on: date) -> datetime:
    return datetime.combine(on, time(_CLERK_HOUR), UTC)
