"""What callers did at their keypads, on their cards: kept whole, and what it proves."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from crm_core.bank.terms import VerificationLevel, VerifiedHow
from crm_core.cards import Card, card, timeline
from crm_core.cards.keyed import end_on, keyed_on, taken_for
from crm_core.cards.verifying import Sureness, sureness, verified_call, verify
from crm_core.database import Database
from crm_core.models import CallCard
from routing.facts import Candidate, SelfService
from routing.ids import CallId, FlowId, PartyId
from routing.notices import CallView
from routing.terms import CallState, Match, ServiceEnd
from tests.crm_core.calls import add_card, suggested, talking, view
from tests.crm_core.conftest import START, hired, person

C1 = CallId("c1")
KNOWLEDGE, NONE, NUMBER = (
    VerificationLevel.KNOWLEDGE,
    VerificationLevel.NONE,
    VerificationLevel.NUMBER,
)
PROVED_AT = START + timedelta(seconds=40)
MENU = SelfService(
    flow=FlowId("main"),
    version="7",
    node="cards",
    path="cards/card_status",
    language="ru",
    topic="cards",
    told=("balance", "cards"),
    identified_by="card",
    recording="m1",
)


def proved(party: PartyId, **changes: Any) -> dict[str, Any]:
    """A caller of whom a PIN proved that he is the party."""
    keyed = replace(MENU, party=party, level=2, **changes)
    return {"self_service": keyed, "proved_at": PROVED_AT}


async def stored(db: Database) -> Card:
    async with db.reading() as session:
        found = await card(session, C1)
    assert found is not None
    return found


async def sure(db: Database, party: PartyId, live: CallView | None = None) -> Sureness:
    return sureness(await stored(db), party, by_number=None, live=live)


async def test_the_whole_picture_is_kept_with_its_end(db: Database) -> None:
    anna = await person(db, "Anna")
    call = view(C1, **proved(anna), service_end=ServiceEnd.PERSON)
    await add_card(db, call)
    found = await stored(db)
    assert keyed_on(found.self_service) == call.self_service
    assert end_on(found.self_service) is ServiceEnd.PERSON
    assert found.ivr_path == "cards/card_status"


async def test_who_was_never_there_has_nothing(db: Database) -> None:
    await add_card(db, view(C1))
    found = await stored(db)
    assert (found.self_service, found.ivr_path, found.verified_how) == (None, "", None)
    async with db.reading() as session:
        empty = select(CallCard.call).where(CallCard.self_service.is_(None))
        assert await session.scalar(empty) == C1, "NULL, not a JSON null"


async def test_a_self_served_call_is_closed_with_its_topic_and_nothing_to_write(
    db: Database,
) -> None:
    anna = await person(db, "Anna")
    call = view(C1, state=CallState.SELF_SERVICE, **proved(anna))
    await add_card(db, call)
    assert (await stored(db)).topic == ""
    over = replace(call, version=2, state=CallState.SELF_SERVED, ended_at=PROVED_AT)
    await add_card(db, replace(over, closed_at=PROVED_AT))
    found = await stored(db)
    assert (found.state, found.topic, found.essence) == (CallState.SELF_SERVED, "cards", "")
    assert found.completed_at is None and found.agent is None
    async with db.reading() as session:
        (contact,) = await timeline(session, anna, 5)
    assert contact.topic == "cards", "it is a contact of his, though his number says nothing"


async def test_an_agents_topic_is_his_own(db: Database) -> None:
    boris = await hired(db, "boris")
    await add_card(db, talking(C1, boris.id, self_service=MENU))
    assert (await stored(db)).topic == ""
    async with db.unit_of_work() as session:
        await session.execute(update(CallCard).values(topic="loans"))
    await add_card(db, talking(C1, boris.id, self_service=MENU, version=4))
    assert (await stored(db)).topic == "loans"


async def test_a_pin_verifies_the_party_that_it_is_of_and_nobody_else(db: Database) -> None:
    anna, boris = await person(db, "Anna"), await hired(db, "boris")
    other = await person(db, "Other")
    await add_card(db, talking(C1, boris.id, **{**suggested(other), **proved(anna)}))
    by_pin = Sureness(level=KNOWLEDGE, how=VerifiedHow.PIN, at=PROVED_AT)
    assert await sure(db, anna) == by_pin
    assert (await sure(db, other)).level is NONE
    assert (await stored(db)).suggested_party == anna
    async with db.reading() as session:
        assert await verified_call(session, anna, boris.id) == (C1, KNOWLEDGE)


async def test_it_is_known_before_sql_has_the_card() -> None:
    anna = PartyId("anna")
    live = view(C1, **proved(anna))
    assert sureness(None, anna, by_number=None, live=live).how is VerifiedHow.PIN
    assert sureness(None, PartyId("other"), by_number=None, live=live).level is NONE
    called_back = view(C1, self_service=replace(MENU, party=anna, level=0))
    assert sureness(None, anna, by_number=anna, live=called_back).level is NUMBER


async def test_the_agents_word_goes_before_whatever_was_keyed(db: Database) -> None:
    anna, boris = await person(db, "Anna"), await hired(db, "boris")
    call = talking(C1, boris.id, **proved(anna))
    await add_card(db, call)
    for version, level in ((4, VerificationLevel.STRONG), (5, NONE)):
        async with db.unit_of_work() as session:
            await verify(session, C1, boris.id, party=anna, level=level)
        await add_card(db, replace(call, version=version))
        found = await sure(db, anna, replace(call, version=version))
        assert found.level is level
    assert (await stored(db)).verified_how is VerifiedHow.AGENT


async def test_a_second_pin_takes_the_place_of_the_first(db: Database) -> None:
    anna, wife = await person(db, "Anna"), await person(db, "Wife")
    await add_card(db, view(C1, state=CallState.SELF_SERVICE, **proved(anna)))
    again = {**proved(wife), "proved_at": PROVED_AT + timedelta(seconds=9)}
    await add_card(db, view(C1, version=2, state=CallState.SELF_SERVICE, **again))
    assert (await sure(db, wife)).level is KNOWLEDGE
    assert (await sure(db, anna)).level is NONE


async def test_a_party_that_is_not_there_holds_no_card_up(db: Database) -> None:
    await add_card(db, view(C1, **proved(PartyId("stranger"))))
    found = await stored(db)
    assert (found.verification, found.verified_party) == (0, None)
    assert found.self_service is not None


@pytest.mark.parametrize("match", Match)
def test_he_is_taken_for_whom_a_pin_proved_else_for_the_one_of_his_number(match: Match) -> None:
    one = Candidate(party=PartyId("one"), name="One", reason="mobile_number")
    call = view(match=match, candidates=(one,))
    assert taken_for(call) == (one.party if match is Match.ONE else None)
    assert taken_for(replace(call, **proved(PartyId("wife")))) == "wife"
