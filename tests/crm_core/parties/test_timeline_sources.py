"""What the parts tell of a client, on one timeline; and who looked at him."""

from datetime import timedelta

import pytest

from crm_core.bank.business_day import take_arrears
from crm_core.bank.reveal import Look, reveal
from crm_core.bank.terms import VerificationLevel
from crm_core.database import Database
from crm_core.parties.looks import LooksCursorRefused, looks_at
from crm_core.parties.panel import panel
from crm_core.parties.timeline import TimelineEvent, TimelineKind, timeline_page
from crm_core.parties.timeline_sources import KINDS, SOURCES
from routing.ids import AgentId, PartyId
from routing.terms import CallState
from tests.crm_core.bank.offers import TODAY, credited, lent
from tests.crm_core.calls import add_card, over, suggested, view
from tests.crm_core.conftest import START, FakeClock, hired, person

DAY = timedelta(days=1)


async def told(db: Database, party: PartyId, *kinds: TimelineKind) -> list[TimelineEvent]:
    """The whole timeline, two events a page."""
    found: list[TimelineEvent] = []
    cursor: str | None = None
    while True:
        async with db.reading() as session:
            page = await timeline_page(session, party, SOURCES, kinds=kinds, cursor=cursor, limit=2)
        found += page.items
        cursor = page.next_cursor
        if cursor is None:
            return found


async def a_debtor(db: Database) -> PartyId:
    """Anna came into arrears on Sunday, paid on Monday, and called twice that morning."""
    anna, boris = await person(db, "Anna", "+79455550101"), await hired(db, "boris")
    async with db.unit_of_work() as session:
        loan = await lent(session, anna, first_due_on=TODAY - DAY - DAY)
        for day in (TODAY - 3 * DAY, TODAY - DAY):
            await take_arrears(session, loan, on=day)
        await credited(session, loan, 11_200)
    lost = {"state": CallState.ABANDONED, "arrived_at": START - timedelta(minutes=5)}
    await add_card(
        db,
        over("c1", boris.id, CallState.CLOSED, **suggested(anna), arrived_at=START - DAY / 8),
        view("c2", **suggested(anna), **lost),
    )
    return anna


async def test_all_parts_stand_on_one_timeline_newest_first(db: Database) -> None:
    anna = await a_debtor(db)
    events = await told(db, anna)
    assert [one.title_code for one in events] == [
        "timeline.payment.repayment",
        "timeline.call.missed",
        "timeline.call.answered",
        "timeline.arrears.range",
        "timeline.agreement.opened",
    ]
    assert events[0].amount is not None
    assert events[0].amount.minor == 11_200
    assert events[3].detail["range"] == "range.d1_30"
    assert {one.kind for one in events} <= set(KINDS)


async def test_a_filter_leaves_only_its_kinds(db: Database) -> None:
    anna = await a_debtor(db)
    calls = await told(db, anna, TimelineKind.CALL)
    assert [one.ref for one in calls] == ["c2", "c1"]
    both = await told(db, anna, TimelineKind.PAYMENT, TimelineKind.ARREARS)
    assert [one.kind for one in both] == ["payment", "arrears"]
    assert await told(db, PartyId("nobody")) == []


async def test_each_kind_is_told_by_some_part_and_no_part_tells_more_than_it_says(
    db: Database,
) -> None:
    anna = await a_debtor(db)
    async with db.reading() as session:
        for source, kinds in SOURCES:
            found = await source(session, anna, before=None, limit=50)
            assert {one.kind for one in found} <= set(kinds)


async def test_who_looked_is_told_page_by_page(db: Database, clock: FakeClock) -> None:
    anna, boris = await person(db, "Anna"), await hired(db, "boris")
    for n in range(3):
        clock.pass_(minutes=1)
        async with db.unit_of_work() as session:
            await panel(session, anna, viewer=boris.id, reason=f"call:c{n}")
    look = Look(viewer=boris.id, reason="call:c2", level=VerificationLevel.KNOWLEDGE)
    async with db.unit_of_work() as session:
        await reveal(session, anna, look)
    async with db.reading() as session:
        first = await looks_at(session, anna, limit=3)
        rest = await looks_at(session, anna, cursor=first.next_cursor, limit=3)
        with pytest.raises(LooksCursorRefused):
            await looks_at(session, anna, cursor="-1")
    assert [(one.action, one.reason) for one in first.items] == [
        ("amounts_revealed", "call:c2"),
        ("party_viewed", "call:c2"),
        ("party_viewed", "call:c1"),
    ]
    assert [one.reason for one in rest.items] == ["call:c0"]
    assert rest.next_cursor is None
    assert {one.actor_name for one in (*first.items, *rest.items)} == {"Boris"}


async def test_the_running_call_is_not_among_the_last_contacts(db: Database) -> None:
    anna = await a_debtor(db)
    async with db.unit_of_work() as session:
        seen = await panel(
            session, anna, viewer=AgentId("boris"), reason="call:c2", call=view("c2").call
        )
    assert [one.call for one in seen.contacts] == ["c1"]
