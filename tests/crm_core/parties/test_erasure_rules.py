"""Erasure leaves nothing that was written of a party: every column is filled, and found nowhere."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    Enum,
    String,
    Table,
    insert,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession

from crm_core.bank.agreements import move_agreement
from crm_core.bank.terms import AgreementStatus
from crm_core.database import Database
from crm_core.duplicates.merging import merge
from crm_core.ids import new_id
from crm_core.models import (
    Agreement,
    Base,
    CollectionCase,
    CreditApplication,
    DuplicatePair,
    PairState,
    ProductVersion,
)
from crm_core.models.columns import UtcDateTime
from crm_core.parties.editing import PartyMerged
from crm_core.parties.erasure import (
    ApplicationOpen,
    CaseOpen,
    ErasureReason,
    erase,
)
from crm_core.parties.erasure_rules import ON_THE_WAY, RULES
from routing.ids import PartyId
from tests.crm_core.bank.offers import opened
from tests.crm_core.conftest import START, hired, person
from tests.crm_core.parties.test_erasure import everything

CANARY = "canary"
DAY = date(2026, 3, 1)
TABLES = Base.metadata.tables

MADE_OTHERWISE = {"party", "search_document", "agreement_party"}
FIXED: dict[str, dict[str, Any]] = {
    "identity_document": {"number_last4": "1234", "type": "passport"},
    "attachment": {"sha256": "a" * 64},
    "organisation_figure": {"currency": "RUB"},
    "blacklist_entry": {"kind": "party", "value": "", "value_key": ""},
    "duplicate_pair": {"state": "dismissed", "decided_at": START},
    "bank_card": {"last4": "1234", "status": "active"},
    "ledger_entry": {"kind": "interest"},
    "credit_application": {"currency": "RUB", "state": "withdrawn", "term_months": 12},
    "application_vote": {"choice": "approve"},
    "collection_case": {"state": "closed", "closed_on": DAY},
    "case_item": {"currency": "RUB"},
    "promise": {"currency": "RUB", "state": "cancelled", "decided_on": DAY, "kept_minor": 0},
    "call_card": {"verification": 0},
    "task": {"state": "done", "source": "agent", "closed_at": START},
    "complaint": {
        "state": "closed",
        "resolved_at": START,
        "told_client_at": START,
        "thanked": True,
    },
    "opportunity": {"currency": "RUB"},
    "client_number": {"number": "10000001"},
    "pin_request": {"way": "sent", "state": "issued", "tries": 0},
}
"""What the constraints of a table want; what else is not null is filled by its type."""


def texts(table: Table) -> set[str]:
    """The columns that may hold a free text: neither codes nor ids."""
    return {
        one.name
        for one in table.columns
        if isinstance(one.type, String | JSON)
        and not isinstance(one.type, Enum)
        and not one.foreign_keys
        and not one.primary_key
    }


def leading_to_a_party() -> set[str]:
    """All tables that point to a party, or to a table that does."""
    found, before = {"party"}, 0
    while before != len(found):
        before = len(found)
        for table in TABLES.values():
            parents = {key.column.table.name for one in table.columns for key in one.foreign_keys}
            if parents & found:
                found.add(table.name)
    return found


def test_each_text_of_each_table_that_leads_to_a_party_has_its_rule() -> None:
    assert leading_to_a_party() - ON_THE_WAY <= set(RULES)
    for name, rule in RULES.items():
        columns = {one.name for one in TABLES[name].columns}
        assert rule.columns <= columns, name
        assert rule.dropped or texts(TABLES[name]) <= rule.columns, name
    assert not any(texts(TABLES[name]) for name in ON_THE_WAY)


def value_of(column: Column[Any], *, canary: bool) -> Any:
    """Something of the column's type."""
    if isinstance(column.type, Enum):
        return column.type.enums[0]
    if isinstance(column.type, JSON):
        return [{"party": "nobody", "name": CANARY}] if canary else {}
    if isinstance(column.type, String):
        return CANARY if canary else "kept"
    if isinstance(column.type, Boolean):
        return False
    if isinstance(column.type, UtcDateTime):
        return START
    return DAY if isinstance(column.type, Date) else 1


async def fill(session: AsyncSession, table: Table, known: dict[str, list[str]]) -> None:
    """Add a row of the party, with the canary in all that is to be cleared or dropped."""
    rule, row = RULES.get(table.name), dict(FIXED.get(table.name, {}))
    for column in table.columns:
        text = column.name in texts(table)
        cleared = rule is not None and (
            (rule.dropped and text) or column.name in rule.cleared.split()
        )
        if column.name in row or (column.nullable and not cleared):
            continue
        if column.foreign_keys:
            (parent,) = {key.column.table.name for key in column.foreign_keys}
            row[column.name] = known["party" if parent == "organisation" else parent][0]
        elif column.name == "id":
            row[column.name] = new_id()
        elif column.name != "seq":
            row[column.name] = value_of(column, canary=cleared)
    row |= apart(table, known)
    await session.execute(insert(table).values(row))
    known.setdefault(table.name, [row.get("id") or row.get("code") or row.get("version", "")])


