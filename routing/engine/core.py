"""The engine: a deterministic state machine. The same facts give the same decisions, always.

`apply(fact) -> Decision` is all there is to it. Time and ids are in the facts; deadlines that
have come by a fact's time are honoured before the fact itself, so that only facts, never a
clock, move it. It raises nothing for late, repeated or unexpected news.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Self

from routing.calls import OWNED
from routing.decision import NOTHING, Decision
from routing.engine import (
    announcing,
    callbacks,
    consult,
    desk,
    entering,
    inbound,
    nodes,
    recovery,
    self_service,
    shifts,
    supervising,
    wrap_up,
)
from routing.engine.matching import settle
from routing.engine.records import NEW_TALK, Call
from routing.engine.roster import roster_loaded
from routing.engine.timers import Due
from routing.engine.world import ORPHAN_CALLS, ORPHANS_PER_CALL, Checkpoint, World, forget_at
from routing.facts import (
    AgentFact,
    AgentLegEnded,
    AgentRang,
    AssistanceAsked,
    AssistanceTaken,
    AssistanceWithdrawn,
    AvailabilityChosen,
    AvailabilityForced,
    CallArrived,
    CallConnected,
    CallEnded,
    CallerIdentified,
    CallFellBack,
    CallHeld,
    CallWaiting,
    CommandSettled,
    ConsoleConnected,
    ConsoleLost,
    ConsultAsked,
    ConsultCancelAsked,
    ConsultCompleteAsked,
    ConsultConnected,
    CustomerAnswered,
    Fact,
    HangUpAsked,
    HoldAsked,
    KeyPressed,
    MonitorAsked,
    MonitorEnded,
    MonitorStarted,
    MonitorStopAsked,
    NodeConnected,
    NodeDisconnected,
    NodeLost,
    NodeSynced,
    OfferDeclined,
    OfferEnded,
    PhoneChanged,
    PhoneRestarted,
    PlacingFailed,
    ResumeAsked,
    RosterLoaded,
    SelfServiceEnded,
    SelfServiceProgressed,
    ShiftEnded,
    ShiftStarted,
    SurveyStarted,
    TakeOverAsked,
    TimePassed,
    TransferAsked,
    WrapUpExtended,
    WrapUpFinished,
)
from routing.ids import AgentId, CallId
from routing.notices import AgentView, CallView
from routing.terms import CallState, CommandOutcome, OfferOutcome

_AgentCallFact = AgentRang | CallConnected | ConsultConnected | AgentLegEnded

_CALL_FACTS = (
    CallerIdentified,
    CallWaiting,
    CallHeld,
    KeyPressed,
    CustomerAnswered,
    PlacingFailed,
    CallFellBack,
    AgentRang,
    CallConnected,
    ConsultConnected,
    OfferEnded,
    AgentLegEnded,
    CallEnded,
    MonitorStarted,
    MonitorEnded,
    SelfServiceProgressed,
    SelfServiceEnded,
    SurveyStarted,
)


class Engine:
    """Owns the state of one routing domain."""

    def __init__(self) -> None:
        self._world = World()

    def apply(self, fact: Fact) -> Decision:
        """Take one fact in and say what follows from it."""
        world = self._world
        if not world.take_once(fact):
            return NOTHING
        world.begin(fact)
        self._honour_deadlines()
        self._handle(fact)
        if isinstance(fact, CallArrived):
            self._adopt_orphans(fact)
        settle(world)
        announcing.settle(world)
        world.settle_parked()
        return world.conclude()

    def next_due(self) -> datetime | None:
        """Return when a TimePassed fact is wanted at the latest."""
        return self._world.timers.next()

    def calls(self) -> tuple[CallView, ...]:
        """Return all calls known, as they stand."""
        return tuple(call.view() for call in self._world.calls.values())

    def call(self, call: CallId) -> CallView | None:
        """Return one call as it stands, if it is still remembered."""
        known = self._world.calls.get(call)
        return known.view() if known is not None else None

    def agents(self) -> tuple[AgentView, ...]:
        """Return all agents, as they stand."""
        return tuple(agent.view() for agent in self._world.agents.values())

    def dump(self) -> Checkpoint:
        """Write the state down for `restore`. Raises ValueError before the first roster."""
        return self._world.dump()

    @classmethod
    def restore(cls, checkpoint: Checkpoint) -> Self:
        """Build an engine that goes on from a checkpoint."""
        engine = cls()
        world = engine._world
        world.now = checkpoint.now
        world.recall(checkpoint.seen)
        world.nodes = dict(checkpoint.nodes)
        world.calls = {call.call: call for call in checkpoint.calls}
        world.agents = {agent.agent: agent for agent in checkpoint.agents}
        world.use_roster(checkpoint.roster)
        world.learned = {known.queue: known for known in checkpoint.learned}
        world.regroup()
        for call in checkpoint.calls:
            world.touch_call(call)
            _set_deadlines(world, call)
        for agent in checkpoint.agents:
            world.touch_agent(agent)
            if agent.console_lost_at is not None:
                world.set_timer(
                    agent.console_lost_at + shifts.CONSOLE_GRACE, Due.CONSOLE, agent.agent
                )
        world.settle_restored()
        return engine

    def _honour_deadlines(self) -> None:
        world = self._world
        while (due := world.timers.pop_due(world.moment())) is not None:
            _, kind, subject = due
            if kind is Due.CONSOLE:
                shifts.console_overdue(world, world.agents[AgentId(subject)])
                continue
            call = world.calls.get(CallId(subject))
            if call is not None:
                _DEADLINES[kind](world, call)

    def _handle(self, fact: Fact) -> None:
        world = self._world
        if isinstance(fact, _CALL_FACTS) and fact.call not in world.calls:
            self._keep_orphan(fact)
            return
        named = isinstance(fact, AgentFact | _AgentCallFact)
        if named and fact.agent not in world.agents:  # type: ignore[attr-defined]
            return
        _HANDLERS[type(fact)](world, fact)

    def _keep_orphan(self, fact: Any) -> None:
        orphans = self._world.orphans
        kept = orphans.setdefault(fact.call, [])
        if len(kept) < ORPHANS_PER_CALL:
            kept.append(fact)
        if len(orphans) > ORPHAN_CALLS:
            del orphans[next(iter(orphans))]

    def _adopt_orphans(self, arrival: CallArrived) -> None:
        for fact in sorted(self._world.orphans.pop(arrival.call, []), key=lambda f: f.at):
            self._handle(fact)


def _nothing(world: World, fact: Fact) -> None:
    """Time alone moves deadlines, which have been honoured already."""


def _offer_overdue(world: World, call: Call) -> None:
    """No news of an offer within its lease: it counts as not answered."""
    offer = call.open_offer()
    if offer is not None and offer.expires_at <= world.moment():
        if call.state is CallState.DIALLING:
            callbacks.not_reached(world, call, OfferOutcome.UNREACHABLE)
            return
        if offer.kind in NEW_TALK:
            world.park(call)
        inbound.offer_failed(world, call, offer, OfferOutcome.NO_ANSWER)


def _round_over(world: World, call: Call) -> None:
    """Those who missed or refused the call may be asked again."""
    if call.round_ends_at is not None and call.round_ends_at <= world.moment():
        call.round_ends_at = None
        call.passed.clear()
        world.touch_call(call)


def _leave_overdue(world: World, call: Call) -> None:
    """The caller has waited too long; a callback without its customer is given up."""
    if call.customer_here:
        entering.waited_too_long(world, call)
    elif call.state is CallState.QUEUED and call.leave_by is not None:
        callbacks.give_up(world, call)


def _set_deadlines(world: World, call: Call) -> None:
    offer = call.open_offer()
    steps = [(step.opens_at, Due.STEP) for step in call.plan if step.opens_at > world.moment()]
    pairs = (
        *steps,
        (call.leave_by, Due.LEAVE),
        (call.tell_at, Due.TELL),
        (call.not_before, Due.CALLBACK),
        (call.identify_by, Due.IDENTIFY),
        (call.serve_by, Due.SERVE),
        (offer.expires_at if offer else None, Due.OFFER),
        (call.round_ends_at, Due.ROUND),
        (call.recover_until, Due.RECOVERY),
        (call.wrap_up_deadline, Due.WRAP_UP),
        (forget_at(call), Due.FORGET),
        *((at, Due.MONITOR) for at in supervising.deadlines(call)),
    )
    for at, due in pairs:
        if at is not None:
            world.set_timer(at, due, call.call)


def _command_settled(world: World, fact: CommandSettled) -> None:
    """A refused command did nothing: an offer of it is over, an agent's wish is not granted.

    After an unknown outcome the next facts or the snapshot tell what is true.
    """
    call = world.calls.get(fact.call) if fact.call else None
    if call is None or fact.outcome is not CommandOutcome.REFUSED:
        return
    if supervising.command_refused(world, call, fact):
        return
    if self_service.command_refused(world, call, fact.command):
        return
    offer = call.open_offer()
    if offer is not None and offer.command == fact.command and call.state is CallState.DIALLING:
        callbacks.not_reached(world, call, OfferOutcome.UNREACHABLE)
    elif offer is not None and offer.command == fact.command:
        inbound.offer_failed(world, call, offer, OfferOutcome.WITHDRAWN)
    elif call.agent is not None and call.state in OWNED and fact.command != call.telling:
        world.refuse(call.agent, call.call, "telephony_refused")


_DEADLINES: dict[Due, Callable[[World, Call], None]] = {
    Due.IDENTIFY: inbound.identify_overdue,
    Due.OFFER: _offer_overdue,
    Due.ROUND: _round_over,
    Due.RECOVERY: recovery.overdue,
    Due.WRAP_UP: wrap_up.overdue,
    Due.FORGET: World.forget,
    Due.STEP: entering.step_opens,
    Due.LEAVE: _leave_overdue,
    Due.TELL: announcing.due,
    Due.CALLBACK: callbacks.due,
    Due.MONITOR: supervising.overdue,
    Due.SERVE: self_service.overdue,
}

_HANDLERS: dict[type[Fact], Callable[[World, Any], None]] = {
    RosterLoaded: roster_loaded,
    TimePassed: _nothing,
    CommandSettled: _command_settled,
    NodeConnected: nodes.node_connected,
    NodeSynced: nodes.node_synced,
    NodeDisconnected: nodes.node_disconnected,
    NodeLost: nodes.node_lost,
    CallArrived: inbound.call_arrived,
    CallerIdentified: inbound.caller_identified,
    CallWaiting: inbound.call_waiting,
    CallHeld: inbound.call_held,
    KeyPressed: callbacks.key_pressed,
    CustomerAnswered: callbacks.customer_answered,
    PlacingFailed: callbacks.placing_failed,
    CallFellBack: inbound.call_fell_back,
    SelfServiceProgressed: self_service.progressed,
    SelfServiceEnded: self_service.ended,
    SurveyStarted: inbound.survey_started,
    AgentRang: inbound.agent_rang,
    CallConnected: inbound.call_connected,
    ConsultConnected: consult.connected,
    OfferEnded: inbound.offer_ended,
    AgentLegEnded: inbound.agent_leg_ended,
    CallEnded: inbound.call_ended,
    ShiftStarted: shifts.shift_started,
    ShiftEnded: shifts.shift_ended,
    AvailabilityChosen: shifts.availability_chosen,
    AvailabilityForced: shifts.availability_forced,
    ConsoleConnected: shifts.console_connected,
    ConsoleLost: shifts.console_lost,
    PhoneChanged: shifts.phone_changed,
    PhoneRestarted: shifts.phone_restarted,
    OfferDeclined: desk.offer_declined,
    HoldAsked: desk.hold_asked,
    ResumeAsked: desk.resume_asked,
    HangUpAsked: desk.hang_up_asked,
    TransferAsked: desk.transfer_asked,
    ConsultAsked: consult.asked,
    ConsultCompleteAsked: consult.completed,
    ConsultCancelAsked: consult.cancelled,
    WrapUpFinished: wrap_up.finished,
    WrapUpExtended: wrap_up.extended,
    AssistanceAsked: supervising.assistance_asked,
    AssistanceWithdrawn: supervising.assistance_withdrawn,
    AssistanceTaken: supervising.assistance_taken,
    MonitorAsked: supervising.monitor_asked,
    MonitorStopAsked: supervising.stop_asked,
    TakeOverAsked: supervising.take_over_asked,
    MonitorStarted: supervising.monitor_started,
    MonitorEnded: supervising.monitor_ended,
}
