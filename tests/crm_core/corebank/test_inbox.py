"""Events: each once, in the order of versions, answered one by one."""

import itertools
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select

from crm_core.bank.loans import schedule_of
from crm_core.corebank.alarms import AlarmCode, alarms
from crm_core.corebank.entities import ENTITIES
from crm_core.corebank.inbox import Event, EventResult, Result, take_in
from crm_core.corebank.names import EntityName
from crm_core.database import Database
from crm_core.models import Agreement, LedgerEntry, Party
from tests.crm_core.corebank.conftest import SEAL, Load, stored
from tests.crm_core.corebank.fake_bank import (
    DAY,
    FakeBank,
    Row,
    agreement,
    client,
    entry,
    instalments,
    loan,
    phone,
    product,
    role,
)

_numbers = itertools.count(1)


def event(entity: str, rows: Row | list[Row], **told: Any) -> Event:
    """The event of an entity that tells what these batch rows tell."""
    of = ENTITIES[EntityName(entity)]
    several = rows if isinstance(rows, list) else [rows]
    fixed = (of.key, "source_version")
    data = [{name: text for name, text in row.items() if name not in fixed} for row in several]
    fields = {
        "event_id": f"e-{next(_numbers)}",
        "source": "abs",
        "type": of.event,
        "subject": several[0][of.key],
        "subject_version": int(several[0]["source_version"]),
        "business_date": DAY,
        "schema": 1,
        "data": {"rows": data} if of.grouped else data[0],
    }
    return Event(**{**fields, **told})


def whole() -> list[Event]:
    return [
        event("product", product()),
        event("party", client()),
        event("party_phone", phone()),
        event("agreement", agreement()),
        event("agreement_party", role()),
        event("loan", loan()),
        event("instalment", instalments()),
        event("entry", entry()),
    ]


async def taken(db: Database, *events: Event) -> list[EventResult]:
    return await take_in(db, events, seal=SEAL, region="RU")


async def results(db: Database, *events: Event) -> list[Result]:
    return [one.result for one in await taken(db, *events)]


async def test_events_tell_what_a_batch_tells(db: Database, bank: FakeBank, loading: Load) -> None:
    assert set(await results(db, *whole())) == {Result.STORED}
    for manifest in bank.whole():
        report = await loading(manifest)
        assert (report.stored, report.refused) == (0, 0)


async def test_events_told_again_change_nothing(db: Database) -> None:
    events = whole()
    await taken(db, *events)
    before = await stored(db)
    assert set(await results(db, *events, *reversed(events))) == {Result.REPEATED}
    assert await stored(db) == before


async def test_children_wait_for_their_parents(db: Database) -> None:
    first = await results(db, *reversed(whole()))
    assert first[:5] == [Result.PARKED] * 5
    async with db.reading() as session:
        held = (await session.scalars(select(Agreement))).one()
        assert len((await schedule_of(session, held.id)).instalments) == 3
        assert await session.scalar(select(func.count()).select_from(LedgerEntry)) == 1


async def test_a_late_version_is_ignored(db: Database) -> None:
    newer = event("party", client(source_version="3", given_name="Вера"))
    older = event("party", client(source_version="2"))
    assert await results(db, newer, older) == [Result.STORED, Result.UNCHANGED]
    async with db.reading() as session:
        assert (await session.scalars(select(Party.display_name))).one() == "Орлова Вера"


async def test_a_booked_entry_pays_the_loan_and_its_reversal_owes_it_again(db: Database) -> None:
    await taken(db, *whole())
    paid = entry("e2", kind="repayment", amount="1030.00")
    back = entry("e3", kind="reversal", amount="-1030.00", reversal_of_key="e2")
    assert await results(db, event("entry", paid)) == [Result.STORED]
    assert await owed(db) == 103000
    assert await results(db, event("entry", back)) == [Result.STORED]
    assert await owed(db) == 206000


async def owed(db: Database) -> int:
    async with db.reading() as session:
        held = (await session.scalars(select(Agreement.id))).one()
        return sum(one.unpaid for one in (await schedule_of(session, held)).instalments)


@pytest.mark.parametrize(
    ("wrong", "reason", "column"),
    [
        ({"type": "party.gone"}, "type", ""),
        ({"schema": 2}, "schema", ""),
        ({"data": {"kind": "person"}}, "contradiction", "family_name"),
        ({"data": {"kind": "person", "secret": "1"}}, "unknown_field", "data"),
        ({"data": {"kind": 1}}, "not_text", "kind"),
        ({"data": {"kind": "person", "source_key": "c9"}}, "unknown_field", "data"),
        ({"data": {"kind": "person", "family_name": "x\x00"}}, "text", "family_name"),
    ],
)
async def test_a_wrong_event_is_refused_and_the_next_one_taken(
    db: Database, wrong: dict[str, Any], reason: str, column: str
) -> None:
    told = await taken(db, event("party", client(), **wrong), event("party", client()))
    assert (told[0].result, told[0].reason, told[0].column) == (Result.REFUSED, reason, column)
    assert told[1].result is Result.STORED


async def test_an_event_that_changed_under_its_id_is_an_alarm(db: Database) -> None:
    told = event("party", client(), event_id="one")
    other = event("party", client(given_name="Вера"), event_id="one")
    await taken(db, told)
    assert (await taken(db, other))[0].reason == "event_changed"
    async with db.reading() as session:
        assert [one.code for one in await alarms(session)] == [AlarmCode.EVENT_CHANGED]


def test_business_dates_are_dates() -> None:
    assert event("party", client()).business_date == date(2026, 3, 2)
