"""The state machines of cases and promises: their tables, and random lives of a debtor on SQL."""

import asyncio
import contextlib
import shutil
from collections.abc import Coroutine
from datetime import date, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from hypothesis.stateful import run_state_machine_as_test as live_through
from sqlalchemy import func, select

from crm_core.collections.cases import StepDone, do_step, pause, resume
from crm_core.collections.promises import PromiseFacts, ask_to_cancel, cancel, take_promise
from crm_core.collections.states import (
    CASE_STATES,
    ENDED,
    PROMISE_STATES,
    RESUMES,
    CaseEvent,
    CasePause,
    CaseState,
    Channel,
    ContactOutcome,
    LateReason,
    PromiseEvent,
    PromiseState,
)
from crm_core.database import Database
from crm_core.errors import Refused
from crm_core.models import (
    CollectionCase,
    LedgerEntry,
    Promise,
    PromiseAllocation,
    PromiseException,
    Role,
)
from crm_core.money import Money
from crm_core.states import final
from tests.crm_core.bank.offers import TODAY
from tests.crm_core.collections.debtors import (
    DAY,
    RULES,
    bounced,
    collector,
    debtor,
    night,
    paid,
    seen,
)
from tests.crm_core.conftest import FakeClock

T = TypeVar("T")
_LONGEST_WEEKEND = 5
WORKING = set(CASE_STATES) - ENDED - {CaseState.PAUSED, CaseState.CURED}


def test_every_state_and_event_is_in_the_tables() -> None:
    assert set(CASE_STATES) == set(CaseState)
    assert {event for moves in CASE_STATES.values() for event in moves} == set(CaseEvent)
    assert set(PROMISE_STATES) == set(PromiseState)
    assert {event for moves in PROMISE_STATES.values() for event in moves} == set(PromiseEvent)
    assert final(CASE_STATES) == {CaseState.WRITTEN_OFF}
    assert final(PROMISE_STATES) == set(PromiseState) - {PromiseState.ACTIVE}


@pytest.mark.parametrize("state", sorted(WORKING))
def test_every_working_state_can_be_paused_gone_back_to_and_cured(state: CaseState) -> None:
    assert CASE_STATES[state][CaseEvent.PAUSE] is CaseState.PAUSED
    assert CASE_STATES[CaseState.PAUSED][RESUMES[state]] is state
    assert CASE_STATES[state][CaseEvent.CURE] in (CaseState.CURED, CaseState.RECOVERED)


def test_every_state_is_reached_from_the_first() -> None:
    reached, todo = {CaseState.OPEN}, [CaseState.OPEN]
    while todo:
        fresh = set(CASE_STATES[todo.pop()].values()) - reached
        reached |= fresh
        todo += fresh
    assert reached == set(CaseState)


