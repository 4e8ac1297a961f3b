"""Products: terms that hold on a day, copied and never rewritten."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import product as pairs
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from crm_core.bank.products import (
    Charge,
    PeriodsOverlap,
    ProductUnknown,
    TermsRefused,
    TransitionRefused,
    VersionTerms,
    add_product,
    add_version,
    copy_version,
    move_version,
    version_on,
)
from crm_core.bank.terms import (
    AGREEMENT_STATES,
    CARD_STATES,
    PRODUCT_STATES,
    AgreementKind,
    AgreementStatus,
    CardStatus,
    ProductStatus,
)
from crm_core.database import Database
from crm_core.models import ProductVersion
from crm_core.money import CurrencyMismatch, CurrencyUnknown, Money

JANUARY, APRIL, JULY = date(2026, 1, 1), date(2026, 4, 1), date(2026, 7, 1)
TERMS = VersionTerms(
    currency="KWD",
    starts_on=JANUARY,
    ends_before=JULY,
    rate=Decimal("0.18912345"),
    fees=(Charge(code="opening", amount=Money(1500, "KWD")),),
    fines=(Charge(code="late", share=Decimal("0.001")),),
    min_term_months=6,
    max_term_months=60,
    min_amount=Money(0, "KWD"),
    max_amount=Money(9_000_000_000, "KWD"),
)
OPEN = VersionTerms(currency="KWD", starts_on=JANUARY)


async def a_product(db: Database) -> str:
    async with db.unit_of_work() as session:
        return await add_product(
            session, "cash", family=AgreementKind.LOAN, names={"en": "Cash loan"}
        )


async def test_terms_come_back_exactly_as_they_were_told(db: Database) -> None:
    product = await a_product(db)
    async with db.unit_of_work() as session:
        await add_version(session, product, TERMS, status=ProductStatus.ACTIVE)
    async with db.reading() as session:
        found = await version_on(session, "cash", currency="KWD", day=APRIL)
        assert found and found.terms == TERMS
        assert (found.n, found.family, found.code) == (1, AgreementKind.LOAN, "cash")
        assert await version_on(session, "cash", currency="KWD", day=JULY) is None
        assert await version_on(session, "cash", currency="USD", day=APRIL) is None


async def test_periods_of_a_product_do_not_overlap(db: Database) -> None:
    product, early, last = await a_product(db), date(2025, 1, 1), date(2026, 6, 30)
    async with db.unit_of_work() as session:
        await add_version(session, product, TERMS)
    clashes = ((JANUARY, JULY), (APRIL, None), (early, date(2026, 1, 2)), (early, None))
    for starts_on, ends_before in (*clashes, (last, JULY)):
        clash = VersionTerms(currency="KWD", starts_on=starts_on, ends_before=ends_before)
        with pytest.raises(PeriodsOverlap):
            async with db.unit_of_work() as session:
                await add_version(session, product, clash)


async def test_periods_may_meet_and_currencies_stand_side_by_side(db: Database) -> None:
    product = await a_product(db)
    async with db.unit_of_work() as session:
        await add_version(session, product, TERMS)
        later = VersionTerms(currency="KWD", starts_on=JULY)
        other = VersionTerms(currency="JPY", starts_on=JANUARY)
        made = [await add_version(session, product, one) for one in (later, other)]
    assert [one.n for one in made] == [2, 3]


async def test_the_database_itself_takes_no_second_version_without_end(db: Database) -> None:
    product = await a_product(db)
    async with db.unit_of_work() as session:
        await add_version(session, product, TERMS)
        await add_version(session, product, VersionTerms(currency="KWD", starts_on=JULY))
    with pytest.raises(IntegrityError):
        async with db.unit_of_work() as session:
            await session.execute(update(ProductVersion).values(ends_before=None))


async def test_a_copy_has_the_terms_and_ends_what_it_follows(db: Database) -> None:
    product = await a_product(db)
    async with db.unit_of_work() as session:
        first = await add_version(session, product, OPEN, status=ProductStatus.ACTIVE)
        copy = await copy_version(session, first.id, starts_on=APRIL)
        assert (copy.status, copy.terms.rate) == (ProductStatus.PLANNED, OPEN.rate)
        await move_version(session, copy.id, ProductStatus.ACTIVE)
    async with db.reading() as session:
        for day, version in ((date(2026, 3, 31), first.id), (APRIL, copy.id)):
            found = await version_on(session, "cash", currency="KWD", day=day)
            assert found and found.id == version
    with pytest.raises(PeriodsOverlap):
        async with db.unit_of_work() as session:
            await copy_version(session, first.id, starts_on=date(2025, 12, 1))


async def test_a_version_moves_as_the_table_says(db: Database) -> None:
    product = await a_product(db)
    async with db.unit_of_work() as session:
        version = (await add_version(session, product, OPEN)).id
    for before, after in pairs(ProductStatus, ProductStatus):
        async with db.unit_of_work() as session:
            await session.execute(update(ProductVersion).values(status=before))
        async with db.unit_of_work() as session:
            if after in PRODUCT_STATES[before]:
                await move_version(session, version, after)
                continue
            with pytest.raises(TransitionRefused):
                await move_version(session, version, after)


@pytest.mark.parametrize(
    ("table", "codes"),
    [
        (PRODUCT_STATES, ProductStatus),
        (AGREEMENT_STATES, AgreementStatus),
        (CARD_STATES, CardStatus),
    ],
)
def test_state_machines_are_complete_and_end(
    table: Mapping[StrEnum, frozenset[StrEnum]], codes: type[StrEnum]
) -> None:
    assert set(table) == set(codes)
    ends = {state for state, nexts in table.items() if not nexts}
    assert len(ends) == 1
    reached = {next(iter(codes))}
    for _ in codes:
        reached |= {after for state in reached for after in table[state]}
    assert reached == set(codes)


def test_terms_that_contradict_themselves_are_refused() -> None:
    wrongs: tuple[dict[str, Any], ...] = (
        {"ends_before": JANUARY},
        {"min_term_months": 12, "max_term_months": 6},
        {"min_term_months": 0},
        {"rate": Decimal("-0.1")},
        {"min_amount": Money(2, "KWD"), "max_amount": Money(1, "KWD")},
    )
    for wrong in wrongs:
        with pytest.raises(TermsRefused):
            VersionTerms(currency="KWD", starts_on=JANUARY, **wrong)
    with pytest.raises(CurrencyUnknown):
        VersionTerms(currency="KWX", starts_on=JANUARY)
    with pytest.raises(CurrencyMismatch):
        VersionTerms(currency="KWD", starts_on=JANUARY, max_amount=Money(1, "USD"))
    for both in ({}, {"amount": Money(1, "USD"), "share": Decimal(1)}):
        with pytest.raises(TermsRefused):
            Charge(code="x", **both)  # type: ignore[arg-type]


async def test_nothing_is_added_to_no_product(db: Database) -> None:
    for deed in (
        lambda s: add_version(s, "nothing", OPEN),
        lambda s: copy_version(s, "nothing", starts_on=JULY),
        lambda s: move_version(s, "nothing", ProductStatus.ACTIVE),
    ):
        with pytest.raises(ProductUnknown):
            async with db.unit_of_work() as session:
                await deed(session)
