"""The graph around a party: circles once, limits kept, and whose arrears concern it."""

import itertools
from datetime import date
from decimal import Decimal

import pytest

from crm_core.bank.business_day import take_arrears
from crm_core.database import Database
from crm_core.errors import PartyUnknown
from crm_core.models import GroupKind
from crm_core.relations.graph import Graph, graph, linked_risks
from crm_core.relations.groups import add_group
from crm_core.relations.linking import Tie, link
from routing.ids import PartyId
from tests.crm_core.bank.offers import lent
from tests.crm_core.conftest import person

TODAY = date(2026, 3, 2)


async def bound(db: Database, party: PartyId, type_: str, to: PartyId) -> None:
    async with db.unit_of_work() as session:
        await link(session, Tie(party=party, to=to, type=type_), by="test")


async def behind(db: Database, party: PartyId) -> None:
    """The party has a loan that is 50 days past due."""
    async with db.unit_of_work() as session:
        loan = await lent(session, party, first_due_on=date(2026, 1, 11))
        await take_arrears(session, loan, on=TODAY)


async def around(db: Database, party: PartyId, **limits: int) -> Graph:
    async with db.reading() as session:
        return await graph(session, party, **limits)


async def test_a_circle_of_owners_is_walked_once(db: Database) -> None:
    ring = [await person(db, f"Firm {n}") for n in range(5)]
    for owner, owned in zip(ring, [*ring[1:], ring[0]], strict=True):
        async with db.unit_of_work() as session:
            tie = Tie(party=owner, to=owned, type="owner", share_pct=Decimal(100))
            await link(session, tie, by="test")
    found = await around(db, ring[0], depth=4)
    assert [one.depth for one in found.knots] == [0, 1, 1, 2, 2]
    assert len(found.edges) == 5 and not found.cut


async def test_it_goes_no_deeper_and_grows_no_larger_than_asked(db: Database) -> None:
    chain = [await person(db, f"P{n}") for n in range(6)]
    for one, other in itertools.pairwise(chain):
        await bound(db, one, "parent", other)
    assert [one.name for one in (await around(db, chain[0], depth=2)).knots] == ["P0", "P1", "P2"]
    assert len((await around(db, chain[0], depth=99)).knots) == 5, "four steps at most"
    small = await around(db, chain[2], depth=2, largest=3)
    assert len(small.knots) == 3 and small.cut
    assert all({edge.first, edge.second} <= {k.id for k in small.knots} for edge in small.edges)


async def test_a_group_is_a_knot_between_its_members(db: Database) -> None:
    mother, daughter, sister = [await person(db, name) for name in ("M", "D", "S")]
    async with db.unit_of_work() as session:
        await add_group(session, GroupKind.HOLDING, "Holding", [mother, daughter, sister], by="t")
    found = await around(db, mother)
    assert [(one.name, one.depth, one.is_group) for one in found.knots] == [
        ("M", 0, False),
        ("Holding", 1, True),
        ("D", 2, False),
        ("S", 2, False),
    ]


async def test_arrears_of_a_subsidiary_concern_the_whole_holding(db: Database) -> None:
    mother, late, other = [await person(db, name) for name in ("Mother", "Late", "Other")]
    await bound(db, mother, "parent_company", late)
    await bound(db, mother, "parent_company", other)
    await behind(db, late)
    (risk,) = linked_risks(await around(db, other))
    assert (risk.knot.name, risk.knot.days_past_due) == ("Late", 50)
    assert [one.name for one in risk.way] == ["Mother", "Late"]


async def test_arrears_of_a_mere_acquaintance_concern_nobody(db: Database) -> None:
    anna, boss = await person(db, "Anna"), await person(db, "Boss")
    await bound(db, boss, "employer", anna)
    await behind(db, boss)
    found = await around(db, anna)
    assert found.knots[1].days_past_due == 50, "it shows"
    assert linked_risks(found) == [], "and does not spread"


async def test_there_is_no_graph_around_nobody(db: Database) -> None:
    with pytest.raises(PartyUnknown):
        await around(db, PartyId("nobody"))
