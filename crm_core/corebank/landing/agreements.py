"""Agreements, who is what to them, and bank cards, as the bank tells them.

The bank is the authority: its word on a status holds whatever our own table of moves says. Numbers
are sealed before anything is written.
"""

from datetime import date

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.bank.terms import AgreementRole, AgreementStatus, CardStatus
from crm_core.corebank.bulk import insert_rows, update_rows
from crm_core.corebank.ground import Ground, Landing, Refusals, Thing
from crm_core.models import Agreement, AgreementParty, BankCard, Product, ProductVersion

_AGREEMENT = (
    "status", "closed_on", "branch", "as_of", "updated_at",
    "number_sealed", "number_key", "number_hash", "number_last4", "id",
)  # fmt: skip
_FIXED = (
    "kind", "product_version", "currency", "opened_on", "source", "source_key", "created_at",
    "row_version",
)  # fmt: skip
_ROLE = ("party", "role", "starts_on", "ends_before")
_CARD = (
    "party", "network", "status", "last4", "embossed_name", "issued_on", "expires_on",
    "ready_at_branch_on", "reissue_offer_on",
)  # fmt: skip


# ── Agreements ──────────────────────────────────────────────────────────────────────────────


async def _add_agreements(session: AsyncSession, ground: Ground, things: list[Thing]) -> Refusals:
    families = await _families(session, things)
    wrong = {
        one.told.key: "currency"
        for one in things
        if families[one.row["product"]][1] != one.row["currency"]
    }
    rows = [
        (
            *_told(one, ground),
            families[one.row["product"]][0],
            one.row["product"],
            one.row["currency"],
            one.row["opened_on"],
            ground.source,
            one.told.key,
            ground.now,
            1,
        )
        for one in things
        if one.told.key not in wrong
    ]
    await insert_rows(session, Agreement, (*_AGREEMENT, *_FIXED), rows)
    return wrong


async def _change_agreements(
    session: AsyncSession, ground: Ground, things: list[Thing]
) -> Refusals:
    """Currency, product and first day of an agreement never change."""
    rows = [_told(one, ground) for one in things]
    await update_rows(session, Agreement, _AGREEMENT[:-1], rows, key="id")
    return {}


async def _end_agreements(session: AsyncSession, ground: Ground, targets: list[str]) -> None:
    row = Agreement
    held = row.id.in_(targets), row.status != AgreementStatus.CLOSED
    ended = {"status": AgreementStatus.CLOSED, "closed_on": ground.business_date}
    early = row.opened_on <= ground.business_date
    told = {**ended, "as_of": ground.now, "updated_at": ground.now}
    await session.execute(update(row).where(*held, early).values(**told))


async def _families(session: AsyncSession, things: list[Thing]) -> dict[str, tuple[str, str]]:
    """Family and currency by product version."""
    row = ProductVersion
    asked = {one.row["product"] for one in things}
    statement = select(row.id, Product.family, row.currency).join(
        Product, Product.id == row.product
    )
    found = await session.execute(statement.where(row.id.in_(asked)))
    return {version: (family, currency) for version, family, currency in found}


def _told(one: Thing, ground: Ground) -> tuple[object, ...]:
    row = one.row
    sealed = ground.seal.seal(row["number"], one.target)
    standing = (row["status"], row["closed_on"], row["branch"] or "", row["as_of"] or ground.now)
    number = (sealed.sealed, sealed.key, sealed.hash, sealed.last4)
    return (*standing, ground.now, *number, one.target)


# ── Roles ───────────────────────────────────────────────────────────────────────────────────


async def _add_roles(session: AsyncSession, ground: Ground, things: list[Thing]) -> Refusals:
    taken = await _taken(session, things)
    rows = [
        (*(one.row[name] for name in _ROLE), one.target, one.row["agreement"], ground.now)
        for one in things
        if one.told.key not in taken
    ]
    await insert_rows(session, AgreementParty, (*_ROLE, "id", "agreement", "created_at"), rows)
    return taken


async def _change_roles(session: AsyncSession, ground: Ground, things: list[Thing]) -> Refusals:
    taken = await _taken(session, things)
    rows = [
        (*(one.row[name] for name in _ROLE), one.target)
        for one in things
        if one.told.key not in taken
    ]
    await update_rows(session, AgreementParty, _ROLE, rows, key="id")
    return taken


async def _end_roles(session: AsyncSession, ground: Ground, targets: list[str]) -> None:
    row, day = AgreementParty, ground.business_date
    held = row.id.in_(targets), row.ends_before.is_(None), row.starts_on < day
    await session.execute(update(row).where(*held).values(ends_before=day))


async def _taken(session: AsyncSession, things: list[Thing]) -> dict[str, str]:
    """Things that would give an agreement a second owner."""
    owners = [one for one in things if _owns(one.row["role"], one.row["ends_before"])]
    row = AgreementParty
    asked = {one.row["agreement"] for one in owners}
    open_ = row.role == AgreementRole.OWNER, row.ends_before.is_(None), row.agreement.in_(asked)
    held = dict((await session.execute(select(row.agreement, row.id).where(*open_))).all())
    taken: dict[str, str] = {}
    for one in owners:
        if held.setdefault(one.row["agreement"], one.target) != one.target:
            taken[one.told.key] = "second_owner"
    return taken


def _owns(role: str, ends_before: date | None) -> bool:
    return role == AgreementRole.OWNER and ends_before is None


# ── Bank cards ──────────────────────────────────────────────────────────────────────────────


async def _add_cards(session: AsyncSession, ground: Ground, things: list[Thing]) -> Refusals:
    now = ground.now
    rows = [
        (*_card(one), now, one.target, one.row["agreement"], ground.source, one.told.key, now)
        for one in things
    ]
    fixed = ("id", "agreement", "source", "source_key", "created_at")
    await insert_rows(session, BankCard, (*_CARD, "branch", "as_of", *fixed), rows)
    return {}


async def _change_cards(session: AsyncSession, ground: Ground, things: list[Thing]) -> Refusals:
    rows = [(*_card(one), ground.now, one.target) for one in things]
    await update_rows(session, BankCard, (*_CARD, "branch", "as_of"), rows, key="id")
    return {}


async def _end_cards(session: AsyncSession, ground: Ground, targets: list[str]) -> None:
    ended = {"status": CardStatus.CLOSED, "as_of": ground.now}
    await session.execute(update(BankCard).where(BankCard.id.in_(targets)).values(**ended))


def _card(one: Thing) -> tuple[object, ...]:
    return (*(one.row[name] for name in _CARD), one.row["branch"] or "")


AGREEMENT = Landing(add=_add_agreements, change=_change_agreements, end=_end_agreements)
AGREEMENT_PARTY = Landing(add=_add_roles, change=_change_roles, end=_end_roles)
CARD = Landing(add=_add_cards, change=_change_cards, end=_end_cards)
