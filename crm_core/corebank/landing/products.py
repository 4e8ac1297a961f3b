"""Products and their terms, as the bank tells them. There are few, so each is written by itself."""

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.bank.terms import ProductStatus
from crm_core.corebank.cells import Values
from crm_core.corebank.ground import Ground, Landing, Refusals, Thing
from crm_core.ids import new_id
from crm_core.models import Product, ProductVersion


async def _add(session: AsyncSession, ground: Ground, things: list[Thing]) -> Refusals:
    refused: dict[str, str] = {}
    for thing in sorted(things, key=lambda one: one.row["starts_on"]):
        row = thing.row
        product = await _product(session, ground, row)
        if product.family != row["family"]:
            refused[thing.told.key] = "family"
            continue
        await _end_before(session, product.id, row)
        last = select(func.max(ProductVersion.n)).where(ProductVersion.product == product.id)
        version = ProductVersion(
            id=thing.target,
            product=product.id,
            n=(await session.scalar(last) or 0) + 1,
            status=ProductStatus.ACTIVE,
            currency=row["currency"],
            fees=[],
            fines=[],
            starts_on=row["starts_on"],
            created_at=ground.now,
            **_terms(row),
        )
        session.add(version)
        await session.flush()
    return refused


async def _change(session: AsyncSession, ground: Ground, things: list[Thing]) -> Refusals:
    """The bank has put its own terms right. Code, currency and start of a version stay."""
    for thing in things:
        held = ProductVersion.id == thing.target
        await session.execute(update(ProductVersion).where(held).values(**_terms(thing.row)))
    return {}


async def _product(session: AsyncSession, ground: Ground, row: Values) -> Product:
    found = await session.scalar(select(Product).where(Product.code == row["code"]))
    if found is not None:
        return found
    names = {"en": row["name_en"], "ru": row["name_ru"] or row["name_en"]}
    fresh = Product(
        id=new_id(), code=row["code"], family=row["family"], names=names, created_at=ground.now
    )
    session.add(fresh)
    await session.flush()
    return fresh


async def _end_before(session: AsyncSession, product: str, row: Values) -> None:
    """The version that holds without end ends where the next one starts."""
    held = ProductVersion
    open_ = held.product == product, held.currency == row["currency"], held.ends_before.is_(None)
    earlier = held.starts_on < row["starts_on"]
    await session.execute(update(held).where(*open_, earlier).values(ends_before=row["starts_on"]))


def _terms(row: Values) -> Values:
    return {
        "rate": row["rate"],
        "ends_before": row["ends_before"],
        "min_term_months": row["min_term_months"],
        "max_term_months": row["max_term_months"],
        "min_amount_minor": row["min_amount"],
        "max_amount_minor": row["max_amount"],
    }


PRODUCT = Landing(add=_add, change=_change)
