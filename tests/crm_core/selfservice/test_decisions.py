"""The decision on an application, told at the keypad: to its applicant, as clients are told."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from crm_core.applications.deciding import tell
from crm_core.applications.rights import Act, NotPermitted
from crm_core.applications.states import ApplicationState, VoteChoice
from crm_core.corebank.alarms import told as bank_told
from crm_core.corebank.names import EntityName
from crm_core.database import Database
from crm_core.models import CoApplicant, CreditApplication, OutboxMessage
from crm_core.money import Money
from crm_core.selfservice.answers import (
    Answer,
    AnswerKind,
    DecisionItem,
    DecisionState,
    Service,
)
from crm_core.selfservice.looking_up import Answers
from crm_core.selfservice.subjects.decisions import AS_TOLD
from routing.ids import CallId, PartyId
from tests.crm_core.applications.desk import SMALL, Desk, desk
from tests.crm_core.bank.test_holdings import audited
from tests.crm_core.conftest import FakeClock, person

CALL = CallId("pbx1-1.1")


async def ask(db: Database, party: PartyId) -> Answer:
    return await Answers(db).answer(Service.DECISION, party=party, level=2, call=CALL)


async def states(db: Database, party: PartyId) -> list[DecisionState]:
    answer = await ask(db, party)
    return [one.state for one in answer.items if isinstance(one, DecisionItem)]


async def decided(at: Desk, choice: VoteChoice, counter: Money | None = None) -> str:
    application = await at.apply()
    await at.to_last_stage(application)
    await at.vote(application, "olga", choice, counter)
    return application


async def test_a_decision_is_told_from_the_desk_to_the_keypad(db: Database) -> None:
    at = await desk(db)
    assert (await ask(db, at.party)).kind is AnswerKind.NONE
    application = await at.apply()
    assert await states(db, at.party) == []
    await at.papers(application)
    await at.do(application, Act.SUBMIT, "mila")
    assert await states(db, at.party) == [DecisionState.UNDER_REVIEW]
    await at.do(application, Act.TAKE, "olga")
    await at.do(application, Act.ASK_CLIENT, "olga")
    assert await states(db, at.party) == [DecisionState.DOCUMENTS_WANTED]
    half = Money(SMALL.minor // 2, "RUB")
    application = await decided(at, VoteChoice.COUNTER, half)
    item, older = (await ask(db, at.party)).items
    ends = (await at.see(application)).line.decision_expires_on
    assert item == DecisionItem(
        application=application,
        state=DecisionState.APPROVED,
        asked=SMALL,
        approved=half,
        expires_on=ends,
    )
    assert isinstance(older, DecisionItem)
    assert (older.state, older.approved) == (DecisionState.DOCUMENTS_WANTED, None)
    audit = (await audited(db, "amounts_revealed"))[-1]
    assert audit[:3] == ("self_service", at.party, f"call:{CALL}")


async def test_hearing_it_to_its_end_is_being_told_once_and_the_first_call_stands(
    db: Database, clock: FakeClock
) -> None:
    at, answers = await desk(db), Answers(db)
    application = await decided(at, VoteChoice.APPROVE)
    heard, first = await ask(db, at.party), clock.at
    assert (await at.see(application)).informed_in_call is None
    for call in (CALL, CallId("pbx1-2.2")):
        clock.pass_(minutes=3)
        await answers.told(heard, party=at.party, call=call)
    seen = await at.see(application)
    assert seen.informed_in_call == CALL
    assert seen.line.client_informed_at == first + timedelta(minutes=3)
    told = await audited(db, "application_told")
    assert told == [("self_service", application, f"call:{CALL}", {})]
    async with db.reading() as session:
        (message,) = await session.scalars(select(OutboxMessage.payload))
    assert (message["call"], message["decision"]) == (CALL, "approve")
    assert await states(db, at.party) == [DecisionState.APPROVED]
    await at.do(application, Act.ACCEPT, "mila")
    with pytest.raises(NotPermitted):
        async with db.unit_of_work() as session:
            await tell(session, application, CALL, by=at.staff["agent"])


async def test_nobody_else_can_have_been_told(db: Database) -> None:
    at, answers = await desk(db), Answers(db)
    application, wife = await decided(at, VoteChoice.DECLINE), await person(db, "Petrova")
    async with db.unit_of_work() as session:
        session.add(CoApplicant(application=application, party=wife))
    assert (await ask(db, wife)).kind is AnswerKind.NONE
    heard = await ask(db, at.party)
    await answers.told(heard, party=wife, call=CALL)
    stale = Answer(service=Service.DECISION, kind=AnswerKind.STALE, items=heard.items)
    await answers.told(stale, party=at.party, call=CALL)
    assert (await at.see(application)).informed_in_call is None
    assert await states(db, at.party) == [DecisionState.DECLINED]


async def test_under_review_is_no_decision_to_have_been_told(db: Database) -> None:
    at = await desk(db)
    application = await at.apply()
    await at.papers(application)
    await at.do(application, Act.SUBMIT, "mila")
    await Answers(db).told(await ask(db, at.party), party=at.party, call=CALL)
    assert await audited(db, "application_told") == []


async def test_what_has_run_out_is_told_no_more(db: Database, clock: FakeClock) -> None:
    at = await desk(db)
    approved = await decided(at, VoteChoice.APPROVE)
    await decided(at, VoteChoice.DECLINE)
    ends = (await at.see(approved)).line.decision_expires_on
    assert ends is not None
    clock.pass_(days=(ends - clock.at.date()).days)
    assert set(await states(db, at.party)) == {DecisionState.APPROVED, DecisionState.DECLINED}
    clock.pass_(days=1)
    assert await states(db, at.party) == [DecisionState.DECLINED]
    clock.pass_(days=90)
    assert (await ask(db, at.party)).kind is AnswerKind.NONE


async def test_the_core_banks_decisions_are_as_old_as_its_last_word(
    db: Database, clock: FakeClock
) -> None:
    at = await desk(db)
    await decided(at, VoteChoice.APPROVE)
    async with db.unit_of_work() as session:
        await session.execute(update(CreditApplication).values(source="abs", source_key="1"))
        await bank_told(session, "abs", EntityName.APPLICATION)
        await bank_told(session, "other", EntityName.BALANCE)
    clock.pass_(minutes=5)
    assert (await ask(db, at.party)).kind is AnswerKind.FOUND
    clock.pass_(seconds=1)
    old = await ask(db, at.party)
    assert (old.kind, old.items) == (AnswerKind.STALE, ())
    assert old.as_of == clock.at - timedelta(minutes=5, seconds=1)


def test_every_state_is_told_or_left_out_on_purpose() -> None:
    left_out = {"draft", "disbursed", "expired", "withdrawn"}
    assert {one.value for one in ApplicationState} - {one.value for one in AS_TOLD} == left_out
