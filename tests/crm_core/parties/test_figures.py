"""An organisation's figures: one row a day, corrected in place, beside the year before."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from crm_core.database import Database
from crm_core.errors import FieldRefused
from crm_core.models import AuditEvent
from crm_core.parties.figures import (
    Changes,
    Figures,
    FiguresUnknown,
    add_figures,
    correct_figures,
    remove_figures,
    with_changes,
    years,
)
from crm_core.parties.records import PartyFacts, add_organisation
from routing.ids import PartyId
from tests.crm_core.conftest import person

LAST = Figures(
    as_of=date(2025, 12, 31),
    currency="RUB",
    assets_minor=150_000_00,
    revenue_minor=90_000_00,
    profit_minor=-1_000_00,
    employees=132,
)
BEFORE = Figures(
    as_of=date(2024, 12, 31), currency="RUB", assets_minor=100_000_00, profit_minor=0, employees=120
)


async def firm(db: Database) -> PartyId:
    async with db.unit_of_work() as session:
        return await add_organisation(session, "Орион", PartyFacts(), by="test")


async def test_figures_are_added_corrected_and_removed_with_an_audit(db: Database) -> None:
    party = await firm(db)
    corrected = Figures(as_of=BEFORE.as_of, currency="RUB", assets_minor=300_000_00)
    for told in (LAST, BEFORE):
        async with db.unit_of_work() as session:
            await add_figures(session, party, told, by="b")
    for _ in range(2):
        async with db.unit_of_work() as session:
            await correct_figures(session, party, corrected, by="b")
    async with db.reading() as session:
        assert [one.figures for one in await years(session, party)] == [LAST, corrected]
    async with db.unit_of_work() as session:
        await remove_figures(session, party, LAST.as_of, by="b")
    async with db.reading() as session:
        assert [one.figures for one in await years(session, party)] == [corrected]
        events = await session.scalars(select(AuditEvent).order_by(AuditEvent.seq))
        told_of = [(one.action, one.detail.get("as_of")) for one in events][1:]
    assert told_of == [
        ("figures_kept", "2025-12-31"),
        ("figures_kept", "2024-12-31"),
        ("figures_kept", "2024-12-31"),
        ("figures_removed", "2025-12-31"),
    ]


@pytest.mark.parametrize(
    ("told", "field", "problem"),
    [
        (LAST, "as_of", "already_there"),
        (Figures(as_of=date(2026, 3, 3), currency="RUB", employees=1), "as_of", "in_future"),
        (Figures(as_of=date(2020, 1, 1), currency="XXX", employees=1), "currency", None),
        (Figures(as_of=date(2020, 1, 1), currency="RUB"), "assets", "missing"),
        (Figures(as_of=date(2020, 1, 1), currency="RUB", revenue_minor=-1), "revenue", "negative"),
        (Figures(as_of=date(2020, 1, 1), currency="RUB", profit_minor=-(2**64)), "profit", None),
        (Figures(as_of=date(2020, 1, 1), currency="RUB", employees=-1), "employees", None),
    ],
)
async def test_what_cannot_be_is_refused_by_field(
    db: Database, told: Figures, field: str, problem: str | None
) -> None:
    party = await firm(db)
    async with db.unit_of_work() as session:
        await add_figures(session, party, LAST, by="b")
    with pytest.raises(FieldRefused) as refused:
        async with db.unit_of_work() as session:
            await add_figures(session, party, told, by="b")
    assert refused.value.field == field
    assert problem is None or refused.value.problem == problem


async def test_a_person_has_none_and_what_is_not_there_is_unknown(db: Database) -> None:
    anna, party = await person(db, "Anna"), await firm(db)
    with pytest.raises(FieldRefused):
        async with db.unit_of_work() as session:
            await add_figures(session, anna, LAST, by="b")
    for use in (correct_figures, lambda s, p, f, by: remove_figures(s, p, f.as_of, by=by)):
        with pytest.raises(FiguresUnknown):
            async with db.unit_of_work() as session:
                await use(session, party, LAST, by="b")


def test_a_change_is_against_the_same_month_a_year_before_in_the_same_currency() -> None:
    last, before = with_changes([LAST, BEFORE])
    assert last.changes == Changes(assets=Decimal("50.0"), employees=Decimal("10.0"))
    assert before.changes == Changes()
    dollars = Figures(as_of=date(2026, 12, 1), currency="USD", assets_minor=1, employees=66)
    assert with_changes([dollars, LAST])[0].changes == Changes(employees=Decimal("-50.0"))
