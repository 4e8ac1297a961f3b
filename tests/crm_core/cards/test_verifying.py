"""How sure an agent is: his word, for one party, while there is somebody on the line."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from crm_core.bank.terms import VerificationLevel, VerifiedHow
from crm_core.cards import CardNotYours, CardUnknown, card
from crm_core.cards.verifying import (
    Sureness,
    VerificationRefused,
    sureness,
    verified_call,
    verify,
)
from crm_core.database import Database
from crm_core.models import AuditEvent, CallCard
from routing.ids import AgentId, CallId, PartyId
from routing.terms import CallState
from tests.crm_core.calls import add_card, over, suggested, talking
from tests.crm_core.conftest import START, FakeClock, hired, person

C1 = CallId("c1")
NUMBER, KNOWLEDGE, STRONG = (
    VerificationLevel.NUMBER,
    VerificationLevel.KNOWLEDGE,
    VerificationLevel.STRONG,
)


async def a_call(db: Database) -> tuple[PartyId, AgentId]:
    """Boris talks to Anna, whom her number suggested."""
    anna, boris = await person(db, "Anna", "+79455550101"), await hired(db, "boris")
    await add_card(db, talking(C1, boris.id, **suggested(anna)))
    return anna, boris.id


async def say(db: Database, agent: AgentId, party: PartyId, level: VerificationLevel) -> None:
    async with db.unit_of_work() as session:
        await verify(session, C1, agent, party=party, level=level)


async def sure(db: Database, party: PartyId) -> Sureness:
    async with db.reading() as session:
        found = await card(session, C1)
        return sureness(found, party, by_number=found.suggested_party if found else None)


async def audited(db: Database) -> list[tuple[str, str, str, dict[str, str]]]:
    async with db.reading() as session:
        told = select(AuditEvent).where(AuditEvent.action == "identity_verified")
        events = await session.scalars(told.order_by(AuditEvent.seq))
        return [(one.actor, one.subject, one.reason, one.detail) for one in events]


async def test_a_matching_number_is_a_level_that_opens_nothing(db: Database) -> None:
    anna, _boris = await a_call(db)
    assert await sure(db, anna) == Sureness(level=NUMBER)
    assert not NUMBER.opens_amounts
    assert await sure(db, PartyId("stranger")) == Sureness(level=VerificationLevel.NONE)
    assert sureness(None, anna, by_number=None) == Sureness(level=VerificationLevel.NONE)
    assert sureness(None, anna, by_number=anna) == Sureness(level=NUMBER)


async def test_the_agents_word_holds_with_his_name_and_time_and_is_audited_once(
    db: Database, clock: FakeClock
) -> None:
    anna, boris = await a_call(db)
    clock.pass_(seconds=20)
    for level in (KNOWLEDGE, KNOWLEDGE, STRONG):
        await say(db, boris, anna, level)
    at = START + timedelta(seconds=20)
    assert await sure(db, anna) == Sureness(level=STRONG, how=VerifiedHow.AGENT, by=boris, at=at)
    assert await audited(db) == [
        (boris, anna, "call:c1", {"level": "2", "before": "0"}),
        (boris, anna, "call:c1", {"level": "3", "before": "2"}),
    ]


async def test_he_may_take_his_word_back(db: Database) -> None:
    anna, boris = await a_call(db)
    await say(db, boris, anna, KNOWLEDGE)
    await say(db, boris, anna, VerificationLevel.NONE)
    assert await sure(db, anna) == Sureness(level=NUMBER)
    assert (await audited(db))[-1][3] == {"level": "0", "before": "2"}


async def test_it_holds_for_that_party_only(db: Database) -> None:
    anna, boris = await a_call(db)
    clara = await person(db, "Clara")
    await say(db, boris, anna, STRONG)
    with pytest.raises(VerificationRefused):
        await say(db, boris, clara, STRONG)
    async with db.unit_of_work() as session:
        await session.execute(update(CallCard).values(party=clara))
    assert (await sure(db, clara)).level is VerificationLevel.NONE
    async with db.reading() as session:
        assert await verified_call(session, clara, boris) is None
        assert await verified_call(session, anna, boris) is None
    with pytest.raises(VerificationRefused):
        await say(db, boris, anna, KNOWLEDGE)


async def test_nobody_else_says_it_and_no_number_and_no_call_does(db: Database) -> None:
    anna, boris = await a_call(db)
    with pytest.raises(CardNotYours):
        await say(db, AgentId("clara"), anna, KNOWLEDGE)
    with pytest.raises(VerificationRefused):
        await say(db, boris, anna, NUMBER)
    with pytest.raises(CardUnknown):
        async with db.unit_of_work() as session:
            await verify(session, CallId("other"), boris, party=anna, level=STRONG)
    assert await audited(db) == []


@pytest.mark.parametrize("state", [CallState.WRAP_UP, CallState.CLOSED])
async def test_when_the_caller_has_gone_it_is_too_late(db: Database, state: CallState) -> None:
    anna, boris = await a_call(db)
    await add_card(db, over(C1, boris, state, **suggested(anna)))
    with pytest.raises(VerificationRefused):
        await say(db, boris, anna, KNOWLEDGE)


async def test_it_opens_while_the_agent_works_on_the_call(db: Database) -> None:
    anna, boris = await a_call(db)
    await say(db, boris, anna, KNOWLEDGE)
    open_ = {CallState.TALKING: True, CallState.WRAP_UP: True, CallState.CLOSED_INCOMPLETE: False}
    for version, (state, opens) in enumerate(open_.items(), start=6):
        given = over(C1, boris, state, version=version, **suggested(anna))
        await add_card(db, given)
        async with db.reading() as session:
            found = await verified_call(session, anna, boris)
            assert await verified_call(session, anna, AgentId("clara")) is None
        assert found == ((C1, KNOWLEDGE) if opens else None)
