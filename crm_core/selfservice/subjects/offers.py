"""Branches and products: what the bank tells everybody."""

from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.bank.products import as_version
from crm_core.bank.terms import ProductStatus
from crm_core.models import Branch, Product, ProductVersion
from crm_core.selfservice.answers import BranchItem, ProductItem
from crm_core.selfservice.subjects.found import Found, percent

MOST = 50
_ANY_LANGUAGE = ""


async def branches(session: AsyncSession, _today: date) -> Found:
    """Branches that are open, by code. Their name is the same in every language."""
    row = Branch
    open_ = select(row).where(row.closed_at.is_(None)).order_by(row.code).limit(MOST)
    return Found(
        items=tuple(
            BranchItem(
                code=one.code,
                names=((_ANY_LANGUAGE, one.name),),
                address=((_ANY_LANGUAGE, one.address),) if one.address else (),
            )
            for one in await session.scalars(open_)
        )
    )


async def products(session: AsyncSession, today: date) -> Found:
    """What is on offer on the day, by code and currency."""
    held = ProductVersion
    statement = (
        select(held, Product)
        .join(Product, Product.id == held.product)
        .where(held.status == ProductStatus.ACTIVE, held.starts_on <= today)
        .where(or_(held.ends_before.is_(None), held.ends_before > today))
        .order_by(Product.code, held.currency)
        .limit(MOST)
    )
    rows = (await session.execute(statement)).all()
    return Found(items=tuple(_product(version, owner) for version, owner in rows))


def _product(row: ProductVersion, owner: Product) -> ProductItem:
    terms = as_version(row, owner).terms
    return ProductItem(
        code=owner.code,
        kind=owner.family,
        names=tuple(sorted(owner.names.items())),
        rate=percent(terms.rate),
        most=terms.max_amount,
        months=terms.max_term_months,
    )
