"""A small call centre for engine tests: a driver that makes facts, and a telephone exchange.

`Exchange` is the verified fake of the telephony port: it does to commands what the real
Asterisk does (the scenarios hold the real one to the same sequences), as facts.
"""

from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from routing.commands import (
    Command,
    ConsultColleague,
    HangUpCall,
    HangUpLeg,
    HoldCall,
    IdentifyCaller,
    JoinCall,
    OfferCall,
    PlaceCall,
    ReturnToWaiting,
    SendAway,
    ServeCaller,
    TellCaller,
)
from routing.decision import Decision
from routing.engine import Engine
from routing.facts import (
    AgentLegEnded,
    AgentRang,
    AvailabilityChosen,
    CallArrived,
    CallConnected,
    CallEnded,
    CallerIdentified,
    CallHeld,
    CallWaiting,
    Candidate,
    ConsoleConnected,
    ConsultConnected,
    CustomerAnswered,
    Fact,
    KeyPressed,
    NodeConnected,
    NodeSynced,
    OfferEnded,
    PhoneChanged,
    PlacingFailed,
    RosterLoaded,
    ShiftStarted,
    TimePassed,
)
from routing.ids import AgentId, CallId, FactId, LegId, NodeId, PartyId, QueueId
from routing.notices import AgentView, CallView
from routing.roster import AgentProfile, QueueProfile, Roster
from routing.terms import (
    Availability,
    EndReason,
    LegEnd,
    NotReadyReason,
    OfferOutcome,
    PhoneKind,
    PhoneState,
)

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
NODE = NodeId("pbx1")
MAIN = QueueId("main")
CARDS = QueueId("cards")
ANNA, BORIS, CLARA, DINA = (AgentId(name) for name in ("anna", "boris", "clara", "dina"))
"""Anna and Boris are managers (in no pool), Clara and Dina are the pool; Dina takes cards too."""

ROSTER = Roster(
    agents=(
        AgentProfile(agent=ANNA, name="Anna"),
        AgentProfile(agent=BORIS, name="Boris"),
        AgentProfile(agent=CLARA, name="Clara", queues=(MAIN,)),
        AgentProfile(agent=DINA, name="Dina", queues=(MAIN, CARDS)),
    ),
    queues=(QueueProfile(queue=MAIN, name="Main"), QueueProfile(queue=CARDS, name="Cards")),
    default_queue=MAIN,
    entries=(("4002", CARDS),),
)

CLIENT = Candidate(
    party=PartyId("client"), name="Client", reason="own_number", managers=(ANNA, BORIS)
)


@dataclass
class House:
    """Drives one engine: gives it facts, keeps time, remembers all facts and commands."""

    engine: Engine = field(default_factory=Engine)
    roster: Roster = ROSTER
    now: datetime = START
    facts: list[Fact] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    commands: deque[Command] = field(default_factory=deque)

    def tell(self, make: type[Fact], **fields: Any) -> Decision:
        """Apply a fact that happens now."""
        fact = make(id=FactId(f"f{len(self.facts)}"), at=self.now, **fields)
        return self.apply(fact)

    def apply(self, fact: Fact) -> Decision:
        decision = self.engine.apply(fact)
        self.facts.append(fact)
        self.decisions.append(decision)
        self.commands.extend(decision.commands)
        return decision

    def wait(self, seconds: float) -> None:
        """Let time pass, with the turns that the loop would take."""
        end = self.now + timedelta(seconds=seconds)
        while (due := self.engine.next_due()) is not None and due <= end:
            self.now = max(self.now, due)
            self.tell(TimePassed)
        self.now = end
        self.tell(TimePassed)

    def call(self, call: str) -> CallView:
        return next(view for view in self.engine.calls() if view.call == call)

    def agent(self, agent: AgentId) -> AgentView:
        return next(view for view in self.engine.agents() if view.agent == agent)

    # ── Agents ──────────────────────────────────────────────────────────────────────────────

    def open(self, *at_work: AgentId) -> "House":
        """Load the roster, connect the node and start the shifts of those named."""
        self.tell(RosterLoaded, roster=self.roster)
        self.tell(NodeConnected, node=NODE)
        self.tell(NodeSynced, node=NODE)
        for agent in at_work:
            self.start(agent)
        return self

    def start(self, agent: AgentId) -> None:
        self.now += timedelta(seconds=1)
        self.tell(ConsoleConnected, agent=agent)
        self.tell(ShiftStarted, agent=agent, phone=PhoneKind.BROWSER)
        self.tell(PhoneChanged, agent=agent, state=PhoneState.READY)

    def go_on_break(self, agent: AgentId) -> None:
        self.tell(
            AvailabilityChosen,
            agent=agent,
            availability=Availability.NOT_READY,
            reason=NotReadyReason.BREAK,
        )

    def become_available(self, agent: AgentId) -> None:
        self.tell(AvailabilityChosen, agent=agent, availability=Availability.AVAILABLE)

    # ── Callers ─────────────────────────────────────────────────────────────────────────────

    def arrive(
        self,
        call: str = "c1",
        *,
        who: tuple[Candidate, ...] = (CLIENT,),
        dialled: str = "4001",
        number: str | None = "+79000000001",
    ) -> CallId:
        """A caller arrives and the directory answers at once."""
        call_id = CallId(call)
        self.tell(
            CallArrived,
            call=call_id,
            node=NODE,
            leg=LegId(call),
            number=number,
            raw=number or "anonymous",
            caller_name="",
            dialled=dialled,
        )
        self.tell(CallWaiting, call=call_id)
        if number is not None:
            self.tell(CallerIdentified, call=call_id, candidates=who)
        return call_id

    def last(self, kind: type[Command]) -> Any:
        """Return the newest command of a kind."""
        return next(c for c in reversed(self.commands) if isinstance(c, kind))

    def offers(self) -> list[OfferCall]:
        return [command for command in self.commands if isinstance(command, OfferCall)]


