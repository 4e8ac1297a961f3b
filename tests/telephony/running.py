"""A node of ours on the real Asterisk, with an engine that listens and callers and phones to try.

The engine takes every fact, so that what we believe is real; its commands are not carried out:
here the test alone commands.
"""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from config.pbx.options import PbxOptions
from routing.calls import OVER
from routing.commands import (
    CallCommand,
    ConsultColleague,
    HangUpCall,
    HoldCall,
    JoinCall,
    OfferCall,
    ReturnToWaiting,
)
from routing.engine import Engine
from routing.facts import CallArrived, Fact, RosterLoaded
from routing.ids import AgentId, CallId, CommandId, FactId, FlowId, LegId, NodeId, OfferId
from routing.notices import CallView
from routing.terms import OfferKind, PhoneKind
from telephony.accounts import AccountOptions
from telephony.ami import PROVISIONING_ACTIONS, AmiClient, AmiOptions
from telephony.endpoints import AgentPhones, EndpointBook
from telephony.node import AsteriskNode, NodeOptions
from telephony.orders import Ways
from telephony.outbound import Outbound
from telephony.phones import Switchboard
from telephony.phrases import Voice
from telephony.translate import WANTED_EVENTS
from tests.parts.asterisk import registered_phone
from tests.parts.raw_ami import RawAmi
from tests.parts.softphone import PhoneCall, Softphone
from tests.routing.house import ANNA, BORIS, ROSTER

NODE = NodeId("pbx1")
PATIENCE = 15.0
QUICK = NodeOptions(heartbeat=0.2, lost_after=0.5, resync_retry=0.1)

_NUMBERS = itertools.count(1)
SomeFact = TypeVar("SomeFact", bound=Fact)
SomeCommand = TypeVar("SomeCommand", bound=CallCommand)


@dataclass
class SlowClock:
    """A clock that is `behind` the machine's (and so Asterisk's)."""

    behind: timedelta = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) - self.behind


@dataclass
class RunningNode:
    """The node, and all it has told so far."""

    options: PbxOptions
    book: EndpointBook
    clock: SlowClock = field(default_factory=SlowClock)
    alive: Callable[[], bool] = lambda: True
    facts: list[Fact] = field(default_factory=list)
    engine: Engine = field(default_factory=Engine)
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    synced_when_told: list[bool] = field(default_factory=list)
    placed: list[CallView] = field(default_factory=list)
    """Calls that only the test has placed: the engine is not asked."""
    outbound: str = ""
    keypads: str = ""
    node: AsteriskNode = field(init=False)

    def make(self, port: int, options: NodeOptions) -> None:
        ami = AmiOptions(
            node=NODE,
            host=self.options.bind,
            port=port,
            username="tellerline",
            secret=self.options.secrets.application,
            wanted_events=WANTED_EVENTS,
            retry_first=0.05,
            retry_cap=0.2,
        )
        self.node = AsteriskNode(
            NODE,
            AmiClient(ami, clock=self.clock.now),
            self.book,
            lambda raw: raw if raw.startswith("+") else None,
            submit=self.submit,
            believed=self.believed,
            alive=lambda: self.alive(),
            clock=self.clock,
            options=options,
            ways=Ways(
                voice=Voice(languages=frozenset({"en", "ru"}), house="en"),
                outbound=Outbound(template=self.outbound, caller_id="+74951000000"),
            ),
            keypads=lambda: self.keypads,
        )
        now = self.clock.now()
        self.engine.apply(RosterLoaded(id=FactId("roster"), at=now, roster=ROSTER))

    def submit(self, fact: Fact) -> None:
        self.facts.append(fact)
        self.synced_when_told.append(self.node.is_synced)
        self.engine.apply(fact)
        self.changed.set()

    def believed(self, node: NodeId) -> list[CallView]:
        ours = [c for c in self.engine.calls() if c.node == node and c.state not in OVER]
        return ours + self.placed

    def told(self, kind: type[SomeFact], **fields: Any) -> list[SomeFact]:
        """The facts of this kind, and with these fields, so far."""
        return [
            fact
            for fact in self.facts
            if isinstance(fact, kind) and all(getattr(fact, k) == v for k, v in fields.items())
        ]

    async def until(self, kind: type[SomeFact], nth: int = 1, **fields: Any) -> SomeFact:
        """The nth such fact, waiting for it."""
        await self.until_true(lambda: len(self.told(kind, **fields)) >= nth)
        return self.told(kind, **fields)[nth - 1]

    async def until_true(self, condition: Callable[[], bool]) -> None:
        """Wait until it holds; looked at after each fact, and now and then."""
        async with asyncio.timeout(PATIENCE):
            while not condition():
                self.changed.clear()
                alarm = asyncio.get_running_loop().call_later(0.05, self.changed.set)
                await self.changed.wait()
                alarm.cancel()

    def command(self, make: type[SomeCommand], call: CallId, **fields: Any) -> SomeCommand:
        """Give the node a command about a call."""
        made = make(
            id=CommandId(f"test{next(_NUMBERS)}"),
            node=NODE,
            call=call,
            customer=LegId(call),
            **fields,
        )
        self.node.carry_out(made)
        return made

    def offer(self, call: CallId, agent: AgentId, survey: FlowId | None = None) -> OfferCall:
        """Ring the agent for the call."""
        return self.command(
            OfferCall,
            call,
            offer=OfferId(f"0f{next(_NUMBERS):02x}"),
            agent=agent,
            seconds=20,
            kind=OfferKind.CALL,
            survey=survey,
        )

    def wait(self, call: CallId) -> ReturnToWaiting:
        return self.command(ReturnToWaiting, call, release=None)

    def hold(self, call: CallId, leg: LegId) -> HoldCall:
        return self.command(HoldCall, call, leg=leg)

    def join(self, call: CallId, leg: LegId) -> JoinCall:
        return self.command(JoinCall, call, leg=leg)

    def consult(self, call: CallId, leg: LegId, agent: AgentId) -> ConsultColleague:
        return self.command(
            ConsultColleague,
            call,
            leg=leg,
            offer=OfferId(f"0f{next(_NUMBERS):02x}"),
            agent=agent,
            seconds=20,
        )

    def hang_up(self, call: CallId) -> HangUpCall:
        return self.command(HangUpCall, call, release=None)


