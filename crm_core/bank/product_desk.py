"""What administrators do with products, audited: adding one, new terms, moving a version on."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.audit import Action, Subject, record
from crm_core.bank.offering import alike, product_line
from crm_core.bank.products import (
    ProductUnknown,
    Version,
    VersionTerms,
    add_product,
    add_version,
    end_version,
    move_version,
)
from crm_core.bank.terms import AgreementKind, ProductStatus
from crm_core.errors import FieldRefused, Refused
from crm_core.models import Product

_KIND = "product"


class ProductAlike(Refused):
    """Other products bear the same name; adding it must be said again."""

    code = "product_alike"

    def __init__(self, codes: list[str]) -> None:
        super().__init__(", ".join(codes))
        self.codes = tuple(codes)


async def create(
    session: AsyncSession,
    code: str,
    *,
    family: AgreementKind,
    names: Mapping[str, str],
    by: str,
    anyway: str = "",
) -> None:
    """Add a product without terms. `anyway` is said when names may be alike.

    Raises FieldRefused for a code that is taken, ProductAlike.
    """
    if await session.scalar(select(Product.id).where(Product.code == code)):
        raise FieldRefused("code", "taken")
    others = await alike(session, names, besides=code)
    if others and not anyway:
        raise ProductAlike(others)
    await add_product(session, code, family=family, names=names)
    await _audit(session, Action.PRODUCT_ADDED, code, by=by, reason=family.value)


async def offer(session: AsyncSession, code: str, terms: VersionTerms, *, by: str) -> Version:
    """Add planned terms; a version without end in the same currency ends where they start.

    Raises ProductUnknown, PeriodsOverlap, TermsRefused.
    """
    line = await product_line(session, code)
    open_ = next((one for one in line.versions if _goes_on(one, terms)), None)
    if open_ is not None:
        await end_version(session, open_.id, ends_before=terms.starts_on)
    version = await add_version(session, line.id, terms)
    await _audit(session, Action.PRODUCT_VERSION_ADDED, code, by=by, reason=str(version.n))
    return version


async def move(
    session: AsyncSession, code: str, version: str, status: ProductStatus, *, by: str
) -> None:
    """Activate or expire a version. Raises ProductUnknown, TransitionRefused."""
    line = await product_line(session, code)
    if all(one.id != version for one in line.versions):
        raise ProductUnknown
    await move_version(session, version, status)
    await _audit(session, Action.PRODUCT_VERSION_MOVED, code, by=by, reason=status.value)


def _goes_on(one: Version, terms: VersionTerms) -> bool:
    held = one.terms
    return (
        held.currency == terms.currency
        and held.ends_before is None
        and held.starts_on < terms.starts_on
    )


async def _audit(session: AsyncSession, action: Action, code: str, *, by: str, reason: str) -> None:
    subject = Subject(kind=_KIND, id=code)
    await record(session, action, actor=by, subject=subject, reason=reason)
