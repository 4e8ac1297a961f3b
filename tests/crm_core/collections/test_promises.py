"""Promises: taken within limits, proved by payments, kept or broken at the close of business."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from crm_core.collections.cases import pause
from crm_core.collections.planning import day_begins
from crm_core.collections.promises import (
    PromiseFacts,
    PromiseRunning,
    PromiseUnknown,
    ReplacedTooOften,
    SecondPersonNeeded,
    ask_to_cancel,
    cancel,
    settle_exception,
    take_promise,
)
from crm_core.collections.states import CasePause, CaseState, LateReason, PromiseState
from crm_core.database import Database
from crm_core.errors import FieldRefused
from crm_core.models import (
    LedgerEntry,
    OutboxMessage,
    Promise,
    PromiseAllocation,
    PromiseException,
    Role,
)
from crm_core.money import Money
from crm_core.states import MoveRefused
from crm_core.tasks.reading import tasks
from crm_core.tasks.task import TaskFilters
from routing.ids import AgentId, PartyId
from tests.crm_core.bank.offers import TODAY, lent
from tests.crm_core.collections.debtors import (
    DAY,
    INSTALMENT,
    RULES,
    bounced,
    case_of,
    collector,
    debtor,
    night,
    paid,
    promises_of,
    seen,
)
from tests.crm_core.conftest import FakeClock

DUE = TODAY + 5 * DAY
LAST = DUE + RULES.promises.grace_days * DAY


async def promised(
    db: Database,
    party: PartyId,
    by: AgentId,
    *,
    minor: int = INSTALMENT,
    due_on: date = DUE,
    currency: str = "RUB",
    replaces: str | None = None,
) -> str:
    facts = PromiseFacts(
        amount=Money(minor, currency),
        due_on=due_on,
        reason=LateReason.SALARY_LATE,
        replaces=replaces,
    )
    async with db.unit_of_work() as session:
        return await take_promise(session, await seen(db, party, by), facts, RULES)


async def a_promise(db: Database, *, minor: int = INSTALMENT) -> tuple[PartyId, str, str]:
    """A party, his loan, and his promise of TODAY."""
    party, loan = await debtor(db)
    kira = await collector(db)
    await night(db)
    return party, loan, await promised(db, party, kira.id, minor=minor)


async def state_of(db: Database, promise: str) -> tuple[PromiseState, int, date | None]:
    async with db.reading() as session:
        row = await session.get_one(Promise, promise)
    return row.state, row.kept_minor, row.decided_on


async def test_a_promise_puts_the_next_step_off_and_its_author_owns_the_case(db: Database) -> None:
    party, _loan, promise = await a_promise(db)
    case = await case_of(db, party)
    assert (case.state, case.owner is not None) == (CaseState.PROMISED, True)
    assert case.next_action_at is not None and case.next_action_at > day_begins(LAST)
    (row,) = await promises_of(db, case.id)
    assert (row.id, row.last_on, row.threshold_pct) == (promise, LAST, 90)


WRONG = (
    ({"due_on": TODAY - DAY}, "in_the_past"),
    ({"due_on": TODAY + 15 * DAY}, "too_late"),
    ({"minor": 0}, "not_positive"),
    ({"minor": INSTALMENT + 1}, "more_than_owed"),
    ({"currency": "USD"}, "nothing_overdue"),
)


@pytest.mark.parametrize(("wrong", "code"), WRONG)
async def test_a_promise_has_limits(db: Database, wrong: dict[str, object], code: str) -> None:
    party, _loan = await debtor(db)
    kira = await collector(db)
    await night(db)
    with pytest.raises(FieldRefused, match=code):
        await promised(db, party, kira.id, **wrong)  # type: ignore[arg-type]


async def test_what_falls_due_by_its_day_can_be_promised_too(db: Database) -> None:
    party, _loan = await debtor(db, days=20)
    kira = await collector(db)
    await night(db)
    assert await promised(db, party, kira.id, minor=INSTALMENT + 11_100, due_on=TODAY + 10 * DAY)


async def test_payments_within_the_grace_keep_it_by_the_threshold(db: Database) -> None:
    party, loan, promise = await a_promise(db)
    await paid(db, loan, 5_000, on=DUE)
    await night(db, DUE)
    assert await state_of(db, promise) == (PromiseState.ACTIVE, 5_000, None)
    await paid(db, loan, 5_080, on=LAST)
    await night(db, LAST)
    assert await state_of(db, promise) == (PromiseState.KEPT, 10_080, LAST)
    assert (await case_of(db, party)).state is CaseState.IN_CONTACT, "a part is overdue still"


async def test_one_unit_below_the_threshold_breaks_it(db: Database, clock: FakeClock) -> None:
    party, loan, promise = await a_promise(db)
    await paid(db, loan, 10_079, on=DUE)
    await night(db, LAST - DAY)
    assert (await state_of(db, promise))[0] is PromiseState.ACTIVE
    clock.pass_(days=7)
    await night(db, LAST)
    assert await state_of(db, promise) == (PromiseState.BROKEN, 10_079, LAST)
    case = await case_of(db, party)
    assert (case.state, case.next_step) == (CaseState.IN_CONTACT, "promise_broken")
    assert case.next_action_at == clock.now(), "due now"
    assert {"factor": "broken", "figure": 1, "points": 15} in case.factors


async def test_the_whole_amount_keeps_it_at_once_and_an_entry_is_not_overspent(
    db: Database,
) -> None:
    _party, loan, promise = await a_promise(db, minor=4_000)
    await paid(db, loan, 9_000)
    await night(db)
    assert await state_of(db, promise) == (PromiseState.KEPT, 4_000, TODAY)
    async with db.reading() as session:
        (share,) = list(await session.scalars(select(PromiseAllocation.amount_minor)))
    assert share == 4_000


async def test_what_was_paid_before_or_too_late_does_not_count(
    db: Database, clock: FakeClock
) -> None:
    party, loan = await debtor(db)
    kira = await collector(db)
    await night(db)
    await paid(db, loan, 1_000)
    await night(db)
    clock.pass_(minutes=1)
    promise = await promised(db, party, kira.id, minor=10_000)
    await paid(db, loan, 10_000, on=LAST + DAY)
    await night(db, LAST)
    assert await state_of(db, promise) == (PromiseState.BROKEN, 0, LAST)


async def test_a_reversed_payment_counts_no_more_while_the_promise_runs(db: Database) -> None:
    _party, loan, promise = await a_promise(db)
    entry = await paid(db, loan, 5_000)
    await night(db)
    assert (await state_of(db, promise))[1] == 5_000
    await bounced(db, entry)
    await night(db, TODAY + DAY)
    assert await state_of(db, promise) == (PromiseState.ACTIVE, 0, None)


async def test_reversed_after_it_was_kept_it_is_an_exception(db: Database) -> None:
    party, loan, promise = await a_promise(db)
    entry = await paid(db, loan, INSTALMENT)
    await night(db)
    await bounced(db, entry)
    assert (await night(db, TODAY + DAY))["exceptions"] == 1
    assert "exceptions" not in await night(db, TODAY + DAY), "once"
    assert await state_of(db, promise) == (PromiseState.KEPT, INSTALMENT, TODAY)
    async with db.reading() as session:
        (task,) = (await tasks(session, TaskFilters(party=party))).items
        owner = (await case_of(db, party)).owner
        assert (task.type, task.owner, task.subject_kind) == ("check_promise", owner, "case")
    boss = await collector(db, "sofia", Role.SUPERVISOR)
    async with db.unit_of_work() as session:
        told = await seen(db, party, boss.id)
        await settle_exception(session, told, promise, entry)
    async with db.unit_of_work() as session:
        row = (await session.scalars(select(PromiseException))).one()
        assert (row.found_on, row.settled_by) == (TODAY + DAY, boss.id)
        with pytest.raises(PromiseUnknown):
            await settle_exception(session, await seen(db, party, boss.id), promise, "none")


async def test_a_new_promise_replaces_the_one_it_names_so_often(
    db: Database, clock: FakeClock
) -> None:
    party, loan, first = await a_promise(db)
    case = await case_of(db, party)
    kira = case.owner
    assert kira is not None
    with pytest.raises(PromiseRunning):
        await promised(db, party, kira)
    clock.pass_(minutes=1)
    await paid(db, loan, 1_000)
    await night(db)
    clock.pass_(minutes=1)
    second = await promised(db, party, kira, minor=10_000, replaces=first)
    assert await state_of(db, first) == (PromiseState.REPLACED, 1_000, TODAY)
    third = await promised(db, party, kira, minor=10_000, replaces=second)
    with pytest.raises(ReplacedTooOften):
        await promised(db, party, kira, minor=10_000, replaces=third)
    await night(db)
    assert (await state_of(db, third))[1] == 0, "what was paid before counts for the first alone"


async def test_a_promise_is_cancelled_by_two_persons(db: Database) -> None:
    party, _loan, promise = await a_promise(db)
    kira = (await case_of(db, party)).owner
    assert kira is not None
    boss = await collector(db, "sofia", Role.SUPERVISOR)
    with pytest.raises(SecondPersonNeeded):
        async with db.unit_of_work() as session:
            await cancel(session, await seen(db, party, boss.id), promise, RULES)
    async with db.unit_of_work() as session:
        await ask_to_cancel(session, await seen(db, party, kira), promise, reason="Wrong client")
    with pytest.raises(SecondPersonNeeded):
        async with db.unit_of_work() as session:
            await cancel(session, await seen(db, party, kira), promise, RULES)
    async with db.unit_of_work() as session:
        await cancel(session, await seen(db, party, boss.id), promise, RULES)
    assert (await state_of(db, promise))[0] is PromiseState.CANCELLED
    assert (await case_of(db, party)).state is CaseState.IN_CONTACT
    with pytest.raises(MoveRefused):
        async with db.unit_of_work() as session:
            await cancel(session, await seen(db, party, boss.id), promise, RULES)


async def test_a_promise_is_decided_during_a_pause_and_the_case_knows_after_it(
    db: Database,
) -> None:
    party, _loan, promise = await a_promise(db)
    boss = await collector(db, "sofia", Role.SUPERVISOR)
    async with db.unit_of_work() as session:
        told = await seen(db, party, boss.id)
        await pause(session, told, RULES, until=LAST + 5 * DAY, reason=CasePause.BANK)
    with pytest.raises(MoveRefused):
        await promised(db, party, boss.id, replaces=promise)
    await night(db, LAST)
    case = await case_of(db, party)
    assert (await state_of(db, promise))[0] is PromiseState.BROKEN
    assert (case.state, case.paused_in) == (CaseState.PAUSED, CaseState.IN_CONTACT)


async def test_a_case_waits_for_its_promise_before_it_is_cured(db: Database) -> None:
    party, loan, promise = await a_promise(db)
    async with db.unit_of_work() as session:
        wrong = update(Promise).values(amount_minor=INSTALMENT + 5_000)
        await session.execute(wrong.where(Promise.id == promise))
    await paid(db, loan, INSTALMENT)
    for n in range(4):
        await night(db, TODAY + n * DAY)
    assert (await case_of(db, party)).state is CaseState.PROMISED
    await night(db, LAST)
    assert (await state_of(db, promise))[0] is PromiseState.BROKEN
    assert (await case_of(db, party)).state is CaseState.CLOSED


async def test_the_payments_of_another_debtor_prove_nothing(db: Database) -> None:
    _party, _loan, promise = await a_promise(db)
    async with db.unit_of_work() as session:
        stranger = await lent(session, (await debtor(db, name="Other"))[0], first_due_on=TODAY)
    await paid(db, stranger, INSTALMENT)
    await night(db)
    assert (await state_of(db, promise))[1] == 0


WRONG_PROMISES = (
    {"amount_minor": 0},
    {"kept_minor": INSTALMENT + 1},
    {"kept_minor": -1},
    {"state": "kept", "decided_on": TODAY},
    {"state": "broken"},
    {"state": "cancelled", "decided_on": TODAY},
    {"decided_on": TODAY},
    {"due_on": LAST + DAY},
    {"threshold_pct": 0},
    {"cancel_reason": "nobody asked"},
)


async def test_the_database_holds_a_promise_to_its_rules(db: Database) -> None:
    party, _loan, _promise = await a_promise(db)
    for wrong in WRONG_PROMISES:
        with pytest.raises(IntegrityError):
            async with db.unit_of_work() as session:
                await session.execute(update(Promise).values(**wrong))
    case = await case_of(db, party)
    alone = {"cancel_asked_by": case.owner, "cancel_reason": "x", "cancelled_by": case.owner}
    with pytest.raises(IntegrityError):
        async with db.unit_of_work() as session:
            told = {"state": "cancelled", "decided_on": TODAY, **alone}
            await session.execute(update(Promise).values(**told))
    (row,) = await promises_of(db, case.id)
    columns = {c.key: getattr(row, c.key) for c in Promise.__table__.columns if c.key != "id"}
    with pytest.raises(IntegrityError):
        async with db.unit_of_work() as session:
            session.add(Promise(id="second", **columns))


async def test_sums_are_exact(db: Database, clock: FakeClock) -> None:
    """Invariant: kept = the sum of the allocations; an entry gives at most its own amount."""
    party, loan, first = await a_promise(db, minor=3_333)
    kira = (await case_of(db, party)).owner
    assert kira is not None
    for n in range(4):
        clock.pass_(minutes=1)
        await paid(db, loan, 1_111 + n)
        await night(db)
    await promised(db, party, kira, minor=2_000)
    clock.pass_(minutes=1)
    await paid(db, loan, 1_999)
    await night(db, TODAY + timedelta(days=1))
    async with db.reading() as session:
        share = PromiseAllocation
        kept = select(share.promise, func.sum(share.amount_minor)).group_by(share.promise)
        sums = {promise: int(minor) for promise, minor in await session.execute(kept)}
        rows = {one.id: one.kept_minor for one in await session.scalars(select(Promise))}
        spent = select(LedgerEntry.amount_minor, func.sum(share.amount_minor))
        spent = spent.join(share, share.entry == LedgerEntry.id).group_by(LedgerEntry.id)
        assert all(used <= whole for whole, used in await session.execute(spent))
    assert sums == rows and sums[first] == 3_333


async def test_the_bank_is_told_of_a_promise_and_of_its_end_once(db: Database) -> None:
    party, loan, promise = await a_promise(db)
    await paid(db, loan, INSTALMENT)
    await night(db)
    await night(db)
    async with db.reading() as session:
        told = list(await session.scalars(select(OutboxMessage).order_by(OutboxMessage.seq)))
    assert [(one.kind, one.subject) for one in told] == [
        ("promise.created", party),
        ("promise.kept", party),
    ]
    assert {one.payload["promise"] for one in told} == {promise}
    assert told[1].payload["kept_minor"] == INSTALMENT