class DebtorsLife(RuleBasedStateMachine):
    """Days pass over a debtor; money comes and bounces, people talk, promise, pause and cancel."""

    def __init__(self, template: Path, folder: Path) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        path = folder / "life.db"
        for old in folder.glob("life.db*"):
            old.unlink()
        shutil.copy(template, path)
        self.clock = FakeClock()
        self.db = Database(f"sqlite:///{path}", clock=self.clock)
        self.on = TODAY
        self.entries: list[str] = []
        self.party, self.loan = self.do(debtor(self.db, days=3))
        self.kira = self.do(collector(self.db)).id
        self.boss = self.do(collector(self.db, "sofia", Role.SUPERVISOR)).id
        self.do(night(self.db, self.on))

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)

    def try_(self, work: Coroutine[Any, Any, None]) -> None:
        """Whatever the rules refuse must leave everything as it was."""
        with contextlib.suppress(Refused):
            self.do(work)

    def teardown(self) -> None:
        self.do(self.db.close())
        self.loop.close()

    @rule(days=st.integers(1, 4))
    def days_pass(self, days: int) -> None:
        for _ in range(days):
            self.on += DAY
            self.clock.at += DAY
            self.do(night(self.db, self.on))

    @rule()
    def the_night_is_done_again(self) -> None:
        self.do(night(self.db, self.on))

    @rule(minor=st.sampled_from([1_000, 5_000, 11_200, 22_300]))
    def money_comes(self, minor: int) -> None:
        self.clock.pass_(seconds=1)
        self.entries.append(self.do(paid(self.db, self.loan, minor, on=self.on)))

    @precondition(lambda self: self.entries)
    @rule(data=st.data())
    def money_bounces(self, data: st.DataObject) -> None:
        entry = data.draw(st.sampled_from(self.entries))
        self.entries.remove(entry)
        self.do(bounced(self.db, entry))

    @rule(outcome=st.sampled_from(list(ContactOutcome)))
    def somebody_calls(self, outcome: ContactOutcome) -> None:
        self.clock.pass_(seconds=1)
        step = StepDone(channel=Channel.CALL, outcome=outcome, step="first_call")
        self.try_(self._worked(lambda s, told: do_step(s, told, step, RULES)))

    @rule(minor=st.integers(500, 12_000), days=st.integers(0, 14))
    def he_promises(self, minor: int, days: int) -> None:
        self.clock.pass_(seconds=1)
        self.try_(self._promised(minor, self.on + days * DAY))

    @rule()
    def a_promise_is_cancelled(self) -> None:
        self.try_(self._cancelled())

    @rule(days=st.integers(1, 6))
    def the_case_is_paused(self, days: int) -> None:
        until, why = self.on + days * DAY, CasePause.DISPUTE
        self.try_(self._worked(lambda s, told: pause(s, told, RULES, until=until, reason=why)))

    @rule()
    def the_case_is_resumed(self) -> None:
        self.try_(self._worked(lambda s, told: resume(s, told, RULES)))

    async def _worked(self, deed: Any) -> None:
        async with self.db.unit_of_work() as session:
            await deed(session, await seen(self.db, self.party, self.kira, on=self.on))

    async def _promised(self, minor: int, due_on: date) -> None:
        told = await seen(self.db, self.party, self.kira, on=self.on)
        facts = PromiseFacts(
            amount=Money(minor, "RUB"),
            due_on=due_on,
            reason=LateReason.FORGOT,
            replaces=await self._active(),
        )
        async with self.db.unit_of_work() as session:
            await take_promise(session, told, facts, RULES)

    async def _cancelled(self) -> None:
        active = await self._active()
        if active is None:
            return
        async with self.db.unit_of_work() as session:
            told = await seen(self.db, self.party, self.kira, on=self.on)
            await ask_to_cancel(session, told, active, reason="A mistake")
        async with self.db.unit_of_work() as session:
            told = await seen(self.db, self.party, self.boss, on=self.on)
            await cancel(session, told, active, RULES)

    async def _active(self) -> str | None:
        async with self.db.reading() as session:
            row = Promise
            found: str | None = await session.scalar(
                select(row.id).where(row.state == PromiseState.ACTIVE)
            )
            return found

    @invariant()
    def what_must_hold_holds(self) -> None:
        self.do(self._check())

    async def _check(self) -> None:
        async with self.db.reading() as session:
            cases = list(await session.scalars(select(CollectionCase)))
            promises = list(await session.scalars(select(Promise)))
            share = PromiseAllocation
            sums = select(share.promise, func.sum(share.amount_minor).label("minor"))
            rows = await session.execute(sums.group_by(share.promise))
            proved = {one.promise: one.minor for one in rows}
            used = select(share.entry, LedgerEntry.amount_minor, func.sum(share.amount_minor))
            used = used.join(LedgerEntry, LedgerEntry.id == share.entry).group_by(share.entry)
            overspent = [row for row in await session.execute(used) if row[2] > row[1]]
            odd = set(await session.scalars(select(PromiseException.promise)))
        assert sum(one.closed_on is None for one in cases) <= 1
        assert not overspent
        for case in cases:
            _check_case(case, [one for one in promises if one.case == case.id], self.on)
        for one in promises:
            assert one.kept_minor == proved.get(one.id, 0)
            _check_promise(one, self.on)
        assert odd <= {one.id for one in promises if one.state is PromiseState.KEPT}


def _check_case(case: CollectionCase, promises: list[Promise], on: date) -> None:
    running = [one for one in promises if one.state is PromiseState.ACTIVE]
    assert len(running) <= 1
    within = case.paused_in or case.state
    assert bool(running) == (within is CaseState.PROMISED)
    replaced = [one.episode for one in promises if one.state is PromiseState.REPLACED]
    assert all(replaced.count(n) <= RULES.promises.max_replaced for n in set(replaced))
    if case.closed_on is None and case.zero_on and not running:
        assert on - case.zero_on <= timedelta(days=_LONGEST_WEEKEND)


def _check_promise(one: Promise, on: date) -> None:
    enough = 100 * one.kept_minor >= one.threshold_pct * one.amount_minor
    if one.state is PromiseState.ACTIVE:
        assert on <= one.last_on
    if one.state is PromiseState.BROKEN:
        assert not enough and one.decided_on == one.last_on
    if one.state is PromiseState.KEPT:
        assert enough


def test_random_lives_of_a_debtor(sqlite_template: Path, tmp_path: Path) -> None:
    live_through(
        lambda: DebtorsLife(sqlite_template, tmp_path),  # type: ignore[arg-type]
        settings=settings(
            max_examples=8,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
