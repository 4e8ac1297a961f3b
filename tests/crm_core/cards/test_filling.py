"""The agent's part: drafts, the party, completing; and what the journal may not undo."""

import asyncio
import itertools

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError

from crm_core import cards
from crm_core.cards import (
    Card,
    CardClosed,
    CardIncomplete,
    CardNotYours,
    CardUnknown,
    DraftStale,
    FieldError,
)
from crm_core.catalogue import Catalogue, Entry
from crm_core.database import Database
from crm_core.duplicates.merging import merge
from crm_core.errors import PartyUnknown
from crm_core.models import AuditEvent, CallCard, Task
from crm_core.staff.employees import Employee
from routing.ids import AgentId, CallId, PartyId
from routing.terms import CallState, OfferOutcome, WrapUpMode
from tests.crm_core.calls import add_card, offer, over, suggested, talking, view
from tests.crm_core.conftest import FakeClock, hired, person

C1 = CallId("c1")
NAMES = {"en": "x"}
CATALOGUE = Catalogue(
    topics=(Entry("loan", NAMES),),
    dispositions=(Entry("reached", NAMES, (Entry("promise", NAMES),)),),
)
FILLED = {
    "caller_name": "unknown",
    "topic": "loan",
    "essence": "Asked for the schedule",
    "disposition": "promise",
}


@pytest.fixture
async def anna(db: Database) -> Employee:
    return await hired(db, "anna")


async def draft(db: Database, agent: AgentId, fields: dict[str, str], rev: int) -> int:
    async with db.unit_of_work() as session:
        return await cards.save_draft(session, C1, agent, fields, rev)


async def complete(db: Database, agent: AgentId, fields: dict[str, str]) -> None:
    async with db.unit_of_work() as session:
        await cards.complete(session, C1, agent, fields, catalogue=CATALOGUE)


async def choose(db: Database, agent: AgentId, party: PartyId | None) -> None:
    async with db.unit_of_work() as session:
        await cards.choose_party(session, C1, agent, party)


async def stored(db: Database) -> Card:
    async with db.reading() as session:
        found = await cards.card(session, C1)
    assert found
    return found


async def actions(db: Database) -> list[tuple[str, str, str]]:
    async with db.reading() as session:
        rows = await session.execute(
            select(AuditEvent.action, AuditEvent.subject, AuditEvent.reason).order_by(
                AuditEvent.seq
            )
        )
        return [(one.action, one.subject, one.reason) for one in rows]


async def test_a_draft_is_kept_field_by_field(db: Database, anna: Employee) -> None:
    await add_card(db, talking("c1", anna.id))
    assert await draft(db, anna.id, {"essence": "Asks about"}, 0) == 1
    assert await draft(db, anna.id, {"topic": "loan", "caller_name": "Ö'Мэри 王"}, 1) == 2
    found = await stored(db)
    assert (found.essence, found.topic, found.caller_name, found.rev) == (
        "Asks about",
        "loan",
        "Ö'Мэри 王",
        2,
    )


async def test_a_second_tab_does_not_overwrite_what_it_has_not_seen(
    db: Database, anna: Employee
) -> None:
    await add_card(db, talking("c1", anna.id))
    await draft(db, anna.id, {"essence": "first"}, 0)
    with pytest.raises(DraftStale) as told:
        await draft(db, anna.id, {"essence": "second"}, 0)
    assert told.value.rev == 1
    assert (await stored(db)).essence == "first"


async def test_of_two_drafts_at_once_one_is_stale(db: Database, anna: Employee) -> None:
    await add_card(db, talking("c1", anna.id))
    both = (draft(db, anna.id, {"essence": text}, 0) for text in ("a", "b"))
    got = await asyncio.gather(*both, return_exceptions=True)
    assert sorted(type(one).__name__ for one in got) == ["DraftStale", "int"]


async def test_the_journal_goes_on_beside_the_draft(db: Database, anna: Employee) -> None:
    await add_card(db, talking("c1", anna.id))
    await draft(db, anna.id, {"essence": "kept"}, 0)
    await add_card(db, over("c1", anna.id, CallState.WRAP_UP))
    found = await stored(db)
    assert (found.essence, found.state, found.rev) == ("kept", CallState.WRAP_UP, 1)


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"essence": "x" * 4_001}, FieldError(field="essence", code="too_long")),
        ({"state": "closed"}, FieldError(field="state", code="no_such_field")),
        ({"completed_at": "now"}, FieldError(field="completed_at", code="no_such_field")),
    ],
)
async def test_what_is_no_draft_is_refused(
    db: Database, anna: Employee, fields: dict[str, str], error: FieldError
) -> None:
    await add_card(db, talking("c1", anna.id))
    with pytest.raises(CardIncomplete) as told:
        await draft(db, anna.id, fields, 0)
    assert told.value.errors == (error,)