@dataclass
class Desks:
    """Anna's and Boris's phones, and customers who call in."""

    options: PbxOptions
    ami: RawAmi
    book: EndpointBook
    anna: Softphone
    boris: Softphone
    stack: AsyncExitStack

    async def call(self) -> tuple[PhoneCall, str]:
        """A customer calls from a number of his own."""
        number = f"+7495001{next(_NUMBERS):04d}"
        phone = await self.stack.enter_async_context(
            Softphone((self.options.bind, self.options.ports.sip), number)
        )
        return await phone.call("+74951111111", caller_name="Ivan"), number

    async def caller(self, running: RunningNode) -> tuple[PhoneCall, CallId]:
        """A customer calls, and the node has told of him."""
        call, number = await self.call()
        arrived = await running.until(CallArrived, number=number)
        await asyncio.wait_for(call.up.wait(), 5)
        return call, arrived.call

    async def where(self, call: CallId) -> str:
        """The context in which a customer's channel is, '' if it is gone."""
        shown = await self.ami.list("CoreShowChannels")
        return next((c["Context"] for c in shown if c["Uniqueid"] == call), "")


@asynccontextmanager
async def desks(options: PbxOptions, ami: RawAmi, provisioning: RawAmi) -> AsyncIterator[Desks]:
    """Both phones registered, under endpoints of this test alone."""
    names = [f"d7{next(_NUMBERS):010x}" for _ in range(2)]
    book = EndpointBook(
        AgentPhones(agent=agent, name=agent.title(), browser=f"a{name[1:]}", desk=name)
        for agent, name in zip((ANNA, BORIS), names, strict=True)
    )
    async with AsyncExitStack() as stack:
        phones = []
        for agent, name in zip((ANNA, BORIS), names, strict=True):
            phone = await registered_phone(options, provisioning, name)
            stack.push_async_exit(phone)
            book.activate(agent, PhoneKind.DESK)
            phones.append(phone)
        anna, boris = phones
        yield Desks(options, ami, book, anna, boris, stack)


@asynccontextmanager
async def running_node(
    desks: Desks,
    *,
    port: int = 0,
    options: NodeOptions = QUICK,
    clock: SlowClock | None = None,
    outbound: str = "",
    keypads: str = "",
) -> AsyncIterator[RunningNode]:
    """Our node, running from here on; `port` if not Asterisk's own."""
    running = RunningNode(
        desks.options, desks.book, clock or SlowClock(), outbound=outbound, keypads=keypads
    )
    running.make(port or desks.options.ports.ami, options)
    task = asyncio.create_task(running.node.run())
    try:
        yield running
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@asynccontextmanager
async def switchboard(running: RunningNode, *, port: int = 0) -> AsyncIterator[Switchboard]:
    """A switchboard for this node; `port` if accounts are not written to Asterisk's own."""
    pbx = running.options
    ami = AmiOptions(
        node=NODE,
        host=pbx.bind,
        port=port or pbx.ports.ami,
        username="tellerline-provision",
        secret=pbx.secrets.provisioning,
        event_mask="off",
        allowed_actions=PROVISIONING_ACTIONS,
    )
    client = AmiClient(ami, clock=running.clock.now)
    board = Switchboard(
        running.book, lambda: [running.node], [client], AccountOptions(media_address=pbx.bind)
    )
    running.node.on_synced(board.forget_members)
    task = asyncio.create_task(board.run())
    try:
        async with asyncio.timeout(PATIENCE):
            while not (client.is_up or port):
                await asyncio.sleep(0.01)
        yield board
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
