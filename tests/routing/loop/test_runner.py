"""The loop: order, record before effect, a silent directory, a defect, a killed process."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from routing.commands import CallCommand, OfferCall
from routing.facts import (
    BY_PIN,
    CallArrived,
    Candidate,
    ConsoleConnected,
    Fact,
    NodeConnected,
    NodeSynced,
    PhoneChanged,
    RosterLoaded,
    SelfService,
    SelfServiceEnded,
    ShiftStarted,
)
from routing.ids import CallId, FactId, FlowId, LegId, PartyId
from routing.loop import FileJournal, LoopOptions, Overloaded, RoutingLoop
from routing.notices import CallChanged, Notice
from routing.terms import CallState, PhoneKind, PhoneState, ServiceEnd
from tests.routing.house import ANNA, CLARA, CLIENT, NODE, ROSTER


@dataclass
class Surroundings:
    """The loop's neighbours, which note in one list what reaches them, in order."""

    journal: FileJournal
    answer: Sequence[Candidate] = (CLIENT,)
    delay: float = 0.0
    knows: bool = False
    storage_away: bool = False
    seen: list[object] = field(default_factory=list)
    broken_screens: bool = False

    def now(self) -> datetime:
        return datetime.now(UTC)

    def carry_out(self, command: CallCommand) -> None:
        recorded = [entry.decision.commands for entry in self.journal.entries()]
        assert any(command in commands for commands in recorded), "an effect before its record"
        self.seen.append(command)

    def at_once(self, number: str, *, proved: PartyId | None = None) -> Sequence[Candidate] | None:
        if self.storage_away:
            raise ConnectionError
        if proved is not None:
            return [replace(CLIENT, party=proved, reason=BY_PIN, managers=(CLARA,))]
        return self.answer if self.knows else None

    async def candidates(
        self, number: str, *, proved: PartyId | None = None
    ) -> Sequence[Candidate]:
        await asyncio.sleep(self.delay)
        return self.answer

    def show(self, notices: Sequence[Notice]) -> None:
        if self.broken_screens:
            raise ZeroDivisionError
        self.seen.extend(notices)

    async def until(self, kind: type) -> object:
        async with asyncio.timeout(5):
            while True:
                for item in self.seen:
                    if isinstance(item, kind):
                        return item
                await asyncio.sleep(0.005)


@asynccontextmanager
async def running(around: Surroundings, **options: float) -> AsyncIterator[RoutingLoop]:
    loop = RoutingLoop(
        around.journal,
        around,
        around,
        around,
        around,
        LoopOptions(**options),  # type: ignore[arg-type]
    )
    loop.recover()
    task = asyncio.create_task(loop.run())
    yield loop
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


def facts(*agents: str) -> list[Fact]:
    now = datetime.now(UTC)
    made: list[Fact] = [
        RosterLoaded(id=FactId("r"), at=now, roster=ROSTER),
        NodeConnected(id=FactId("n1"), at=now, node=NODE),
        NodeSynced(id=FactId("n2"), at=now, node=NODE),
    ]
    for agent in (ANNA, CLARA):
        if agent in agents:
            made += [
                ConsoleConnected(id=FactId(f"c{agent}"), at=now, agent=agent),
                ShiftStarted(id=FactId(f"s{agent}"), at=now, agent=agent, phone=PhoneKind.BROWSER),
                PhoneChanged(id=FactId(f"p{agent}"), at=now, agent=agent, state=PhoneState.READY),
            ]
    return made


def arrival(call: str = "c1") -> Fact:
    return CallArrived(
        id=FactId(f"arrived:{call}"),
        at=datetime.now(UTC),
        call=CallId(call),
        node=NODE,
        leg=LegId(call),
        number="+79000000001",
        raw="+79000000001",
        caller_name="",
        dialled="4001",
    )


async def test_call_is_identified_and_offered_to_its_manager(tmp_path: Path) -> None:
    around = Surroundings(FileJournal(tmp_path))
    async with running(around) as loop:
        for fact in [*facts(ANNA, CLARA), arrival()]:
            loop.submit(fact)
        offer = await around.until(OfferCall)
    assert isinstance(offer, OfferCall) and offer.agent == ANNA