async def test_text_that_a_database_cannot_keep_is_made_keepable(
    db: Database, anna: Employee
) -> None:
    await add_card(db, talking("c1", anna.id))
    await draft(db, anna.id, {"essence": " a\0b\udc80 "}, 0)
    assert (await stored(db)).essence == "ab?"


async def test_only_who_has_the_call_or_was_asked_writes_on_its_card(
    db: Database, anna: Employee
) -> None:
    asked = await hired(db, "asked")
    refused = await hired(db, "refused")
    offers = (
        offer(anna.id),
        offer(asked.id, OfferOutcome.OPEN),
        offer(refused.id, OfferOutcome.DECLINED),
    )
    await add_card(db, talking("c1", anna.id, offers=offers))
    await draft(db, asked.id, {"essence": "x"}, 0)
    for stranger in (refused.id, AgentId("stranger")):
        with pytest.raises(CardNotYours):
            await draft(db, stranger, {"essence": "y"}, 1)
        with pytest.raises(CardNotYours):
            await choose(db, stranger, None)
    with pytest.raises(CardNotYours):
        await complete(db, asked.id, FILLED)


async def test_an_unknown_call_has_no_card(db: Database, anna: Employee) -> None:
    with pytest.raises(CardUnknown):
        await draft(db, anna.id, {}, 0)
    with pytest.raises(CardUnknown):
        await complete(db, anna.id, FILLED)


@pytest.mark.parametrize(
    "missing", [s for n in (1, 2, 4) for s in itertools.combinations(FILLED, n)]
)
async def test_a_card_without_its_fields_is_not_completed(
    db: Database, anna: Employee, missing: tuple[str, ...]
) -> None:
    await add_card(db, over("c1", anna.id, CallState.WRAP_UP))
    fields = {name: "  " if name in missing else value for name, value in FILLED.items()}
    with pytest.raises(CardIncomplete) as told:
        await complete(db, anna.id, fields)
    assert told.value.errors == tuple(FieldError(field=name, code="missing") for name in missing)
    assert (await stored(db)).completed_at is None


async def test_topic_and_disposition_must_be_in_the_catalogue(db: Database, anna: Employee) -> None:
    await add_card(db, over("c1", anna.id, CallState.WRAP_UP))
    with pytest.raises(CardIncomplete) as told:
        await complete(db, anna.id, {**FILLED, "topic": "weather", "disposition": "reached"})
    assert [(one.field, one.code) for one in told.value.errors] == [
        ("topic", "not_in_catalogue"),
        ("disposition", "not_in_catalogue"),
    ]


async def test_completing_uses_the_draft_and_is_audited_once(
    db: Database, clock: FakeClock, anna: Employee
) -> None:
    await add_card(db, over("c1", anna.id, CallState.WRAP_UP))
    await draft(db, anna.id, {**FILLED, "follow_up": "call on Monday"}, 0)
    await complete(db, anna.id, {"essence": "All said"})
    await complete(db, anna.id, {"essence": "All said"})
    found = await stored(db)
    assert (found.essence, found.follow_up) == ("All said", "call on Monday")
    assert (found.completed_at, found.state) == (clock.now(), CallState.WRAP_UP)
    completed = [one for one in await actions(db) if one[0] == "card_completed"]
    assert completed == [("card_completed", "c1", "promise")]


async def test_a_completed_card_is_not_changed_any_more(db: Database, anna: Employee) -> None:
    await add_card(db, over("c1", anna.id, CallState.WRAP_UP))
    await complete(db, anna.id, FILLED)
    with pytest.raises(CardClosed):
        await draft(db, anna.id, {"essence": "other"}, 1)
    with pytest.raises(CardClosed):
        await complete(db, anna.id, {"essence": "other"})
    with pytest.raises(CardClosed):
        await choose(db, anna.id, None)


@pytest.mark.parametrize("end", [CallState.CLOSED, CallState.CLOSED_INCOMPLETE])
async def test_completed_in_time_the_card_closes_whatever_the_engine_says(
    db: Database, anna: Employee, end: CallState
) -> None:
    await add_card(db, over("c1", anna.id, CallState.WRAP_UP))
    await complete(db, anna.id, FILLED)
    await add_card(db, over("c1", anna.id, end, version=6))
    assert (await stored(db)).state is CallState.CLOSED


