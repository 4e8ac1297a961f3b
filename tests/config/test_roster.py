"""The roster: read again when anything changed, handed in only then, and no call feels it."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from config.queueing import read_queues
from config.roster import RosterKeeper
from config.settings import PACKAGE
from crm_core.clock import SystemClock
from crm_core.database import Database, upgrade
from crm_core.staff.assignment import Known, Posting, assign, assignments
from crm_core.staff.employees import Employee, deactivate
from routing.commands import CallCommand, OfferCall
from routing.facts import (
    AgentRang,
    CallArrived,
    CallConnected,
    Candidate,
    ConsoleConnected,
    Fact,
    NodeConnected,
    NodeSynced,
    PhoneChanged,
    RosterLoaded,
    ShiftStarted,
)
from routing.ids import AgentId, CallId, FactId, LegId, NodeId, PartyId, QueueId, SkillId
from routing.loop import FileJournal, RoutingLoop
from routing.notices import CallView, Notice
from routing.roster import Roster
from routing.rules.terms import NO_RULES, RuleSet
from routing.terms import CallState, PhoneKind, PhoneState
from telephony.endpoints import EndpointBook
from tests.crm_core.conftest import START, FakeClock, hired

NODE = NodeId("pbx1")
SERVICE, CARDS = QueueId("service"), QueueId("cards")
PLAN = read_queues(PACKAGE)
KNOWN = Known(
    queues=[one.queue for one in PLAN.queues], skills=[SkillId(one) for one in PLAN.skills]
)


@dataclass
class Neighbours:
    """What the keeper hands its roster to, and the loop its commands."""

    facts: list[Fact] = field(default_factory=list)
    loaded: list[Roster] = field(default_factory=list)
    commands: list[CallCommand] = field(default_factory=list)
    rules: RuleSet = NO_RULES

    def submit(self, fact: Fact) -> None:
        self.facts.append(fact)

    def load(self, roster: Roster) -> None:
        self.loaded.append(roster)

    def carry_out(self, command: CallCommand) -> None:
        self.commands.append(command)

    def at_once(self, number: str, *, proved: PartyId | None = None) -> Sequence[Candidate]:
        return ()

    async def candidates(
        self, number: str, *, proved: PartyId | None = None
    ) -> Sequence[Candidate]:
        return ()

    def show(self, notices: Sequence[Notice]) -> None:
        """Nobody looks."""

    async def published(self, _session: AsyncSession) -> RuleSet:
        return self.rules


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file to copy, for migrating each test's own takes time."""
    path = tmp_path_factory.mktemp("template") / "bank.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
async def db(template: Path, tmp_path: Path) -> AsyncIterator[Database]:
    path = tmp_path / "bank.db"
    shutil.copy(template, path)
    database = Database(f"sqlite:///{path}", clock=SystemClock())
    yield database
    await database.close()


async def posted(
    db: Database, employee: Employee, *queues: QueueId, skills: dict[str, int] | None = None
) -> None:
    """The employee serves these queues and has these skills."""
    async with db.unit_of_work() as session:
        (now,) = [one for one in await assignments(session) if one.employee == employee.id]
        posting = Posting(
            queues=frozenset(queues),
            skills={SkillId(skill): level for skill, level in (skills or {}).items()},
            version=now.version,
        )
        await assign(session, employee.id, posting, known=KNOWN, by="test")


def keeper(db: Database, around: Neighbours, clock: FakeClock) -> RosterKeeper:
    return RosterKeeper(
        db,
        PLAN,
        clock=clock,
        intake=around,
        screens=around,
        book=EndpointBook(),
        rules=around.published,
    )


async def test_only_a_roster_that_differs_is_handed_in(db: Database) -> None:
    around, clock = Neighbours(), FakeClock()
    kept = keeper(db, around, clock)
    anna = await hired(db, "anna")
    assert await kept.reload()
    clock.pass_(minutes=30)
    assert not await kept.reload()
    await posted(db, anna, SERVICE, skills={"english": 4})
    assert await kept.reload()
    (profile,) = around.loaded[-1].agents
    assert (profile.queues, profile.skills) == ((SERVICE,), ((SkillId("english"), 4),))
    around.rules = RuleSet(version="7")
    assert await kept.reload()
    fact = around.facts[-1]
    assert isinstance(fact, RosterLoaded) and fact.roster.rules.version == "7"
    assert fact.roster == around.loaded[-1]
    assert len({fact.id for fact in around.facts}) == 3


async def test_schedules_are_handed_in_anew_each_day(db: Database) -> None:
    around, clock = Neighbours(), FakeClock()
    kept = keeper(db, around, clock)
    await kept.reload()
    clock.at = START + timedelta(days=1)
    assert await kept.reload()
    first, second = (one.schedules for one in around.loaded)
    assert all(one.spans[-1][1] > START + timedelta(days=30) for one in first)
    assert [one.schedule for one in first] == [one.schedule for one in second]
    assert first != second


# ── With the real loop ──────────────────────────────────────────────────────────────────────