@dataclass
class Exchange:
    """Answers the engine's commands with the facts that a real exchange would send."""

    house: House
    leg_count: int = 0
    owner_leg: dict[CallId, tuple[AgentId, LegId]] = field(default_factory=dict)
    consulted: dict[CallId, tuple[AgentId, LegId]] = field(default_factory=dict)

    def leg(self) -> LegId:
        self.leg_count += 1
        return LegId(f"leg{self.leg_count}")

    def answer(self, after: float = 3.0) -> CallId:
        """The agent of the newest offer answers."""
        offer = self.house.last(OfferCall)
        self.house.now += timedelta(seconds=after)
        leg = self.leg()
        self.house.tell(AgentRang, call=offer.call, agent=offer.agent, leg=leg, offer=offer.offer)
        self.house.tell(CallConnected, call=offer.call, agent=offer.agent, leg=leg)
        self.owner_leg[offer.call] = (offer.agent, leg)
        call: CallId = offer.call
        return call

    def fail(self, outcome: OfferOutcome, after: float = 20.0) -> None:
        """The newest offer does not come to a talk."""
        offer = self.house.last(OfferCall)
        self.house.now += timedelta(seconds=after)
        self.house.tell(OfferEnded, call=offer.call, offer=offer.offer, outcome=outcome)
        self.house.tell(CallWaiting, call=offer.call)

    def carry_out(self) -> None:
        """Do what the newest command asks, other than offering."""
        self.do(self.house.commands[-1])

    def do(self, command: Command) -> None:
        """Do what a command asks, other than offering."""
        self.house.now += timedelta(milliseconds=20)
        _DOES[type(command)](self, command)

    def press(self, call: CallId, key: str) -> None:
        """A waiting caller presses a key."""
        self.house.tell(KeyPressed, call=call, key=key)

    def hang_up(self, call: CallId, reason: EndReason = EndReason.CALLER) -> None:
        self.house.tell(CallEnded, call=call, reason=reason)
        owner = self.owner_leg.pop(call, None)
        if owner is not None:
            self._leg_ends(call, *owner)

    def _leg_ends(self, call: CallId, agent: AgentId, leg: LegId) -> None:
        self.house.tell(AgentLegEnded, call=call, agent=agent, leg=leg, end=LegEnd.NORMAL)

    def _hold(self, command: HoldCall) -> None:
        self.house.tell(CallHeld, call=command.call)

    def _join(self, command: JoinCall) -> None:
        call = command.call
        colleague = self.consulted.pop(call, None)
        owner = self.owner_leg[call]
        stays, goes = owner, colleague
        if colleague is not None and colleague[1] == command.leg:
            stays, goes = colleague, owner
        self.owner_leg[call] = stays
        self.house.tell(CallConnected, call=call, agent=stays[0], leg=stays[1])
        if goes is not None:
            self._leg_ends(call, *goes)

    def _consult(self, command: ConsultColleague) -> None:
        leg = self.leg()
        self.house.tell(CallHeld, call=command.call)
        self.house.tell(
            AgentRang, call=command.call, agent=command.agent, leg=leg, offer=command.offer
        )
        self.house.tell(ConsultConnected, call=command.call, agent=command.agent, leg=leg)
        self.consulted[command.call] = (command.agent, leg)

    def _return(self, command: ReturnToWaiting) -> None:
        owner = self.owner_leg.pop(command.call, None)
        self.house.tell(CallWaiting, call=command.call)
        if owner is not None:
            self._leg_ends(command.call, *owner)

    def _end(self, command: HangUpCall) -> None:
        self.hang_up(command.call, EndReason.SYSTEM)

    def _tell(self, command: TellCaller) -> None:
        """He has been waiting all the time: nothing is news."""

    def _send_away(self, command: SendAway) -> None:
        self.hang_up(command.call, EndReason.SYSTEM)

    def _end_leg(self, command: HangUpLeg) -> None:
        """The facts of it are told where the test cares."""

    def _place(self, command: PlaceCall) -> None:
        """The test says whether the customer answers: see `reach` and `miss`."""

    def reach(self, call: CallId) -> None:
        """The customer of a call that was placed answers."""
        self.house.now += timedelta(seconds=4)
        self.house.tell(CustomerAnswered, call=call, leg=LegId(call))

    def miss(self, call: CallId, outcome: OfferOutcome = OfferOutcome.NO_ANSWER) -> None:
        """He does not."""
        self.house.now += timedelta(seconds=30)
        self.house.tell(PlacingFailed, call=call, outcome=outcome)

    def _serve(self, command: ServeCaller) -> None:
        """What the caller keys, the test says."""

    def _identify(self, command: IdentifyCaller) -> None:
        """`House.arrive` has told the answer."""


_DOES: dict[type[Command], Any] = {
    HoldCall: Exchange._hold,
    JoinCall: Exchange._join,
    ConsultColleague: Exchange._consult,
    ReturnToWaiting: Exchange._return,
    HangUpCall: Exchange._end,
    HangUpLeg: Exchange._end_leg,
    TellCaller: Exchange._tell,
    SendAway: Exchange._send_away,
    PlaceCall: Exchange._place,
    IdentifyCaller: Exchange._identify,
    ServeCaller: Exchange._serve,
}
