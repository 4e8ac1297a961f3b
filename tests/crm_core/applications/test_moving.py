"""An application on its way: stages, clocks, rights, votes, decision, and what is told."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from crm_core.applications.application import (
    STAGE,
    WHOLE,
    ApplicationStale,
    ApplicationUnknown,
)
from crm_core.applications.client import glance, signals, timeline_events
from crm_core.applications.moving import act, assign
from crm_core.applications.rights import Act, NotPermitted, WhyNot
from crm_core.applications.states import ApplicationState, VoteChoice
from crm_core.applications.timer import run
from crm_core.audit import verify
from crm_core.database import Database
from crm_core.errors import FieldRefused
from crm_core.models import DecisionMade, Role
from crm_core.money import Money
from crm_core.parties.signals import SignalCode
from crm_core.tasks.reading import tasks
from crm_core.tasks.task import TaskFilters
from crm_core.worktime.sla import ClockState
from tests.crm_core.applications.desk import LARGE, MIDDLE, SMALL, Desk, desk
from tests.crm_core.conftest import FakeClock, hired

MONDAY_NOON = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)  # 12:00 in Moscow


async def nothing(_done: int) -> None:
    pass


@pytest.fixture
async def at(db: Database) -> Desk:
    return await desk(db)


async def test_the_amount_chooses_the_route(at: Desk) -> None:
    found = [(await at.see(await at.apply(one))).route.code for one in (SMALL, MIDDLE, LARGE)]
    assert found == ["small", "standard", "committee"]


async def test_a_small_loan_goes_through_and_leaves_a_fact(at: Desk) -> None:
    application = await at.apply()
    await at.to_last_stage(application)
    await at.vote(application, "olga")
    seen = await at.see(application)
    assert seen.line.state is ApplicationState.APPROVED
    assert (seen.line.decision, seen.line.approved) == (VoteChoice.APPROVE, SMALL)
    assert {reading.state for reading in seen.line.clocks.values()} == {ClockState.MET}
    async with at.db.reading() as session:
        fact = (await session.scalars(select(DecisionMade))).one()
        assert (fact.application, fact.decision) == (application, VoteChoice.APPROVE)
        assert (await verify(session)).unbroken
    moves = [one.move for one in reversed(seen.history)]
    assert moves[0] == "create" and moves[-2:] == ["vote_approve", "approve"]


async def test_a_stage_is_not_left_without_its_documents(at: Desk) -> None:
    application = await at.apply()
    await at.do(application, Act.SUBMIT, "mila")
    await at.do(application, Act.TAKE, "olga")
    with pytest.raises(NotPermitted) as refused:
        await at.do(application, Act.PASS, "olga")
    assert refused.value.why is WhyNot.DOCUMENTS


async def test_the_committee_decides_when_enough_have_voted_and_by_the_smallest_offer(
    at: Desk,
) -> None:
    application = await at.apply(LARGE)
    await at.to_last_stage(application)
    await at.vote(application, "olga")
    assert (await at.see(application)).line.state is ApplicationState.REVIEW
    offered = Money(5_000_000_00, "RUB")
    await at.vote(application, "pavel", VoteChoice.COUNTER, offered)
    seen = await at.see(application)
    assert (seen.line.state, seen.line.approved) == (ApplicationState.COUNTER_OFFER, offered)
    assert [vote.voter_name for vote in seen.votes] == ["Olga", "Pavel"]


async def test_a_tie_is_no_approval(at: Desk) -> None:
    application = await at.apply(LARGE)
    await at.to_last_stage(application)
    await at.vote(application, "olga")
    await at.vote(application, "pavel", VoteChoice.DECLINE)
    assert (await at.see(application)).line.state is ApplicationState.DECLINED


async def test_nobody_approves_what_he_made_or_votes_twice(at: Desk) -> None:
    own = await at.apply(by="olga")
    await at.to_last_stage(own, maker="olga")
    with pytest.raises(NotPermitted) as refused:
        await at.vote(own, "olga")
    assert refused.value.why is WhyNot.MAKER
    large = await at.apply(LARGE)
    await at.to_last_stage(large)
    await at.vote(large, "olga")
    with pytest.raises(NotPermitted) as again:
        await at.vote(large, "olga")
    assert again.value.why is WhyNot.VOTED


async def test_whoever_recommended_it_does_not_decide(at: Desk) -> None:
    application = await at.apply(MIDDLE)
    await at.papers(application)
    await at.do(application, Act.SUBMIT, "mila")
    await at.do(application, Act.TAKE, "olga")
    for _ in range(4):
        await at.do(application, Act.PASS, "olga")
    with pytest.raises(NotPermitted) as refused:
        await at.vote(application, "olga")
    assert refused.value.why is WhyNot.MAKER
    await at.vote(application, "pavel")


async def test_a_counter_offer_must_be_smaller(at: Desk) -> None:
    application = await at.apply()
    await at.to_last_stage(application)
    for counter in (None, SMALL, Money(1, "USD")):
        with pytest.raises(FieldRefused):
            await at.vote(application, "olga", VoteChoice.COUNTER, counter)


async def test_waiting_for_the_client_stops_both_clocks(at: Desk, clock: FakeClock) -> None:
    application = await at.apply()
    await at.do(application, Act.SUBMIT, "mila")
    await at.do(application, Act.TAKE, "olga")
    clock.pass_(minutes=30)
    await at.do(application, Act.ASK_CLIENT, "olga")
    clock.pass_(days=3)
    asked = await at.see(application)
    assert {one.state for one in asked.line.clocks.values()} == {ClockState.PAUSED}
    await at.do(application, Act.CLIENT_ANSWERED, "mila")
    going = await at.see(application)
    left = {metric: one.left_minutes for metric, one in going.line.clocks.items()}
    assert left == {STAGE: 30, WHOLE: 330}


async def test_the_night_costs_no_norm(at: Desk, clock: FakeClock) -> None:
    clock.at = datetime(2026, 3, 6, 14, 30, tzinfo=UTC)  # Friday 17:30 in Moscow
    application = await at.apply()
    await at.do(application, Act.SUBMIT, "mila")
    clock.at = datetime(2026, 3, 9, 6, 10, tzinfo=UTC)  # Monday 9:10
    reading = (await at.see(application)).line.clock
    assert reading is not None and reading.left_minutes == 60 - 40


async def test_returned_work_begins_anew_but_the_whole_clock_only_waits(
    at: Desk, clock: FakeClock
) -> None:
    application = await at.apply(LARGE)
    await at.to_last_stage(application)
    await at.vote(application, "olga")
    clock.pass_(minutes=20)
    await at.do(application, Act.RETURN, "olga", "income is not proven")
    clock.pass_(days=1)
    assert (await at.see(application)).line.clocks[WHOLE].state is ClockState.PAUSED
    await at.do(application, Act.SUBMIT, "nina")
    seen = await at.see(application)
    assert (seen.line.stage, seen.votes) == ("documents", ())
    assert seen.line.clocks[WHOLE].left_minutes == seen.route.norm - 20


async def test_the_timer_warns_marks_and_ends_once(at: Desk, clock: FakeClock) -> None:
    application = await at.apply()
    await at.do(application, Act.SUBMIT, "mila")
    clock.pass_(minutes=50)
    warned = await run(at.db, now=clock.now(), progress=nothing)
    clock.pass_(minutes=11)
    breached = await run(at.db, now=clock.now(), progress=nothing)
    again = await run(at.db, now=clock.now(), progress=nothing)
    assert (warned["warned"], breached["breached"]) == (1, 1)
    assert set(again.values()) == {0}
    reading = (await at.see(application)).line.clock
    assert reading is not None and reading.state is ClockState.BREACHED
    assert reading.clock.breached_at == MONDAY_NOON + timedelta(minutes=60)


async def test_a_supervisor_is_told_once_of_an_application_that_is_late(
    at: Desk, clock: FakeClock
) -> None:
    application = await at.apply()
    await at.do(application, Act.SUBMIT, "mila")
    boss = await hired(at.db, "sofia", Role.SUPERVISOR)
    for _stage_then_whole in range(2):
        clock.pass_(days=10)
        await run(at.db, now=clock.now(), progress=nothing)
    async with at.db.reading() as session:
        (task,) = (await tasks(session, TaskFilters(party=at.party))).items
    number = (await at.see(application)).line.number
    assert (task.type, task.title, task.owner) == ("late_application", number, boss.id)


async def test_a_decision_holds_to_the_end_of_its_last_day(at: Desk, clock: FakeClock) -> None:
    application = await at.apply()
    await at.to_last_stage(application)
    await at.vote(application, "olga")
    clock.pass_(days=30)
    assert (await run(at.db, now=clock.now(), progress=nothing))["expired"] == 0
    clock.pass_(days=1)
    assert (await run(at.db, now=clock.now(), progress=nothing))["expired"] == 1
    assert (await at.see(application)).line.state is ApplicationState.EXPIRED


async def test_an_application_is_given_only_to_who_may_act_on_it(at: Desk) -> None:
    application = await at.apply()
    await at.do(application, Act.SUBMIT, "mila")
    async with at.db.unit_of_work() as session:
        await assign(session, application, at.staff["nina"].id, by=at.staff["mila"])
    assert (await at.see(application)).line.owner_name == "Nina"
    with pytest.raises(FieldRefused):
        async with at.db.unit_of_work() as session:
            await assign(session, application, at.staff["agent"].id, by=at.staff["mila"])


async def test_the_agent_looks_and_does_nothing(at: Desk) -> None:
    application = await at.apply()
    seen = await at.see(application, "agent")
    assert all(reason is not None for reason in seen.acts.values())
    with pytest.raises(NotPermitted):
        await at.do(application, Act.SUBMIT, "agent")


async def test_what_was_shown_must_still_be_true(at: Desk) -> None:
    application = await at.apply()
    shown = (await at.see(application)).line.row_version
    await at.do(application, Act.SUBMIT, "mila")
    with pytest.raises(ApplicationStale):
        async with at.db.unit_of_work() as session:
            await act(session, application, Act.TAKE, by=at.staff["olga"], shown=shown)
    with pytest.raises(ApplicationUnknown):
        await at.do("nothing", Act.TAKE, "olga")


async def test_a_note_says_why(at: Desk) -> None:
    application = await at.apply()
    with pytest.raises(FieldRefused):
        await at.do(application, Act.WITHDRAW, "mila", "  ")
    await at.do(application, Act.WITHDRAW, "mila", "bought a bicycle instead")
    assert (await at.see(application)).line.state is ApplicationState.WITHDRAWN


async def test_the_client_page_is_told_what_is_open_and_what_is_not_known_yet(at: Desk) -> None:
    application = await at.apply()
    await at.to_last_stage(application)
    async with at.db.reading() as session:
        assert [one.code for one in await signals(session, at.party)] == [
            SignalCode.APPLICATION_OPEN
        ]
    await at.vote(application, "olga", VoteChoice.DECLINE)
    async with at.db.reading() as session:
        found = await glance(session, at.party)
        events = await timeline_events(session, at.party, before=None, limit=3)
        told = [one.code for one in await signals(session, at.party)]
        rest = await timeline_events(session, at.party, before=events[-1].place, limit=100)
    assert found is not None and found.items[0].untold
    assert told == [SignalCode.APPLICATION_DECIDED]
    assert events[0].detail["what"] == "application.event.decline"
    assert {one.ref for one in events}.isdisjoint(one.ref for one in rest)
    assert len(events) + len(rest) == len((await at.see(application)).history)
