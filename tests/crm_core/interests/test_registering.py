"""Interests are registered, answered, and become deals; needs become offers with an answer."""

from datetime import date, timedelta

import pytest

from crm_core.bank.products import add_product
from crm_core.bank.terms import AgreementKind
from crm_core.database import Database
from crm_core.errors import FieldRefused, PartyUnknown
from crm_core.interests.interest import (
    DealFacts,
    Dealing,
    Interest,
    InterestFacts,
    InterestFilters,
    NeedKnown,
)
from crm_core.interests.offering import answer, answers, end_need, needs, note_need, offers
from crm_core.interests.reading import glance, interest, interests, timeline_events
from crm_core.interests.registering import deal, drop, qualify, register
from crm_core.interests.states import DealMove, DealStage, InterestState, OfferOutcome
from crm_core.managers.assigning import assign_managers
from crm_core.money import Money
from crm_core.states import MoveRefused
from crm_core.tasks.reading import tasks
from crm_core.tasks.task import Stale, TaskFilters
from crm_core.work_rules import WorkRules
from routing.ids import AgentId, PartyId
from tests.crm_core.conftest import START, FakeClock, hired, person
from tests.crm_core.tasks.conftest import rules

__all__ = ["rules"]
WORTH = DealFacts(value=Money(150_000_00, "RUB"), expected_close=date(2026, 4, 1))


async def offered_products(db: Database) -> None:
    async with db.unit_of_work() as session:
        for code, family in (
            ("savings", AgreementKind.DEPOSIT),
            ("cash", AgreementKind.LOAN),
            ("home", AgreementKind.LOAN),
        ):
            await add_product(session, code, family=family, names={"en": code})


async def registered(db: Database, party: PartyId, by: AgentId, product: str = "cash") -> str:
    async with db.unit_of_work() as session:
        facts = InterestFacts(party=party, product=product, note="Asked for the rate")
        return await register(session, facts, by=by)


async def shown(db: Database, key: str) -> Interest:
    async with db.reading() as session:
        found = await interest(session, key)
    assert found is not None
    return found


async def owned(db: Database, party: PartyId) -> list[tuple[str, str, AgentId | None]]:
    async with db.reading() as session:
        page = await tasks(session, TaskFilters(party=party))
        return [(one.state.value, one.result_code, one.owner) for one in page.items]


async def test_an_interest_goes_to_the_manager_and_becomes_a_deal(
    db: Database, rules: WorkRules
) -> None:
    anna, clara = await hired(db, "anna"), await hired(db, "clara")
    party = await person(db, "Ivanova")
    await offered_products(db)
    async with db.unit_of_work() as session:
        await assign_managers(session, party, [anna.id], by="test")
    key = await registered(db, party, clara.id)
    assert (await shown(db, key)).owner == anna.id
    assert await owned(db, party) == [("assigned", "", anna.id)]
    async with db.unit_of_work() as session:
        made = await qualify(session, key, WORTH, rules=rules.tasks, by=anna.id)
    assert await owned(db, party) == [("done", "qualified", anna.id)]
    async with db.unit_of_work() as session:
        await deal(session, made, Dealing(move=DealMove.PROPOSE, owner=clara.id), by=anna.id)
        await deal(session, made, Dealing(move=DealMove.WIN), by=clara.id)
    found = await shown(db, key)
    assert found.state is InterestState.SERVED and found.deal is not None
    assert (found.deal.stage, found.deal.owner_name) == (DealStage.WON, "Clara")
    assert found.deal.value == Money(150_000_00, "RUB")
    async with db.reading() as session:
        events = await timeline_events(session, party, before=None, limit=10)
    assert [one.title_code.rpartition(".")[2] for one in events[::-1]] == [
        "added",
        "qualify",
        "propose",
        "win",
        "win",
    ]


async def test_an_interest_that_is_dropped_takes_its_deal_along(
    db: Database, rules: WorkRules
) -> None:
    anna, party = await hired(db, "anna"), await person(db, "Ivanova")
    await offered_products(db)
    key = await registered(db, party, anna.id)
    async with db.unit_of_work() as session:
        await qualify(session, key, WORTH, rules=rules.tasks, by=anna.id)
    with pytest.raises(FieldRefused, match="words"):
        async with db.unit_of_work() as session:
            await drop(session, key, " ", rules=rules.tasks, by=anna.id)
    async with db.unit_of_work() as session:
        await drop(session, key, "Took it elsewhere", rules=rules.tasks, by=anna.id)
    found = await shown(db, key)
    assert found.deal is not None
    assert (found.state, found.deal.stage) == (InterestState.DROPPED, DealStage.LOST)


