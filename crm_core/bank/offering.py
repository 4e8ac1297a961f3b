"""What the bank offers, for choosing and for administration: products with their versions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.bank.products import ProductUnknown, Version, as_version
from crm_core.bank.terms import AgreementKind, ProductStatus
from crm_core.models import Product, ProductVersion

CREDIT = frozenset({AgreementKind.LOAN, AgreementKind.LINE, AgreementKind.CARD_ACCOUNT})
"""Families that are applied for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedProduct:
    """A product and the currencies in which it can be agreed on; `names` by language."""

    code: str
    family: AgreementKind
    names: Mapping[str, str]
    currencies: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductLine:
    """A product with all its versions, the latest first."""

    id: str
    code: str
    family: AgreementKind
    names: Mapping[str, str]
    versions: tuple[Version, ...]

    def counts(self) -> Mapping[ProductStatus, int]:
        """How many versions have each status."""
        held = [one.status for one in self.versions]
        return {status: held.count(status) for status in ProductStatus}


async def offered_on_credit(session: AsyncSession, day: date) -> tuple[OfferedProduct, ...]:
    """What can be applied for on the day, by code."""
    held = ProductVersion
    statement = (
        select(Product, held.currency)
        .join(held, held.product == Product.id)
        .where(Product.family.in_(CREDIT), held.status == ProductStatus.ACTIVE)
        .where(held.starts_on <= day, or_(held.ends_before.is_(None), held.ends_before > day))
        .order_by(Product.code, held.currency)
    )
    found: dict[str, OfferedProduct] = {}
    for row, currency in await session.execute(statement):
        before = found[row.code].currencies if row.code in found else ()
        found[row.code] = OfferedProduct(
            code=row.code, family=row.family, names=row.names, currencies=(*before, currency)
        )
    return tuple(found.values())


async def product_lines(session: AsyncSession) -> tuple[ProductLine, ...]:
    """All products with their versions, by code."""
    rows = list(await session.scalars(select(Product).order_by(Product.code)))
    return tuple([await _line(session, row) for row in rows])


async def product_line(session: AsyncSession, code: str) -> ProductLine:
    """One product with its versions. Raises ProductUnknown."""
    row = await session.scalar(select(Product).where(Product.code == code))
    if row is None:
        raise ProductUnknown
    return await _line(session, row)


async def alike(session: AsyncSession, names: Mapping[str, str], *, besides: str) -> list[str]:
    """Codes of other products that bear one of these names, whatever its case and spaces."""
    wanted = {_folded(name) for name in names.values() if name.strip()}
    rows = await session.scalars(select(Product).where(Product.code != besides))
    return sorted(
        row.code for row in rows if wanted & {_folded(name) for name in row.names.values()}
    )


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())


async def _line(session: AsyncSession, row: Product) -> ProductLine:
    held = ProductVersion
    statement = select(held).where(held.product == row.id).order_by(held.n.desc())
    versions = [as_version(one, row) for one in await session.scalars(statement)]
    return ProductLine(
        id=row.id, code=row.code, family=row.family, names=row.names, versions=tuple(versions)
    )
