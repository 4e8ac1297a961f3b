"""The blacklist: two persons, valid time, scopes; numbers in any spelling, documents by hash."""

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError, StatementError

from crm_core.collections.blacklist import (
    EntryDecided,
    EntryUnknown,
    Proposal,
    approve,
    blacklist,
    end,
    forbidding,
    propose,
    refuse,
)
from crm_core.collections.promises import SecondPersonNeeded
from crm_core.collections.states import BlacklistReason, BlacklistScope
from crm_core.cursors import CursorRefused
from crm_core.database import Database
from crm_core.errors import FieldRefused
from crm_core.models import BlacklistEntry, Role
from crm_core.sealing import NumberKind
from routing.ids import AgentId, PartyId
from tests.crm_core.bank.offers import SEAL, TODAY
from tests.crm_core.collections.debtors import DAY, collector
from tests.crm_core.conftest import START, person

COLLECTION = frozenset({BlacklistScope.COLLECTION})


async def two(db: Database) -> tuple[AgentId, AgentId]:
    return (await collector(db)).id, (await collector(db, "sofia", Role.SUPERVISOR)).id


async def proposed(db: Database, by: AgentId, **told: object) -> str:
    facts: dict[str, object] = {
        "reason": BlacklistReason.FRAUD,
        "scope": BlacklistScope.COLLECTION,
        "starts_on": TODAY,
    }
    proposal = Proposal(**{**facts, **told})  # type: ignore[arg-type]
    async with db.unit_of_work() as session:
        return await propose(session, proposal, by=by, region="RU", seal=SEAL)


async def approved(db: Database, entry: str, by: AgentId) -> None:
    async with db.unit_of_work() as session:
        await approve(session, entry, by=by)


async def holds(db: Database, *, days: int = 0, **about: object) -> int:
    asked: dict[str, object] = {"scopes": COLLECTION, **about}
    async with db.reading() as session:
        return len(await forbidding(session, on=TODAY + days * DAY, **asked))  # type: ignore[arg-type]


async def test_an_entry_holds_once_another_has_approved_it(db: Database) -> None:
    kira, boss = await two(db)
    party = await person(db, "Anna")
    entry = await proposed(db, kira, party=party, ends_before=TODAY + 10 * DAY)
    assert await holds(db, party=party) == 0
    with pytest.raises(SecondPersonNeeded):
        await approved(db, entry, kira)
    await approved(db, entry, boss)
    with pytest.raises(EntryDecided):
        await approved(db, entry, boss)
    assert [await holds(db, days=days, party=party) for days in (-1, 0, 9, 10)] == [0, 1, 1, 0]
    marketing = frozenset({BlacklistScope.MARKETING})
    assert await holds(db, party=party, scopes=marketing) == 0
    assert await holds(db, party=PartyId("other")) == 0


async def test_a_number_is_found_in_any_spelling_and_a_document_by_its_hash(db: Database) -> None:
    kira, boss = await two(db)
    number = await proposed(db, kira, number="8 (945) 555-01-21", scope=BlacklistScope.ALL)
    paper = await proposed(db, kira, document="4510 123456")
    for entry in (number, paper):
        await approved(db, entry, boss)
    assert await holds(db, numbers=["+79455550121"]) == 1
    hashes = SEAL.hashes("45 10 123-456", NumberKind.DOCUMENT)
    assert await holds(db, documents=list(hashes.items())) == 1
    async with db.reading() as session:
        row = (
            await session.scalars(select(BlacklistEntry).where(BlacklistEntry.id == paper))
        ).one()
    assert "4510123456" not in "".join((row.value, row.shown, row.note))
    assert row.shown == "•••• 3456"


async def test_what_is_not_exactly_one_thing_is_refused(db: Database) -> None:
    kira, _boss = await two(db)
    for told, field in (
        ({}, "what"),
        ({"number": "+79455550121", "document": "4510 123456"}, "what"),
        ({"number": "12"}, "number"),
        ({"document": "?"}, "document"),
        ({"party": "none"}, "party"),
        ({"number": "+79455550121", "ends_before": TODAY}, "ends_before"),
    ):
        with pytest.raises(FieldRefused) as refused:
            await proposed(db, kira, **told)
        assert refused.value.field == field


async def test_an_entry_is_refused_or_ended(db: Database) -> None:
    kira, boss = await two(db)
    party = await person(db, "Anna")
    first = await proposed(db, kira, party=party, starts_on=TODAY - 5 * DAY)
    second = await proposed(db, kira, party=party)
    await approved(db, first, boss)
    async with db.unit_of_work() as session:
        await refuse(session, second, by=boss)
        await end(session, first, on=TODAY, by=boss)
    assert await holds(db, party=party) == 0
    for wrong, entry in ((EntryDecided, first), (EntryDecided, second), (EntryUnknown, "none")):
        with pytest.raises(wrong):
            async with db.unit_of_work() as session:
                await end(session, entry, on=TODAY, by=boss)


async def test_pages_have_each_entry_once(db: Database) -> None:
    kira, boss = await two(db)
    entries = [await proposed(db, kira, number=f"+7945555012{n}") for n in range(5)]
    await approved(db, entries[0], boss)
    seen: list[str] = []
    cursor = None
    async with db.reading() as session:
        for _ in range(3):
            page = await blacklist(session, cursor=cursor, limit=2)
            seen += [one.id for one in page.items]
            cursor = page.next_cursor
        waiting = await blacklist(session, waiting=True)
        with pytest.raises(CursorRefused):
            await blacklist(session, cursor="x")
    assert cursor is None and sorted(seen) == sorted(entries)
    assert {one.id for one in waiting.items} == set(entries[1:])


async def test_the_database_holds_an_entry_to_its_rules(db: Database) -> None:
    kira, _boss = await two(db)
    await proposed(db, kira, number="+79455550121")
    for wrong in (
        {"kind": "party"},
        {"value": ""},
        {"value_key": "k1"},
        {"approved_by": kira, "approved_at": START},
        {"ends_before": TODAY},
        {"scope": "everywhere"},
    ):
        with pytest.raises((IntegrityError, StatementError)):
            async with db.unit_of_work() as session:
                await session.execute(update(BlacklistEntry).values(**wrong))