async def test_what_makes_no_interest_and_no_deal(
    db: Database, rules: WorkRules, clock: FakeClock
) -> None:
    anna, party = await hired(db, "anna"), await person(db, "Ivanova")
    await offered_products(db)
    with pytest.raises(FieldRefused, match="product: unknown"):
        await registered(db, party, anna.id, product="moon")
    with pytest.raises(PartyUnknown):
        await registered(db, PartyId("nobody"), anna.id)
    key = await registered(db, party, anna.id)
    zero = DealFacts(value=Money(0, "RUB"), expected_close=date(2026, 4, 1))
    past = DealFacts(value=Money(1, "RUB"), expected_close=date(2026, 3, 1))
    for facts, field in ((zero, "value"), (past, "expected_close")):
        with pytest.raises(FieldRefused, match=field):
            async with db.unit_of_work() as session:
                await qualify(session, key, facts, rules=rules.tasks, by=anna.id)
    async with db.unit_of_work() as session:
        made = await qualify(session, key, WORTH, rules=rules.tasks, by=anna.id)
    with pytest.raises(MoveRefused):
        async with db.unit_of_work() as session:
            await qualify(session, key, WORTH, rules=rules.tasks, by=anna.id)
    async with db.unit_of_work() as session:
        await deal(session, made, Dealing(move=DealMove.PROPOSE, version=1), by=anna.id)
    with pytest.raises(Stale):
        async with db.unit_of_work() as session:
            await deal(session, made, Dealing(move=DealMove.WIN, version=1), by=anna.id)


async def test_pages_and_the_panel(db: Database, clock: FakeClock) -> None:
    anna, party = await hired(db, "anna"), await person(db, "Ivanova")
    await offered_products(db)
    async with db.reading() as session:
        assert await glance(session, party) is None
    keys = []
    for product in ("cash", "home", "savings"):
        keys.append(await registered(db, party, anna.id, product))
        clock.pass_(minutes=1)
    async with db.reading() as session:
        first = await interests(session, InterestFilters(owner=anna.id), limit=2)
        rest = await interests(session, InterestFilters(), cursor=first.next_cursor)
        told = await glance(session, party)
    assert [one.id for one in (*first.items, *rest.items)] == keys[::-1]
    assert told is not None and len(told.open) == 3


async def test_needs_become_offers_and_an_answer_keeps_them_away(
    db: Database, rules: WorkRules, clock: FakeClock
) -> None:
    anna, party = await hired(db, "anna"), await person(db, "Ivanova")
    await offered_products(db)
    offering = rules.offers
    async with db.unit_of_work() as session:
        for need in ("save", "big_purchase"):
            await note_need(session, party, need, evidence="Said so", rules=offering, by=anna.id)
        found = await offers(session, party, offering)
        assert [(one.product, one.need) for one in found] == [
            ("savings", "save"),
            ("cash", "big_purchase"),
        ]
        thinks = OfferOutcome.THINKS
        await answer(session, party, "savings", thinks, rules=offering, by=anna.id)
    async with db.unit_of_work() as session:
        assert [one.product for one in await offers(session, party, offering)] == ["cash"]
        with pytest.raises(FieldRefused, match="product: not_offered"):
            await answer(session, party, "savings", thinks, rules=offering, by=anna.id)
    clock.pass_(days=14)
    async with db.unit_of_work() as session:
        found = await offers(session, party, offering)
        assert [one.product for one in found] == ["savings", "cash"]
        declines = OfferOutcome.DECLINES
        await answer(session, party, "savings", declines, rules=offering, by=anna.id)
        (last,) = await answers(session, party)
        (event, *_) = await timeline_events(session, party, before=None, limit=5)
    assert (last.outcome, last.quiet_until) == (declines, clock.now() + timedelta(days=90))
    assert event.title_code == "timeline.offer.declines"


async def test_a_need_is_noted_once_and_ended(db: Database, rules: WorkRules) -> None:
    anna, party = await hired(db, "anna"), await person(db, "Ivanova")
    other = await person(db, "Petrov")

    async def noted(need: str = "save", evidence: str = "Said so") -> str:
        async with db.unit_of_work() as session:
            return await note_need(
                session, party, need, evidence=evidence, rules=rules.offers, by=anna.id
            )

    key = await noted()
    with pytest.raises(NeedKnown):
        await noted()
    for wrong in ({"need": "moon"}, {"evidence": ""}):
        with pytest.raises(FieldRefused):
            await noted(**wrong)
    with pytest.raises(FieldRefused):
        async with db.unit_of_work() as session:
            await end_need(session, other, key, by=anna.id)
    async with db.unit_of_work() as session:
        (held,) = await needs(session, party)
        await end_need(session, party, key, by=anna.id)
        assert await needs(session, party) == []
    assert (held.code, held.evidence, held.noted_at) == ("save", "Said so", START)
    assert await noted() != key
