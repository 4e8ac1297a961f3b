"""Whatever anybody tries, in whatever order: nothing is approved but by enough of the right people.

The same random acts as the web would make them, by everybody, on SQLite.
"""

import asyncio
import contextlib
import itertools
import shutil
import tempfile
from collections.abc import Coroutine
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from crm_core.applications.moving import MOVING
from crm_core.applications.rights import Act
from crm_core.applications.states import APPLICATION_MOVES, ApplicationState, VoteChoice
from crm_core.applications.timer import run
from crm_core.database import Database
from crm_core.errors import Refused
from crm_core.money import Money
from crm_core.worktime.sla import ClockState
from tests.crm_core.applications.desk import LARGE, MIDDLE, SMALL, desk
from tests.crm_core.conftest import FakeClock

STAFF = ("mila", "nina", "olga", "pavel", "rita", "agent")
OFFICERS = {"Olga", "Pavel", "Rita"}
people = st.sampled_from(STAFF)
S = ApplicationState


class AnyOrder(RuleBasedStateMachine):
    """One application, and everybody who might touch it."""

    template: Path

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.folder = tempfile.mkdtemp()
        path = Path(self.folder) / "bank.db"
        shutil.copy(self.template, path)
        self.clock = FakeClock()
        self.db = Database(f"sqlite:///{path}", clock=self.clock)
        self.desk = self.run(desk(self.db))
        self.application = ""
        self.before = S.DRAFT

    def run(self, doing: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run_until_complete(doing)

    def attempt(self, doing: Coroutine[Any, Any, Any]) -> None:
        with contextlib.suppress(Refused):
            self.run(doing)

    @rule(amount=st.sampled_from([SMALL, MIDDLE, LARGE]), by=st.sampled_from(["mila", "olga"]))
    def apply(self, amount: Money, by: str) -> None:
        if not self.application:
            self.application = self.run(self.desk.apply(amount, by))

    @rule(wanted=st.sampled_from(sorted(MOVING - {Act.WITHDRAW})), by=people)
    def act(self, wanted: Act, by: str) -> None:
        if self.application:
            self.attempt(self.desk.do(self.application, wanted, by))

    @rule(by=people)
    def go_on(self, by: str) -> None:
        """What is most likely next, so that runs come far."""
        if self.application:
            for wanted in (Act.SUBMIT, Act.TAKE, Act.PASS):
                self.attempt(self.desk.do(self.application, wanted, by))

    @rule(by=people)
    def papers(self, by: str) -> None:
        if self.application:
            self.attempt(self.desk.papers(self.application, by))

    @rule(by=people, choice=st.sampled_from(VoteChoice))
    def vote(self, by: str, choice: VoteChoice) -> None:
        counter = Money(1_000_00, "RUB") if choice is VoteChoice.COUNTER else None
        if self.application:
            self.attempt(self.desk.vote(self.application, by, choice, counter))

    @rule(minutes=st.sampled_from([1, 45, 600, 3_000, 50_000]))
    def wait(self, minutes: int) -> None:
        self.clock.at += timedelta(minutes=minutes)

        async def nothing(_done: int) -> None:
            pass

        self.run(run(self.db, now=self.clock.now(), progress=nothing))

    @invariant()
    def only_enough_of_the_right_people_decide(self) -> None:
        if not self.application:
            return
        seen = self.run(self.desk.see(self.application))
        votes = {vote.voter_name for vote in seen.votes}
        makers = {
            one.actor for one in seen.history if one.move in ("create", "submit", "recommend")
        }
        assert votes <= OFFICERS - makers
        if seen.line.decision is not None:
            assert len(votes) >= seen.route.stages[-1].votes
        assert (seen.line.approved is None) == (seen.line.decision in (None, VoteChoice.DECLINE))

    @invariant()
    def clocks_stand_where_they_can(self) -> None:
        if not self.application:
            return
        seen = self.run(self.desk.see(self.application))
        for reading in seen.line.clocks.values():
            assert reading.clock.norm_minutes - reading.left_minutes >= 0
            assert reading.clock.paused_minutes >= 0
        running = {one.state for one in seen.line.clocks.values()} & {
            ClockState.RUNNING,
            ClockState.WARNING,
        }
        assert not running or seen.line.state in (S.SUBMITTED, S.REVIEW)

    @invariant()
    def every_step_is_in_the_table(self) -> None:
        """The history's last states follow from each other by the table alone."""
        if not self.application:
            return
        states = [one.state for one in reversed(self.run(self.desk.see(self.application)).history)]
        for one, following in itertools.pairwise(states):
            assert one == following or following in APPLICATION_MOVES[one].values()

    def teardown(self) -> None:
        self.run(self.db.close())
        self.loop.close()
        shutil.rmtree(self.folder)


def test_in_any_order(sqlite_template: Path) -> None:
    AnyOrder.template = sqlite_template
    few = settings(
        max_examples=8,
        stateful_step_count=20,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(AnyOrder, settings=few)  # type: ignore[no-untyped-call]


@pytest.mark.parametrize("state", [S.DISBURSED, S.DECLINED, S.EXPIRED, S.WITHDRAWN])
def test_final_states_are_final(state: ApplicationState) -> None:
    assert not APPLICATION_MOVES[state]
