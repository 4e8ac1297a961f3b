"""Products over the API: what the bank offers, with all versions of its terms."""

from datetime import date
from typing import Annotated

from fastapi import Request
from pydantic import Field

from agent_ui.shapes import Shape
from agent_ui.web.access import parts_of
from agent_ui.web.api import api_router
from crm_core.bank.offering import ProductLine, product_lines
from crm_core.bank.products import Charge, Version
from crm_core.money import Money

router = api_router("products")


class PriceShape(Shape):
    """Money in minor units."""

    amount_minor: int
    currency: str


class ChargeShape(Shape):
    """A fee or fine: an amount, or a share of what it is charged on."""

    code: str
    amount: PriceShape | None
    share: Annotated[str | None, Field(description="A decimal: 0.001 is 0.1 %")]


class VersionShape(Shape):
    """Terms from `starts_on` to the day before `ends_before`, or without end."""

    n: int
    status: str
    currency: str
    rate: Annotated[str, Field(description="A share a year, a decimal", examples=["0.189"])]
    starts_on: date
    ends_before: date | None
    min_amount: PriceShape | None
    max_amount: PriceShape | None
    min_term_months: int | None
    max_term_months: int | None
    fees: list[ChargeShape]
    fines: list[ChargeShape]


class ProductShape(Shape):
    """A product; versions the latest first, names by language."""

    code: str
    family: str
    names: dict[str, str]
    versions: list[VersionShape]


class ProductList(Shape):
    """All products, by code."""

    items: list[ProductShape]


@router.get("/products")
async def list_products(request: Request) -> ProductList:
    """What the bank offers: planned, active and expired terms."""
    async with parts_of(request).db.reading() as session:
        found = await product_lines(session)
    return ProductList(items=[_product(one) for one in found])


def _product(one: ProductLine) -> ProductShape:
    versions = [_version(version) for version in one.versions]
    return ProductShape(code=one.code, family=one.family, names=dict(one.names), versions=versions)


def _version(one: Version) -> VersionShape:
    terms = one.terms
    return VersionShape(
        n=one.n,
        status=one.status,
        currency=terms.currency,
        rate=f"{terms.rate:f}",
        starts_on=terms.starts_on,
        ends_before=terms.ends_before,
        min_amount=_price(terms.min_amount),
        max_amount=_price(terms.max_amount),
        min_term_months=terms.min_term_months,
        max_term_months=terms.max_term_months,
        fees=[_charge(charge) for charge in terms.fees],
        fines=[_charge(charge) for charge in terms.fines],
    )


def _charge(one: Charge) -> ChargeShape:
    share = None if one.share is None else f"{one.share:f}"
    return ChargeShape(code=one.code, amount=_price(one.amount), share=share)


def _price(money: Money | None) -> PriceShape | None:
    return None if money is None else PriceShape(amount_minor=money.minor, currency=money.currency)