def apart(table: Table, known: dict[str, list[str]]) -> dict[str, Any]:
    """Where a row names two parties or employees, or a subject without a foreign key."""
    party, other = known["party"]
    first, second = known["employee"]
    one, two = sorted((party, other))
    told: dict[str, dict[str, Any]] = {
        "party_relationship": {"from_party": party, "to_party": other},
        "duplicate_pair": {"one": one, "other": two},
        "party_merge": {"winner": other, "loser": party},
        "person": {"employer": None},
        "party_group": {"head": party},
        "blacklist_entry": {"party": party},
        "call_card": {"party": party, "suggested_party": party},
        "promise": {"cancel_asked_by": first, "cancelled_by": second},
        "task": {"party": party, "owner": first},
        "work_event": {"subject": known.get("task", [""])[0]},
        "outbox_message": {"subject": party},
        "case_event": {"call": None},
        "pin_lockout": {"party": party},
    }
    return told.get(table.name, {})


async def filled(db: Database) -> PartyId:
    """A party of whom every table tells; nothing of it is open."""
    party, other = await person(db, CANARY, "+79161234567"), await person(db, "Other")
    staff = [(await hired(db, name)).id for name in ("anna", "boris")]
    async with db.unit_of_work() as session:
        agreement = await opened(session, party)
        await move_agreement(session, agreement, AgreementStatus.CLOSED, on=date(2026, 3, 2))
        product = await session.scalar(
            select(ProductVersion.product)
            .join(Agreement, Agreement.product_version == ProductVersion.id)
            .where(Agreement.id == agreement)
        )
        known: dict[str, list[Any]] = {
            "party": [party, other],
            "employee": list(staff),
            "agreement": [agreement],
            "product": [product],
            "phone_number": [await session.scalar(select(TABLES["phone_number"].c["id"]))],
            "search_document": [party],
        }
        clear = RULES["party"].cleared.split()
        texts_of_it = {name: CANARY for name in clear if name != "risk_level"}
        this = update(TABLES["party"]).where(TABLES["party"].c["id"] == party)
        await session.execute(this.values(texts_of_it))
        this = update(TABLES["person"]).where(TABLES["person"].c["party"] == party)
        await session.execute(this.values(budget(TABLES["person"])))
        done = MADE_OTHERWISE | {"person", "party_phone"}
        parents = ("approval_routes", "relationship_type", "segment", "branch")
        tables = [one for one in Base.metadata.sorted_tables if one.name in {*RULES, *parents}]
        late = [one for one in tables if one.name == "work_event"]
        for table in [one for one in tables if one not in late] + late:
            if table.name not in done:
                await fill(session, table, known)
    return party


def budget(table: Table) -> dict[str, Any]:
    """All that may be known of a person."""
    return {
        one: value_of(table.c[one], canary=True)
        for one in RULES["person"].cleared.split()
        if one != "employer"
    }


async def test_what_is_written_in_any_column_is_found_nowhere_after_erasure(db: Database) -> None:
    party = await filled(db)
    async with db.reading() as session:
        for name, rule in RULES.items():
            rows = (await session.execute(select(TABLES[name]).where(rule.rows(party)))).all()
            assert rows, f"{name} tells nothing of the party: the test would prove nothing"
            assert not rule.cleared or CANARY in str(rows), name
    async with db.unit_of_work() as session:
        await erase(session, party, reason=ErasureReason.ASKED, by="admin")
    left = await everything(db)
    assert CANARY not in left, left[left.index(CANARY) - 300 : left.index(CANARY) + 50]
    assert left.count("•••") > 20


async def test_an_open_pair_goes_and_a_shared_call_forgets_the_name(db: Database) -> None:
    party, other = await filled(db), await person(db, "Third")
    card = TABLES["call_card"]
    async with db.unit_of_work() as session:
        await session.execute(update(DuplicatePair).values(state=PairState.OPEN, decided_at=None))
        told = [{"party": party, "name": CANARY}, {"party": other, "name": "Third"}]
        apart = {"party": other, "suggested_party": other, "candidates": told}
        await session.execute(
            update(card).values(
                apart | dict.fromkeys(("number", "self_service")) | dict.fromkeys(RAW, "")
            )
        )
    async with db.unit_of_work() as session:
        await erase(session, party, reason=ErasureReason.ASKED, by="admin")
        assert list(await session.scalars(select(DuplicatePair))) == []
        (candidates,) = await session.scalars(select(card.c["candidates"]))
    assert [one["name"] for one in candidates] == ["•••", "Third"]
    assert CANARY not in await everything(db)


RAW = ("raw_number", "network_name", "caller_name", "essence", "follow_up")


@pytest.mark.parametrize(
    ("reopened", "refusal"),
    [
        (update(CollectionCase).values(state="open", closed_on=None), CaseOpen),
        (update(CreditApplication).values(state="draft"), ApplicationOpen),
    ],
)
async def test_it_is_refused_while_a_case_or_an_application_is_open(
    db: Database, reopened: Any, refusal: type[Exception]
) -> None:
    party = await filled(db)
    async with db.unit_of_work() as session:
        await session.execute(reopened)
    before = await everything(db)
    with pytest.raises(refusal):
        async with db.unit_of_work() as session:
            await erase(session, party, reason=ErasureReason.ASKED, by="admin")
    assert await everything(db) == before


async def test_a_record_that_gave_way_goes_with_the_one_that_stands(db: Database) -> None:
    stands, gave_way = (
        await person(db, "Canary One", "+79161234567"),
        await person(db, "Canary Two"),
    )
    async with db.unit_of_work() as session:
        await merge(session, stands, gave_way, by="sofia", reason="both are canary")
    with pytest.raises(PartyMerged):
        async with db.unit_of_work() as session:
            await erase(session, gave_way, reason=ErasureReason.ASKED, by="admin")
    async with db.unit_of_work() as session:
        await erase(session, stands, reason=ErasureReason.ASKED, by="admin")
    assert CANARY not in (await everything(db)).lower()
