"""Relations: no party to itself, each stands once, nobody is owned beyond the whole."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from crm_core.database import Database
from crm_core.errors import FieldRefused, PartyUnknown
from crm_core.models import PartyRelationship
from crm_core.relations.kinds import kinds, names_of_codes, read
from crm_core.relations.linking import (
    RelationExists,
    RelationUnknown,
    Tie,
    link,
    most_owned,
    relations_of,
    unlink,
)
from routing.ids import PartyId
from tests.crm_core.conftest import START, FakeClock, person

YEAR = timedelta(days=365)


async def bound(db: Database, party: PartyId, type_: str, to: PartyId, **told: object) -> str:
    async with db.unit_of_work() as session:
        tie = Tie(party=party, to=to, type=type_, **told)  # type: ignore[arg-type]
        return await link(session, tie, by="test")


async def seen(db: Database, party: PartyId) -> list[tuple[str, str]]:
    async with db.reading() as session:
        return [(one.name, one.type) for one in await relations_of(session, party)]


async def test_a_relation_reads_from_both_ends_and_stands_once(db: Database) -> None:
    anna, boris = await person(db, "Anna"), await person(db, "Boris")
    await bound(db, anna, "parent", boris)
    assert await seen(db, boris) == [("Anna", "parent")]
    assert await seen(db, anna) == [("Boris", "child")]
    with pytest.raises(RelationExists):
        await bound(db, boris, "child", anna)
    async with db.reading() as session:
        assert await session.scalar(select(func.count()).select_from(PartyRelationship)) == 1


async def test_a_symmetric_relation_is_the_same_with_its_ends_exchanged(db: Database) -> None:
    anna, boris = await person(db, "Anna"), await person(db, "Boris")
    await bound(db, anna, "spouse", boris)
    with pytest.raises(RelationExists):
        await bound(db, boris, "spouse", anna)
    assert await seen(db, anna) == [("Boris", "spouse")]


async def test_what_cannot_be_is_refused_by_its_field(db: Database) -> None:
    anna, boris = await person(db, "Anna"), await person(db, "Boris")
    wrong = [
        ("to", {"to": anna, "type_": "spouse"}),
        ("type", {"to": boris, "type_": "neighbour"}),
        ("share_pct", {"to": boris, "type_": "spouse", "share_pct": Decimal(5)}),
        ("share_pct", {"to": boris, "type_": "owner", "share_pct": Decimal(0)}),
        ("share_pct", {"to": boris, "type_": "owner", "share_pct": Decimal("100.1")}),
        ("share_pct", {"to": boris, "type_": "owner", "share_pct": Decimal("NaN")}),
        ("ends_at", {"to": boris, "type_": "spouse", "ends_at": START}),
    ]
    for field, told in wrong:
        with pytest.raises(FieldRefused) as refused:
            await bound(db, anna, **told)  # type: ignore[arg-type]
        assert refused.value.field == field
    with pytest.raises(PartyUnknown):
        await bound(db, anna, "spouse", PartyId("nobody"))


async def test_no_more_than_the_whole_is_owned_at_any_time(db: Database) -> None:
    firm, *owners = [await person(db, name) for name in ("Firm", "A", "B", "C")]
    await bound(db, owners[0], "owner", firm, share_pct=Decimal(60), ends_at=START + YEAR)
    await bound(db, owners[1], "founder", firm, share_pct=Decimal("39.99999999"))
    with pytest.raises(FieldRefused) as refused:
        await bound(db, owners[2], "owner", firm, share_pct=Decimal("0.00000002"))
    assert refused.value.problem == "more_than_whole"
    later = {"starts_at": START + YEAR, "share_pct": Decimal(60)}
    await bound(db, owners[2], "owner", firm, **later)
    async with db.reading() as session:
        (first, _) = await relations_of(session, firm)
    assert (first.name, first.owned_pct, first.owns_pct) == ("A", Decimal(60), None)


async def test_owners_may_own_each_other_in_a_circle(db: Database) -> None:
    first, second = await person(db, "First"), await person(db, "Second")
    await bound(db, first, "owner", second, share_pct=Decimal(100))
    await bound(db, second, "owner", first, share_pct=Decimal(100))
    assert await seen(db, first) == [("Second", "owned"), ("Second", "owner")]


async def test_an_ended_relation_is_history_and_may_begin_anew(
    db: Database, clock: FakeClock
) -> None:
    anna, boris = await person(db, "Anna"), await person(db, "Boris")
    relation = await bound(db, anna, "spouse", boris)
    clock.pass_(days=1)
    ended = clock.now()
    async with db.unit_of_work() as session:
        await unlink(session, relation, by="test")
    clock.pass_(days=1)
    assert await seen(db, anna) == []
    with pytest.raises(RelationUnknown):
        async with db.unit_of_work() as session:
            await unlink(session, relation, by="test")
    async with db.reading() as session:
        assert len(await relations_of(session, anna, START)) == 1
        known_before = await relations_of(session, anna, clock.now(), known_at=START)
        known_after = await relations_of(session, anna, clock.now(), known_at=ended)
    assert (len(known_before), len(known_after)) == (1, 0)
    await bound(db, anna, "spouse", boris)


async def test_the_database_itself_refuses_a_party_bound_to_itself(db: Database) -> None:
    anna = await person(db, "Anna")
    with pytest.raises(IntegrityError):
        async with db.unit_of_work() as session:
            session.add(
                PartyRelationship(
                    id="r1",
                    from_party=anna,
                    to_party=anna,
                    type="spouse",
                    valid_from=START,
                    created_at=START,
                )
            )


async def test_every_type_has_names_for_both_ends_in_both_languages(db: Database) -> None:
    async with db.reading() as session:
        known = await kinds(session)
    for language in ("en", "ru"):
        names = names_of_codes(known, language)
        for kind in known:
            assert names[kind.code] and names[kind.reverse_code]
            assert (read(known, kind.code), read(known, kind.reverse_code)) == (
                (kind, False),
                (kind, not kind.symmetric),
            )
    assert names_of_codes(known, "ru")["spouse"] == "супруг(а)"


SHARES = st.lists(
    st.tuples(st.integers(0, 20), st.none() | st.integers(1, 20), st.integers(1, 100)), max_size=8
)


@given(SHARES)
def test_the_largest_sum_is_that_of_the_fullest_day(told: list[tuple[int, int, int]]) -> None:
    spans = [(start, None if days is None else start + days, share) for start, days, share in told]
    by_day = [
        sum(share for start, end, share in spans if start <= day and (end is None or day < end))
        for day in range(50)
    ]
    days = [
        (START + timedelta(start), None if end is None else START + timedelta(end), Decimal(share))
        for start, end, share in spans
    ]
    assert most_owned(days) == max(by_day, default=0)