async def test_completed_late_the_card_closes_and_is_owed_no_more(
    db: Database, anna: Employee
) -> None:
    await add_card(db, over("c1", anna.id, CallState.CLOSED_INCOMPLETE))
    async with db.reading() as session:
        assert [one.call for one in await cards.unfinished(session, anna.id)] == ["c1"]
    await complete(db, anna.id, FILLED)
    await add_card(db, over("c1", anna.id, CallState.CLOSED, version=6))
    assert (await stored(db)).state is CallState.CLOSED
    async with db.reading() as session:
        assert await cards.unfinished(session, anna.id) == ()


@pytest.mark.parametrize("mode", WrapUpMode)
async def test_an_answered_card_closes_only_when_it_is_filled_where_it_must_be(
    db: Database, anna: Employee, mode: WrapUpMode
) -> None:
    """The engine may be wrong; the card is held to the rule all the same."""
    for call in (talking("c1", anna.id), over("c2", anna.id, CallState.CLOSED, wrap_up_mode=mode)):
        await add_card(db, call)
    await add_card(db, over("c1", anna.id, CallState.CLOSED, wrap_up_mode=mode))
    must = mode in (WrapUpMode.MANDATORY, WrapUpMode.TIMED)
    state = CallState.CLOSED_INCOMPLETE if must else CallState.CLOSED
    async with db.reading() as session:
        assert set(await session.scalars(select(CallCard.state))) == {state}


async def test_the_database_itself_refuses_a_card_closed_without_its_fields(
    db: Database, anna: Employee
) -> None:
    await add_card(db, over("c1", anna.id, CallState.WRAP_UP))
    for wrong in (
        "state = 'closed'",
        f"completed_at = '2026-03-02 09:00:00', completed_by = '{anna.id}'",
    ):
        with pytest.raises(IntegrityError):
            async with db.unit_of_work() as session:
                await session.execute(text(f"UPDATE call_card SET {wrong}"))


async def test_a_completion_and_the_time_out_at_once_end_closed(
    db: Database, anna: Employee
) -> None:
    for turn in range(10):
        async with db.unit_of_work() as session:
            await session.execute(text("DELETE FROM call_card"))
        await add_card(db, over("c1", anna.id, CallState.WRAP_UP))
        both = [
            complete(db, anna.id, FILLED),
            add_card(db, over("c1", anna.id, CallState.CLOSED_INCOMPLETE, version=6)),
        ]
        await asyncio.gather(*(both if turn % 2 else reversed(both)))
        assert (await stored(db)).state is CallState.CLOSED


async def test_the_choice_of_the_party_is_audited(db: Database, anna: Employee) -> None:
    party = await person(db, "Somebody")
    await add_card(db, talking("c1", anna.id))
    await choose(db, anna.id, party)
    found = await stored(db)
    assert (found.party, found.party_name) == (party, "Somebody")
    await choose(db, anna.id, None)
    assert (await stored(db)).party is None
    chosen = [one for one in await actions(db) if one[0] == "party_chosen"]
    assert chosen == [("party_chosen", party, "call:c1"), ("party_chosen", "", "call:c1")]
    with pytest.raises(PartyUnknown):
        await choose(db, anna.id, PartyId("nobody"))


async def test_a_card_without_an_owner_is_nobodys(db: Database, anna: Employee) -> None:
    await add_card(db, view("c1", state=CallState.ABANDONED))
    async with db.unit_of_work() as session:
        await session.execute(update(CallCard).values(agent=None))
    with pytest.raises(CardNotYours):
        await complete(db, anna.id, FILLED)


async def test_a_party_that_was_merged_away_is_the_one_that_stays(
    db: Database, anna: Employee
) -> None:
    stays, gave_way = await person(db, "Ivanova"), await person(db, "Ivanowa")
    await add_card(db, over("c1", anna.id, CallState.WRAP_UP, **suggested(gave_way)))
    async with db.unit_of_work() as session:
        await merge(session, stays, gave_way, by="sofia", reason="one person")
    await choose(db, anna.id, gave_way)
    assert (await stored(db)).party == stays
    await choose(db, anna.id, None)
    await complete(db, anna.id, FILLED | {"follow_up": "Send the schedule"})
    async with db.reading() as session:
        assert await session.scalar(select(Task.party)) == stays
