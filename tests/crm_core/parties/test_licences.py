"""Licences: added once by their number, corrected, warned of, ended; nothing is lost unseen."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from crm_core.database import Database
from crm_core.errors import FieldRefused
from crm_core.models import AuditEvent
from crm_core.parties.licences import (
    LicenceFacts,
    LicenceStanding,
    LicenceUnknown,
    add_licence,
    correct_licence,
    end_licence,
    licences,
    standing_on,
)
from tests.crm_core.conftest import START, person
from tests.crm_core.parties.test_figures import firm

TODAY = START.date()
BANKING = LicenceFacts(
    number="1481", activity="Banking", issued_by="Bank of Russia", issued_on=date(2015, 8, 11)
)
LEASING = LicenceFacts(number="77-1", activity="Leasing", expires_on=TODAY + timedelta(days=30))


async def test_licences_are_added_corrected_and_ended_with_an_audit(db: Database) -> None:
    party = await firm(db)
    async with db.unit_of_work() as session:
        banking = await add_licence(session, party, BANKING, by="b")
        leasing = await add_licence(session, party, LEASING, by="b")
        fresh = LicenceFacts(number="9", activity="Trade", issued_on=TODAY)
        mistaken = await add_licence(session, party, fresh, by="b")
    corrected = LicenceFacts(number="1481", activity="Banking and exchange")
    for _ in range(2):
        async with db.unit_of_work() as session:
            await correct_licence(session, party, banking, corrected, by="b")
    for one in (leasing, leasing, mistaken):
        async with db.unit_of_work() as session:
            await end_licence(session, party, one, by="b")
    async with db.reading() as session:
        held = await licences(session, party)
        actions = list(await session.scalars(select(AuditEvent.action).order_by(AuditEvent.seq)))
    assert [(one.id, one.standing) for one in held] == [
        (banking, LicenceStanding.HOLDS),
        (leasing, LicenceStanding.EXPIRED),
    ]
    assert held[0].facts == corrected
    assert actions[4:] == ["licence_corrected", "licence_ended", "licence_ended"]


@pytest.mark.parametrize(
    ("facts", "field", "problem"),
    [
        (BANKING, "number", "already_there"),
        (LicenceFacts(number=" ", activity="Trade"), "number", "missing"),
        (LicenceFacts(number="2", activity=""), "activity", "missing"),
        (
            LicenceFacts(number="2", activity="T", issued_on=TODAY, expires_on=TODAY),
            "expires_on",
            "before_issue",
        ),
        (
            LicenceFacts(number="2", activity="T", issued_on=TODAY + timedelta(days=1)),
            "issued_on",
            "in_future",
        ),
    ],
)
async def test_what_cannot_be_is_refused_by_field(
    db: Database, facts: LicenceFacts, field: str, problem: str
) -> None:
    party = await firm(db)
    async with db.unit_of_work() as session:
        await add_licence(session, party, BANKING, by="b")
        leasing = await add_licence(session, party, LEASING, by="b")
    for use in (
        lambda s: add_licence(s, party, facts, by="b"),
        lambda s: correct_licence(s, party, leasing, facts, by="b"),
    ):
        with pytest.raises(FieldRefused) as refused:
            async with db.unit_of_work() as session:
                await use(session)
        assert (refused.value.field, refused.value.problem) == (field, problem)


async def test_a_person_has_none_and_another_firms_is_unknown(db: Database) -> None:
    anna, one, other = await person(db, "Anna"), await firm(db), await firm(db)
    with pytest.raises(FieldRefused):
        async with db.unit_of_work() as session:
            await add_licence(session, anna, BANKING, by="b")
    async with db.unit_of_work() as session:
        licence = await add_licence(session, one, BANKING, by="b")
    with pytest.raises(LicenceUnknown):
        async with db.unit_of_work() as session:
            await end_licence(session, other, licence, by="b")


@pytest.mark.parametrize(
    ("days", "standing"),
    [
        (-1, LicenceStanding.EXPIRED),
        (0, LicenceStanding.EXPIRES_SOON),
        (60, LicenceStanding.EXPIRES_SOON),
        (61, LicenceStanding.HOLDS),
        (None, LicenceStanding.HOLDS),
    ],
)
def test_it_is_warned_of_before_it_expires(days: int | None, standing: LicenceStanding) -> None:
    expires = None if days is None else TODAY + timedelta(days=days)
    assert standing_on(expires, TODAY) is standing