async def test_silent_directory_holds_nobody_up(tmp_path: Path) -> None:
    around = Surroundings(FileJournal(tmp_path), delay=30)
    async with running(around, directory_timeout=0.05) as loop:
        for fact in [*facts(CLARA), arrival()]:
            loop.submit(fact)
        offer = await around.until(OfferCall)
    assert isinstance(offer, OfferCall) and offer.agent == CLARA


async def test_restarted_loop_knows_what_the_killed_one_knew(tmp_path: Path) -> None:
    around = Surroundings(FileJournal(tmp_path))
    async with running(around) as loop:
        for fact in [*facts(CLARA), arrival()]:
            loop.submit(fact)
        await around.until(OfferCall)
        before = loop.engine.calls(), loop.engine.agents()
    again = Surroundings(FileJournal(tmp_path))
    async with running(again) as loop:
        assert loop.differences == 0
        assert (loop.engine.calls(), loop.engine.agents()) == before
        assert not [item for item in again.seen if isinstance(item, CallCommand)], "none twice"


async def test_broken_screens_do_not_stop_routing(tmp_path: Path) -> None:
    around = Surroundings(FileJournal(tmp_path), broken_screens=True)
    async with running(around) as loop:
        for fact in [*facts(CLARA), arrival()]:
            loop.submit(fact)
        await around.until(OfferCall)
        assert loop.defects > 0


async def test_fact_that_the_engine_cannot_take_is_left_out(tmp_path: Path) -> None:
    around = Surroundings(FileJournal(tmp_path))
    async with running(around) as loop:
        for fact in facts(CLARA):
            loop.submit(fact)
        loop.submit(Fact(id=FactId("nonsense"), at=datetime.now(UTC)))
        loop.submit(arrival())
        await around.until(OfferCall)
        assert loop.defects == 1
        assert all(entry.fact.id != "nonsense" for entry in around.journal.entries())


async def test_silence_is_noticed_by_the_clock(tmp_path: Path) -> None:
    """Nothing but time passes, and the caller whom nobody identifies is served."""
    around = Surroundings(FileJournal(tmp_path), delay=30)
    async with running(around, directory_timeout=20) as loop:
        for fact in [*facts(CLARA), arrival()]:
            loop.submit(fact)
        await around.until(OfferCall)
        alive = loop.alive_at()
        assert alive is not None
        states = [n.call.state for n in around.seen if isinstance(n, CallChanged)]
        assert states[-1] is CallState.RINGING


def test_full_inbox_is_told(tmp_path: Path) -> None:
    around = Surroundings(FileJournal(tmp_path))
    loop = RoutingLoop(around.journal, around, around, around, around, LoopOptions(inbox=1))
    loop.submit(arrival("a"))
    with pytest.raises(Overloaded):
        loop.submit(arrival("b"))


async def test_directory_that_knows_at_once_needs_no_wait(tmp_path: Path) -> None:
    around = Surroundings(FileJournal(tmp_path), delay=30, knows=True)
    async with running(around) as loop:
        for fact in [*facts(ANNA, CLARA), arrival()]:
            loop.submit(fact)
        offer = await around.until(OfferCall)
    assert isinstance(offer, OfferCall) and offer.agent == ANNA


async def test_directory_that_is_away_holds_nobody_up(tmp_path: Path) -> None:
    around = Surroundings(FileJournal(tmp_path), storage_away=True)
    async with running(around) as loop:
        for fact in [*facts(CLARA), arrival()]:
            loop.submit(fact)
        offer = await around.until(OfferCall)
    assert isinstance(offer, OfferCall) and offer.agent == CLARA


async def test_who_proves_who_he_is_comes_to_his_own_manager(tmp_path: Path) -> None:
    around = Surroundings(FileJournal(tmp_path), knows=True)
    roster = replace(ROSTER, flows=(("4001", FlowId("main")),))
    async with running(around) as loop:
        for fact in [*facts(ANNA, CLARA), arrival()]:
            loop.submit(replace(fact, roster=roster) if isinstance(fact, RosterLoaded) else fact)
        loop.submit(self_served())
        offer = await around.until(OfferCall)
    assert isinstance(offer, OfferCall) and offer.agent == CLARA


def self_served() -> Fact:
    service = SelfService(
        flow=FlowId("main"), version="1", node="menu", party=PartyId("wife"), level=2
    )
    return SelfServiceEnded(
        id=FactId("e"),
        at=datetime.now(UTC),
        call=CallId("c1"),
        service=service,
        end=ServiceEnd.PERSON,
    )
