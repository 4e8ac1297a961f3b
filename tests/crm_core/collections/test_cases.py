"""Cases: they open, are worked on and end as the arrears and the people say."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from crm_core.audit import verify
from crm_core.bank.agreements import add_role
from crm_core.bank.arrears import Pause
from crm_core.bank.business_day import pause_arrears
from crm_core.bank.terms import AgreementRole, PauseReason
from crm_core.collections.cases import (
    CaseStale,
    StepDone,
    assign,
    do_step,
    move,
    owners,
    pause,
    resume,
)
from crm_core.collections.planning import day_begins
from crm_core.collections.states import CaseEvent, CasePause, CaseState, Channel, ContactOutcome
from crm_core.database import Database
from crm_core.errors import FieldRefused
from crm_core.models import AuditEvent, CaseEventRow, CaseItem, CollectionCase, Role
from crm_core.states import MoveRefused
from routing.ids import PartyId
from tests.crm_core.bank.offers import TODAY, lent
from tests.crm_core.collections.debtors import (
    DAY,
    INSTALMENT,
    RULES,
    case_of,
    collector,
    debtor,
    night,
    paid,
    seen,
)
from tests.crm_core.conftest import person

TALK = StepDone(
    channel=Channel.CALL, outcome=ContactOutcome.RIGHT_PARTY, step="promise_call", note="Sick leave"
)


async def test_arrears_open_one_case_with_each_overdue_loan_once(db: Database) -> None:
    party, loan = await debtor(db, days=12)
    async with db.unit_of_work() as session:
        other = await lent(session, party, first_due_on=TODAY - 40 * DAY)
        await lent(session, party, first_due_on=TODAY + DAY)
    guarantor = await person(db, "Guarantor")
    async with db.unit_of_work() as session:
        role = AgreementRole.GUARANTOR
        await add_role(session, loan, guarantor, role=role, starts_on=TODAY - DAY)
    assert (await night(db))["opened"] == 1
    case = await case_of(db, party)
    assert (case.state, case.episode, case.worst_dpd) == (CaseState.OPEN, 1, 40)
    assert (case.strategy, case.stage, case.next_step) == (
        "persons",
        "negotiation",
        "negotiation_call",
    )
    assert case.next_action_at == day_begins(TODAY - 9 * DAY)
    async with db.reading() as session:
        items = list(await session.scalars(select(CaseItem)))
    assert {one.agreement for one in items} == {loan, other}
    assert {one.case for one in items} == {case.id}


async def test_the_same_night_twice_changes_nothing(db: Database) -> None:
    party, _loan = await debtor(db)
    await night(db)
    before = await case_of(db, party)
    assert (await night(db)).get("opened", 0) == 0
    after = await case_of(db, party)
    told = "id state score next_step next_action_at worst_dpd zero_on reviewed_on episode"
    assert [getattr(after, one) for one in told.split()] == [
        getattr(before, one) for one in told.split()
    ]


async def test_the_score_is_the_sum_of_its_factors(db: Database) -> None:
    party, _loan = await debtor(db, days=12)
    await night(db)
    case = await case_of(db, party)
    assert case.factors == [{"factor": "dpd", "figure": 12, "points": 20}]
    assert (case.score, case.score_version) == (20, RULES.score.version)


async def test_arrears_that_the_bank_has_paused_open_no_case(db: Database) -> None:
    party, loan = await debtor(db)
    async with db.unit_of_work() as session:
        held = Pause(starts_on=TODAY - 3 * DAY)
        await pause_arrears(session, loan, held, reason=PauseReason.DISPUTE)
    assert "opened" not in await night(db)
    async with db.reading() as session:
        mine = select(CollectionCase).where(CollectionCase.party == party)
        assert (await session.scalars(mine)).all() == []


async def test_three_business_days_without_arrears_cure_a_case(db: Database) -> None:
    """TODAY is a Monday; the weekend does not count."""
    party, loan = await debtor(db)
    thursday = TODAY + 3 * DAY
    await night(db)
    await paid(db, loan, INSTALMENT)
    for on in (thursday, thursday + DAY, thursday + 2 * DAY, thursday + 3 * DAY):
        await night(db, on)
        assert (await case_of(db, party)).state is CaseState.OPEN
    counts = await night(db, thursday + 4 * DAY)
    case = await case_of(db, party)
    assert (counts["cured"], case.state, case.closed_on) == (1, CaseState.CLOSED, date(2026, 3, 9))
    assert case.zero_on == thursday
    async with db.reading() as session:
        kinds = list(await session.scalars(select(CaseEventRow.kind).order_by(CaseEventRow.id)))
        assert (await verify(session)).unbroken
    assert kinds == ["open", "cure", "close"]


@pytest.mark.parametrize(("gone", "again"), [(30, True), (31, False)])
async def test_new_arrears_open_the_same_case_for_a_time(
    db: Database, gone: int, again: bool
) -> None:
    party, loan = await debtor(db, days=1)
    await night(db)
    await paid(db, loan, INSTALMENT)
    for n in range(3):
        await night(db, TODAY + n * DAY)
    first = await case_of(db, party)
    assert first.closed_on == TODAY + 2 * DAY
    await night(db, first.closed_on + gone * DAY)
    second = await case_of(db, party)
    assert second.state is CaseState.OPEN
    assert (second.id == first.id, second.episode) == (again, 2 if again else 1)


async def test_a_talk_takes_a_case_of_nobody_into_contact(db: Database) -> None:
    party, _loan = await debtor(db)
    kira = await collector(db)
    await night(db)
    async with db.unit_of_work() as session:
        await do_step(session, await seen(db, party, kira.id), TALK, RULES)
    case = await case_of(db, party)
    assert (case.state, case.owner) == (CaseState.IN_CONTACT, kira.id)
    assert case.next_step == "negotiation_call", "the step that was done is followed by the next"
    assert case.next_action_at == day_begins(TODAY + 19 * DAY)
    async with db.reading() as session:
        told = list(await session.scalars(select(AuditEvent.detail)))
    assert {"step": "promise_call", "channel": "call", "outcome": "right_party"} in told
    assert not any("Sick" in str(one) for one in told), "the audit has codes, no notes"


async def test_who_was_slower_is_refused(db: Database) -> None:
    party, _loan = await debtor(db)
    kira, lev = await collector(db), await collector(db, "lev")
    await night(db)
    both = [await seen(db, party, one.id) for one in (kira, lev)]
    async with db.unit_of_work() as session:
        await do_step(session, both[0], TALK, RULES)
    with pytest.raises(CaseStale):
        async with db.unit_of_work() as session:
            await do_step(session, both[1], TALK, RULES)


async def test_only_those_who_work_on_cases_can_own_one(db: Database) -> None:
    party, _loan = await debtor(db)
    kira, boss = await collector(db), await collector(db, "sofia", Role.SUPERVISOR)
    await night(db)
    async with db.unit_of_work() as session:
        await assign(session, await seen(db, party, boss.id), kira.id, RULES)
        assert await owners(session) == [(kira.id, "Kira")]
    case = await case_of(db, party)
    assert (case.state, case.owner) == (CaseState.ASSIGNED, kira.id)
    with pytest.raises(FieldRefused, match="cannot_work_cases"):
        async with db.unit_of_work() as session:
            await assign(session, await seen(db, party, boss.id), boss.id, RULES)


async def test_a_pause_holds_the_work_until_its_day(db: Database) -> None:
    party, _loan = await debtor(db)
    boss = await collector(db, "sofia", Role.SUPERVISOR)
    await night(db)
    until = TODAY + 5 * DAY
    async with db.unit_of_work() as session:
        told = await seen(db, party, boss.id)
        await pause(session, told, RULES, until=until, reason=CasePause.HARDSHIP)
    case = await case_of(db, party)
    assert (case.state, case.paused_in) == (CaseState.PAUSED, CaseState.OPEN)
    assert case.next_action_at == day_begins(until)
    with pytest.raises(MoveRefused):
        async with db.unit_of_work() as session:
            await do_step(session, await seen(db, party, boss.id), TALK, RULES)
    await night(db, until - DAY)
    assert (await case_of(db, party)).state is CaseState.PAUSED
    await night(db, until)
    case = await case_of(db, party)
    assert (case.state, case.pause_ends_on, case.pause_reason) == (CaseState.OPEN, None, None)


@pytest.mark.parametrize(("days", "code"), [(0, "in_the_past"), (91, "too_late")])
async def test_a_pause_has_limits(db: Database, days: int, code: str) -> None:
    party, _loan = await debtor(db)
    boss = await collector(db, "sofia", Role.SUPERVISOR)
    await night(db)
    with pytest.raises(FieldRefused, match=code):
        async with db.unit_of_work() as session:
            await pause(
                session,
                await seen(db, party, boss.id),
                RULES,
                until=TODAY + days * DAY,
                reason=CasePause.BANK,
            )


async def test_a_paused_case_is_resumed_by_hand_and_a_cured_one_by_itself(db: Database) -> None:
    party, loan = await debtor(db)
    boss = await collector(db, "sofia", Role.SUPERVISOR)
    await night(db)
    until = TODAY + 60 * DAY
    for resumed in (True, False):
        async with db.unit_of_work() as session:
            told = await seen(db, party, boss.id)
            await pause(session, told, RULES, until=until, reason=CasePause.DISPUTE)
        if resumed:
            async with db.unit_of_work() as session:
                await resume(session, await seen(db, party, boss.id), RULES)
            assert (await case_of(db, party)).state is CaseState.OPEN
    await paid(db, loan, INSTALMENT)
    for n in range(3):
        await night(db, TODAY + n * DAY)
    assert (await case_of(db, party)).state is CaseState.CLOSED


async def in_court(db: Database) -> tuple[PartyId, str]:
    party, loan = await debtor(db, days=100)
    kira, boss = await collector(db), await collector(db, "sofia", Role.SUPERVISOR)
    await night(db)
    async with db.unit_of_work() as session:
        await do_step(session, await seen(db, party, kira.id), TALK, RULES)
    for event in (CaseEvent.ESCALATE, CaseEvent.FILE):
        async with db.unit_of_work() as session:
            await move(session, await seen(db, party, boss.id), event, RULES)
    return party, loan


async def test_what_is_cured_in_court_is_recovered(db: Database) -> None:
    party, loan = await in_court(db)
    await paid(db, loan, 200_000)
    for n in range(3):
        await night(db, TODAY + n * DAY)
    assert (await case_of(db, party)).state is CaseState.RECOVERED


async def test_what_was_written_off_opens_no_other_case(db: Database) -> None:
    party, _loan = await in_court(db)
    boss = await collector(db, "boris", Role.SUPERVISOR)
    async with db.unit_of_work() as session:
        await move(session, await seen(db, party, boss.id), CaseEvent.WRITE_OFF, RULES)
    case = await case_of(db, party)
    assert (case.state, case.closed_on) == (CaseState.WRITTEN_OFF, TODAY)
    assert "opened" not in await night(db, TODAY + DAY)


async def test_moves_that_nobody_makes_by_hand_are_refused(db: Database) -> None:
    party, _loan = await debtor(db)
    boss = await collector(db, "sofia", Role.SUPERVISOR)
    await night(db)
    for event in (CaseEvent.CURE, CaseEvent.KEEP, CaseEvent.FILE):
        with pytest.raises(MoveRefused):
            async with db.unit_of_work() as session:
                await move(session, await seen(db, party, boss.id), event, RULES)


WRONG_CASES = (
    {"state": "closed"},
    {"closed_on": TODAY},
    {"state": "paused"},
    {"pause_ends_on": TODAY},
    {"state": "assigned"},
    {"state": "lost"},
    {"episode": 0},
)


async def test_the_database_holds_a_case_to_its_rules(db: Database) -> None:
    party, _loan = await debtor(db)
    await night(db)
    for wrong in WRONG_CASES:
        with pytest.raises((IntegrityError, LookupError)):
            async with db.unit_of_work() as session:
                await session.execute(update(CollectionCase).values(**wrong))
    case = await case_of(db, party)
    columns = {
        column.key: getattr(case, column.key)
        for column in CollectionCase.__table__.columns
        if column.key != "id"
    }
    with pytest.raises(IntegrityError):
        async with db.unit_of_work() as session:
            session.add(CollectionCase(id="second", **columns))


async def test_a_night_of_an_earlier_date_is_passed_over(db: Database) -> None:
    party, _loan = await debtor(db)
    await night(db, TODAY + 5 * DAY)
    before = await case_of(db, party)
    await night(db, TODAY + timedelta(days=2))
    after = await case_of(db, party)
    assert (after.reviewed_on, after.worst_dpd) == (before.reviewed_on, before.worst_dpd)
