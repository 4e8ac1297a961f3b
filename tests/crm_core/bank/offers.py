"""A bank for the tests: one product of each kind, and agreements on them."""

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.bank.agreements import AgreementFacts, open_agreement
from crm_core.bank.ledger import EntryFacts, book
from crm_core.bank.loans import grant_loan
from crm_core.bank.products import Version, VersionTerms, add_product, add_version, version_on
from crm_core.bank.schedule import LoanTerms
from crm_core.bank.terms import AgreementKind, EntryKind, ProductStatus, RepaymentMethod
from crm_core.database import moment
from crm_core.ids import new_id
from crm_core.models import LedgerEntry
from crm_core.money import Money
from crm_core.sealing import KeyringOptions, NumberSeal
from routing.ids import PartyId

TODAY = date(2026, 3, 2)
OPENED = date(2025, 1, 10)
RING = KeyringOptions(current="k1", keys={"k1": bytes(range(32))})
SEAL = NumberSeal(RING)


async def offer(session: AsyncSession, kind: AgreementKind, currency: str = "RUB") -> Version:
    """The active version of the kind's product in the currency, which is made if need be."""
    known = await version_on(session, kind, currency=currency, day=OPENED)
    if known:
        return known
    code = kind if currency == "RUB" else f"{kind}-{currency}"
    product = await add_product(session, code, family=kind, names={"en": code.title()})
    terms = VersionTerms(currency=currency, starts_on=date(2020, 1, 1), rate=Decimal("0.1"))
    return await add_version(session, product, terms, status=ProductStatus.ACTIVE)


async def opened(
    session: AsyncSession,
    owner: PartyId,
    kind: AgreementKind = AgreementKind.ACCOUNT,
    currency: str = "RUB",
    **facts: Any,
) -> str:
    """An agreement of the party."""
    number = facts.pop("number", f"4081{int(new_id().replace('-', ''), 16) % 10**16:016}")
    told = AgreementFacts(kind=kind, number=number, opened_on=OPENED, **facts)
    version = await offer(session, kind, currency)
    return await open_agreement(session, version, told, owner=owner, seal=SEAL)


async def lent(session: AsyncSession, owner: PartyId, *, first_due_on: date) -> str:
    """A loan of 120 000 minor units over 12 months at 12 %, with the principal in equal shares:
    10 000 a month, and 1 200 of interest at first."""
    loan = await opened(session, owner, AgreementKind.LOAN)
    terms = LoanTerms(
        principal=120_000,
        rate=Decimal("0.12"),
        term_months=12,
        method=RepaymentMethod.STRAIGHT_LINE,
        first_due_on=first_due_on,
    )
    await grant_loan(session, loan, terms, disbursed_on=OPENED)
    return loan


async def credited(session: AsyncSession, agreement: str, minor: int, *, on: date = TODAY) -> str:
    """A credit entry on the agreement, in roubles."""
    kind, amount = EntryKind.REPAYMENT, Money(minor, "RUB")
    facts = EntryFacts(kind=kind, amount=amount, booked_at=moment(session), value_on=on)
    return await book(session, agreement, facts)


async def reversed_entry(session: AsyncSession, entry: str, *, minor: int | None = None) -> str:
    """An entry that takes this one back, with its whole amount unless told otherwise."""
    was = await session.get_one(LedgerEntry, entry)
    facts = EntryFacts(
        kind=EntryKind.REVERSAL,
        amount=Money(-was.amount_minor if minor is None else minor, "RUB"),
        booked_at=moment(session),
        value_on=was.value_on,
        reversal_of=entry,
    )
    return await book(session, was.agreement, facts)
