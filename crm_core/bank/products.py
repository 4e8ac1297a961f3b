"""Products and their terms from day to day: adding, copying, moving on, and what holds on a day.

A version is never changed once it may have been agreed on; new terms are a new version, often a
copy. Versions of one product in one currency do not overlap in time. Rates are shares a year.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.bank.schedule import LONGEST_TERM
from crm_core.bank.terms import PRODUCT_STATES, AgreementKind, ProductStatus, may_become
from crm_core.database import moment
from crm_core.errors import Refused
from crm_core.ids import new_id
from crm_core.models import Product, ProductVersion
from crm_core.money import CurrencyMismatch, Money, exponent


class ProductUnknown(Refused):
    """There is no such product, or no such version of it."""

    code = "product_unknown"


class PeriodsOverlap(Refused):
    """Another version of the product holds on some of these days."""

    code = "product_periods_overlap"


class TermsRefused(Refused):
    """The terms contradict themselves."""

    code = "product_terms_refused"


class TransitionRefused(Refused):
    """The state machine does not go there from here."""

    code = "transition_refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """A fee or fine: a fixed amount, or a share (0.001 is 0.1 %) of what it is charged on.

    Raises TermsRefused if it is both or neither.
    """

    code: str
    amount: Money | None = None
    share: Decimal | None = None

    def __post_init__(self) -> None:
        if (self.amount is None) == (self.share is None):
            raise TermsRefused


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionTerms:
    """A product's terms from `starts_on` to the day before `ends_before`, or without end.

    Terms of loans in months; amounts in the version's currency. Raises TermsRefused,
    CurrencyUnknown, CurrencyMismatch.
    """

    currency: str
    starts_on: date
    ends_before: date | None = None
    rate: Decimal = Decimal(0)
    fees: tuple[Charge, ...] = ()
    fines: tuple[Charge, ...] = ()
    min_term_months: int | None = None
    max_term_months: int | None = None
    min_amount: Money | None = None
    max_amount: Money | None = None

    def __post_init__(self) -> None:
        exponent(self.currency)
        charged = [one.amount for one in (*self.fees, *self.fines)]
        for amount in (self.min_amount, self.max_amount, *charged):
            if amount is not None and amount.currency != self.currency:
                raise CurrencyMismatch(f"{self.currency} and {amount.currency}")
        shortest = 1 if self.min_term_months is None else self.min_term_months
        longest = LONGEST_TERM if self.max_term_months is None else self.max_term_months
        ended = self.ends_before is not None and self.ends_before <= self.starts_on
        least, most = self.min_amount, self.max_amount
        upside_down = least is not None and most is not None and most < least
        if ended or upside_down or not 1 <= shortest <= longest <= LONGEST_TERM or self.rate < 0:
            raise TermsRefused


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A stored version of a product; `n` counts a product's versions from 1."""

    id: str
    product: str
    code: str
    family: AgreementKind
    n: int
    status: ProductStatus
    terms: VersionTerms


async def add_product(
    session: AsyncSession, code: str, *, family: AgreementKind, names: Mapping[str, str]
) -> str:
    """Add a product; `names` by language (ISO 639-1). Its id."""
    row = Product(
        id=new_id(), code=code, family=family, names=dict(names), created_at=moment(session)
    )
    session.add(row)
    await session.flush()
    return row.id


async def add_version(
    session: AsyncSession,
    product: str,
    terms: VersionTerms,
    *,
    status: ProductStatus = ProductStatus.PLANNED,
) -> Version:
    """Add a version with the next number. Raises ProductUnknown, PeriodsOverlap."""
    locked = select(Product).where(Product.id == product).with_for_update()
    owner = await session.scalar(locked)
    if owner is None:
        raise ProductUnknown
    if await session.scalar(_overlapping(product, terms)):
        raise PeriodsOverlap
    last = select(func.max(ProductVersion.n)).where(ProductVersion.product == product)
    n = (await session.scalar(last) or 0) + 1
    row = ProductVersion(id=new_id(), product=product, n=n, status=status, **_columns(terms))
    row.created_at = moment(session)
    session.add(row)
    await session.flush()
    return as_version(row, owner)


