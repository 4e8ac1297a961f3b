"""Tables of what the bank offers: products, and the terms they have had from day to day."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.bank.terms import AgreementKind, ProductStatus
from crm_core.models.columns import Base, Rate
from crm_core.models.columns import code as codes

_OPEN = text("ends_before IS NULL")


class Product(Base):
    """Something that the bank offers, whatever its terms of the day."""

    __tablename__ = "product"

    id: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    family: Mapped[AgreementKind] = mapped_column(codes(AgreementKind, "family"))
    names: Mapped[dict[str, str]]
    created_at: Mapped[datetime]


class ProductVersion(Base):
    """A product's terms in a currency, from a day to the day before `ends_before`.

    Rates are shares a year: 0.189 is 18.9 %. Periods of one product and currency do not overlap;
    `crm_core.bank.products` sees to it under the product's lock.
    """

    __tablename__ = "product_version"
    __table_args__ = (
        CheckConstraint("ends_before IS NULL OR starts_on < ends_before", "validity"),
        CheckConstraint("length(currency) = 3 AND currency = upper(currency)", "currency"),
        CheckConstraint(
            "min_term_months IS NULL OR max_term_months IS NULL"
            " OR min_term_months <= max_term_months",
            "terms",
        ),
        CheckConstraint(
            "min_amount_minor IS NULL OR max_amount_minor IS NULL"
            " OR min_amount_minor <= max_amount_minor",
            "amounts",
        ),
        UniqueConstraint("product", "n"),
        UniqueConstraint("product", "currency", "starts_on"),
        Index(
            "uq_product_version_open",
            "product",
            "currency",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    product: Mapped[str] = mapped_column(ForeignKey("product.id"))
    n: Mapped[int]
    status: Mapped[ProductStatus] = mapped_column(codes(ProductStatus, "status"))
    currency: Mapped[str]
    rate: Mapped[Decimal] = mapped_column(Rate())
    fees: Mapped[list[dict[str, Any]]]
    fines: Mapped[list[dict[str, Any]]]
    min_term_months: Mapped[int | None]
    max_term_months: Mapped[int | None]
    min_amount_minor: Mapped[int | None] = mapped_column(BigInteger)
    max_amount_minor: Mapped[int | None] = mapped_column(BigInteger)
    starts_on: Mapped[date]
    ends_before: Mapped[date | None]
    created_at: Mapped[datetime]