@dataclass
class Running:
    """A loop that runs, with its keeper."""

    loop: RoutingLoop
    around: Neighbours
    keeper: RosterKeeper
    told: int = 0

    def tell(self, make: type[Fact], **fields: object) -> None:
        self.told += 1
        fact = make(id=FactId(f"f{self.told}"), at=self.now(), **fields)
        self.loop.submit(fact)

    def now(self) -> datetime:
        return SystemClock().now()

    def call(self, call: str) -> CallView | None:
        return next((one for one in self.loop.engine.calls() if one.call == call), None)

    def start(self, agent: AgentId) -> None:
        self.tell(ConsoleConnected, agent=agent)
        self.tell(ShiftStarted, agent=agent, phone=PhoneKind.BROWSER)
        self.tell(PhoneChanged, agent=agent, state=PhoneState.READY)

    def arrive(self, call: str, dialled: str = "4000") -> None:
        self.tell(
            CallArrived,
            call=CallId(call),
            node=NODE,
            leg=LegId(call),
            number=None,
            raw="",
            caller_name="",
            dialled=dialled,
        )

    def is_(self, call: str, state: CallState) -> bool:
        view = self.call(call)
        return view is not None and view.state is state

    async def offered(self, call: str) -> OfferCall:
        found: list[OfferCall] = []

        def offer() -> bool:
            found[:] = [
                one
                for one in self.around.commands
                if isinstance(one, OfferCall) and one.call == call
            ]
            return bool(found)

        await until(offer)
        return found[-1]

    async def connect(self, call: str) -> None:
        offer = await self.offered(call)
        leg = LegId(f"{call}-leg")
        rang = {"call": CallId(call), "agent": offer.agent, "leg": leg}
        self.tell(AgentRang, **rang, offer=offer.offer)
        self.tell(CallConnected, **rang)
        await until(lambda: self.is_(call, CallState.TALKING))

    def skills_of(self, agent: AgentId) -> bool:
        """Whether the loop has taken up a roster in which the agent has any skill."""
        return any(one.agent == agent and one.skills for one in self.around.loaded[-1].agents)


async def until(holds: object) -> None:
    assert callable(holds)
    async with asyncio.timeout(5):
        while not holds():
            await asyncio.sleep(0.005)


@asynccontextmanager
async def running(db: Database, tmp_path: Path) -> AsyncIterator[Running]:
    around = Neighbours()
    journal = FileJournal(tmp_path / "journal")
    loop = RoutingLoop(journal, SystemClock(), around, around, around)
    loop.recover()
    kept = RosterKeeper(
        db, PLAN, clock=SystemClock(), intake=loop, screens=around, book=EndpointBook()
    )
    await kept.reload()
    tasks = [asyncio.create_task(loop.run()), asyncio.create_task(kept.run())]
    house = Running(loop, around, kept)
    house.tell(NodeConnected, node=NODE)
    house.tell(NodeSynced, node=NODE)
    yield house
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def test_a_reload_disturbs_no_call_and_takes_effect(db: Database, tmp_path: Path) -> None:
    anna, boris = await hired(db, "anna"), await hired(db, "boris")
    await posted(db, anna, SERVICE)
    async with running(db, tmp_path) as house:
        house.start(anna.id)
        house.start(boris.id)
        house.arrive("talking")
        await house.connect("talking")
        house.arrive("waiting", dialled="4001")
        await until(lambda: house.is_("waiting", CallState.QUEUED))
        before, commands = house.call("talking"), list(house.around.commands)

        await posted(db, anna, CARDS, skills={"english": 3})
        house.keeper.changed()
        await until(lambda: house.skills_of(anna.id))
        house.arrive("later")
        await until(lambda: house.is_("later", CallState.QUEUED))
        assert unchanged(house.call("talking"), before)
        assert house.is_("waiting", CallState.QUEUED)
        assert [one for one in house.around.commands if one not in commands] == []

        await posted(db, boris, CARDS)
        house.keeper.changed()
        assert (await house.offered("waiting")).agent == boris.id
        assert unchanged(house.call("talking"), before)
    assert house.loop.defects == 0


async def test_who_leaves_the_bank_ends_his_call_first(db: Database, tmp_path: Path) -> None:
    anna = await hired(db, "anna")
    await posted(db, anna, SERVICE)
    async with running(db, tmp_path) as house:
        house.start(anna.id)
        house.arrive("talking")
        await house.connect("talking")
        before, commands = house.call("talking"), list(house.around.commands)
        async with db.unit_of_work() as session:
            await deactivate(session, anna.id, by="test", reason="left")
        house.keeper.changed()
        await until(lambda: not house.around.loaded[-1].agents)
        house.arrive("later")
        await until(lambda: house.is_("later", CallState.QUEUED))
        assert unchanged(house.call("talking"), before)
        assert [one for one in house.around.commands if one not in commands] == []
    assert house.loop.defects == 0


def unchanged(now: CallView | None, before: CallView | None) -> bool:
    """Whether a call is as it was; its version may be a later one."""
    assert now is not None and before is not None
    return replace(now, version=before.version) == before