async def copy_version(
    session: AsyncSession, version: str, *, starts_on: date, ends_before: date | None = None
) -> Version:
    """A planned version with the same terms for another time; a version without end is ended
    where its copy starts. Raises ProductUnknown, PeriodsOverlap."""
    row, owner = await _row(session, version)
    if row.ends_before is None and row.starts_on < starts_on:
        row.ends_before = starts_on
        await session.flush()
    terms = dataclasses.replace(
        as_version(row, owner).terms, starts_on=starts_on, ends_before=ends_before
    )
    return await add_version(session, row.product, terms)


async def end_version(session: AsyncSession, version: str, *, ends_before: date) -> None:
    """End a version that had no end. Raises ProductUnknown, PeriodsOverlap if it has one."""
    row, _owner = await _row(session, version)
    if row.ends_before is not None or row.starts_on >= ends_before:
        raise PeriodsOverlap
    row.ends_before = ends_before
    await session.flush()


async def move_version(session: AsyncSession, version: str, status: ProductStatus) -> None:
    """Activate or expire a version. Raises ProductUnknown, TransitionRefused."""
    row, _owner = await _row(session, version)
    if not may_become(PRODUCT_STATES, row.status, status):
        raise TransitionRefused
    row.status = status
    await session.flush()


async def version_on(
    session: AsyncSession, code: str, *, currency: str, day: date
) -> Version | None:
    """The active version of the product that holds on the day, if any."""
    held = ProductVersion
    statement = (
        select(held, Product)
        .join(Product, Product.id == held.product)
        .where(Product.code == code, held.currency == currency)
        .where(held.status == ProductStatus.ACTIVE, held.starts_on <= day)
        .where(or_(held.ends_before.is_(None), held.ends_before > day))
    )
    found = (await session.execute(statement)).first()
    return as_version(*found) if found else None


async def _row(session: AsyncSession, version: str) -> tuple[ProductVersion, Product]:
    row = await session.get(ProductVersion, version)
    owner = await session.get(Product, row.product, with_for_update=True) if row else None
    if row is None or owner is None:
        raise ProductUnknown
    return row, owner


def _overlapping(product: str, terms: VersionTerms) -> Any:
    held = ProductVersion
    statement = (
        select(held.id)
        .where(held.product == product, held.currency == terms.currency)
        .where(or_(held.ends_before.is_(None), held.ends_before > terms.starts_on))
    )
    if terms.ends_before is not None:
        statement = statement.where(held.starts_on < terms.ends_before)
    return statement.limit(1)


def _columns(terms: VersionTerms) -> dict[str, Any]:
    return {
        "currency": terms.currency,
        "rate": terms.rate,
        "fees": [_told(one) for one in terms.fees],
        "fines": [_told(one) for one in terms.fines],
        "min_term_months": terms.min_term_months,
        "max_term_months": terms.max_term_months,
        "min_amount_minor": _minor(terms.min_amount),
        "max_amount_minor": _minor(terms.max_amount),
        "starts_on": terms.starts_on,
        "ends_before": terms.ends_before,
    }


def as_version(row: ProductVersion, owner: Product) -> Version:
    """The value that leaves crm_core for a row."""

    def money(minor: int | None) -> Money | None:
        return None if minor is None else Money(minor, row.currency)

    return Version(
        id=row.id,
        product=owner.id,
        code=owner.code,
        family=owner.family,
        n=row.n,
        status=row.status,
        terms=VersionTerms(
            currency=row.currency,
            starts_on=row.starts_on,
            ends_before=row.ends_before,
            rate=row.rate,
            fees=tuple(_charge(one, row.currency) for one in row.fees),
            fines=tuple(_charge(one, row.currency) for one in row.fines),
            min_term_months=row.min_term_months,
            max_term_months=row.max_term_months,
            min_amount=money(row.min_amount_minor),
            max_amount=money(row.max_amount_minor),
        ),
    )


def _minor(amount: Money | None) -> int | None:
    return None if amount is None else amount.minor


def _told(one: Charge) -> dict[str, Any]:
    if one.amount is not None:
        return {"code": one.code, "minor": one.amount.minor}
    return {"code": one.code, "share": str(one.share)}


def _charge(told: Mapping[str, Any], currency: str) -> Charge:
    if "minor" in told:
        return Charge(code=told["code"], amount=Money(told["minor"], currency))
    return Charge(code=told["code"], share=Decimal(told["share"]))
