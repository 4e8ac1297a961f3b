"""Supervisors beside calls: listening, whispering, barging in, taking over; help that agents ask.

A supervisor's leg stands beside the call and is no party of it: it never counts as the agent's or
the customer's, its end ends nothing, and it goes when the call does. When the call gets another
agent it follows. Only a take-over makes it the agent's leg, and then the call is his like any
that was handed over: its one card is his to complete, and the former agent is free at once.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from routing.commands import HangUpLeg, JoinCall, MonitorCall
from routing.engine.asks import owned
from routing.engine.listeners import Beside
from routing.engine.records import Call, Offer
from routing.engine.timers import Due
from routing.engine.world import World
from routing.facts import (
    AssistanceAsked,
    AssistanceTaken,
    AssistanceWithdrawn,
    CallSupervised,
    CommandSettled,
    MonitorAsked,
    MonitorEnded,
    MonitorStarted,
    MonitorStopAsked,
    TakeOverAsked,
)
from routing.ids import AgentId, LegId, OfferId
from routing.notices import Assistance
from routing.terms import (
    Basis,
    CallState,
    MonitorMode,
    OfferKind,
    OfferOutcome,
    PhoneState,
)

ANSWER_WITHIN = timedelta(seconds=15)
"""How long a supervisor's phone may take to answer by itself."""

KEPT = 50
"""How many times supervisors may come to one call."""

MONITORED = frozenset({CallState.TALKING, CallState.HELD, CallState.CONSULTING})
TAKEN = frozenset({CallState.TALKING, CallState.HELD})
_HELPED = MONITORED | {CallState.RECOVERING}


# ── Wishes of supervisors ───────────────────────────────────────────────────────────────────


def monitor_asked(world: World, fact: MonitorAsked) -> None:
    """Ring his phone, or change the mode of the leg that stands already."""
    call = _supervised(world, fact, MONITORED)
    if call is None or call.leg is None:
        return
    beside = _beside(call, fact.by)
    if beside is None:
        beside = _ring(world, call, fact, fact.mode)
        if beside is None:
            return
    elif beside.mode is not fact.mode:
        beside.mode = fact.mode
        _put(world, call, beside)
    world.touch_call(call)


def stop_asked(world: World, fact: MonitorStopAsked) -> None:
    """Take his leg away."""
    call = world.calls.get(fact.call)
    beside = _beside(call, fact.by) if call is not None else None
    if call is None or beside is None:
        world.refuse(fact.by, fact.call, "not_listening")
        return
    _hang_up(world, call, beside)


def take_over_asked(world: World, fact: TakeOverAsked) -> None:
    """Give him the customer; who is not beside the call yet is rung first."""
    call = _supervised(world, fact, TAKEN)
    if call is None or call.leg is None:
        return
    beside = _beside(call, fact.by) or _ring(world, call, fact, MonitorMode.LISTEN)
    if beside is None:
        return
    beside.takes_over = True
    if beside.since is not None:
        _join(world, call, beside)
    world.touch_call(call)


def _supervised(world: World, fact: CallSupervised, states: frozenset[CallState]) -> Call | None:
    """Return the call if he may and it is in one of the states; otherwise tell him why not."""
    call = world.calls.get(fact.call)
    if not world.supervises(fact.by):
        world.refuse(fact.by, fact.call, "not_allowed")
    elif call is None or call.ended_at is not None:
        world.refuse(fact.by, fact.call, "call_is_over")
    elif call.agent == fact.by:
        world.refuse(fact.by, fact.call, "own_call")
    elif call.state not in states:
        world.refuse(fact.by, fact.call, "not_talking")
    else:
        return call
    return None


# ── His leg ─────────────────────────────────────────────────────────────────────────────────


def _ring(world: World, call: Call, fact: CallSupervised, mode: MonitorMode) -> Beside | None:
    refusal = _hindered(world, call, fact.by)
    if refusal is not None:
        world.refuse(fact.by, call.call, refusal)
        return None
    moment = world.moment()
    beside = Beside(
        supervisor=fact.by,
        leg=LegId(f"{call.call}-m{len(call.beside) + 1}"),
        heard=call.leg or LegId(""),
        mode=mode,
        asked_at=moment,
        expires_at=moment + ANSWER_WITHIN,
    )
    call.beside.append(beside)
    world.set_timer(moment + ANSWER_WITHIN, Due.MONITOR, call.call)
    _put(world, call, beside)
    return beside


def _hindered(world: World, call: Call, supervisor: AgentId) -> str | None:
    """Why his phone cannot be rung."""
    if any(_beside(other, supervisor) for other in world.calls.values() if other.beside):
        return "already_listening"
    if world.agents[supervisor].phone_state is not PhoneState.READY:
        return "phone_not_ready"
    return "too_often" if len(call.beside) >= KEPT else None


def _put(world: World, call: Call, beside: Beside) -> None:
    beside.heard = call.leg or beside.heard
    command = world.on_call(
        MonitorCall,
        call,
        supervisor=beside.supervisor,
        leg=beside.leg,
        heard=beside.heard,
        mode=beside.mode,
    )
    beside.command = command.id


def _join(world: World, call: Call, beside: Beside) -> None:
    beside.command = world.on_call(JoinCall, call, leg=beside.leg).id


def _hang_up(world: World, call: Call, beside: Beside) -> None:
    beside.leaving = True
    world.on_call(HangUpLeg, call, leg=beside.leg)


def _live(call: Call) -> Iterator[Beside]:
    return (beside for beside in call.beside if beside.live)


def _beside(call: Call, supervisor: AgentId) -> Beside | None:
    return next((one for one in _live(call) if one.supervisor == supervisor), None)


def _by_leg(call: Call, leg: LegId) -> Beside | None:
    return next((one for one in call.beside if one.leg == leg), None)


# ── What telephony tells of it ──────────────────────────────────────────────────────────────


def monitor_started(world: World, fact: MonitorStarted) -> None:
    """He hears. A leg of which nothing is known stands there all the same, so it is shown."""
    call = world.calls[fact.call]
    if fact.by not in world.agents:
        return
    beside = _by_leg(call, fact.leg)
    if beside is None:
        beside = _found(call, fact)
        call.beside.append(beside)
    beside.expires_at = None
    beside.since = beside.since or fact.at
    beside.mode = fact.mode
    beside.ended_at = None
    world.touch_call(call)
    if beside.leaving or call.ended_at is not None:
        _hang_up(world, call, beside)
    elif beside.takes_over and call.state in TAKEN:
        _join(world, call, beside)
    elif call.leg is not None and call.leg != beside.heard:
        _put(world, call, beside)


def _found(call: Call, fact: MonitorStarted) -> Beside:
    return Beside(
        supervisor=fact.by,
        leg=fact.leg,
        heard=call.leg or LegId(""),
        mode=fact.mode,
        asked_at=fact.at,
        expires_at=None,
    )


def monitor_ended(world: World, fact: MonitorEnded) -> None:
    """His leg is gone; the call goes on as if he had never been there."""
    call = world.calls[fact.call]
    beside = _by_leg(call, fact.leg)
    if beside is not None and beside.live:
        _end(world, call, beside)


def _end(world: World, call: Call, beside: Beside) -> None:
    beside.ended_at = world.moment()
    beside.expires_at = None
    world.touch_call(call)


def command_refused(world: World, call: Call, fact: CommandSettled) -> bool:
    """Whether it was ours: his leg is not there, or it could not get the customer."""
    beside = next((one for one in call.beside if one.command == fact.command), None)
    if beside is None:
        return False
    if beside.takes_over:
        beside.takes_over = False
    if beside.since is None and beside.live:
        _end(world, call, beside)
    world.refuse(beside.supervisor, call.call, "telephony_refused")
    return True


def overdue(world: World, call: Call) -> None:
    """His phone did not answer in time."""
    for beside in list(_live(call)):
        if beside.expires_at is not None and beside.expires_at <= world.moment():
            _hang_up(world, call, beside)
            _end(world, call, beside)
            world.refuse(beside.supervisor, call.call, "phone_not_ready")


def deadlines(call: Call) -> Iterator[datetime]:
    """Return when those who are still rung are given up."""
    return (one.expires_at for one in _live(call) if one.expires_at is not None)


# ── What becomes of the call ────────────────────────────────────────────────────────────────


def follow(world: World, call: Call) -> None:
    """The call has an agent: who took it over is beside it no more, the others hear the new leg."""
    for beside in list(_live(call)):
        if beside.leg == call.leg:
            beside.takes_over = False
            call.offers.append(_taken_over(world, call, beside))
            _end(world, call, beside)
        elif beside.since is not None and beside.heard != call.leg:
            _put(world, call, beside)
    if call.assistance is not None and call.assistance.agent != call.agent:
        call.assistance = None


def _taken_over(world: World, call: Call, beside: Beside) -> Offer:
    """The card tells of it as of any way in which the call came to an agent."""
    return Offer(
        offer=OfferId(f"{call.call}.{len(call.offers) + 1}"),
        agent=beside.supervisor,
        kind=OfferKind.CALL,
        basis=Basis.TAKE_OVER,
        rank=None,
        made_at=beside.asked_at,
        expires_at=beside.asked_at,
        passed_over=(),
        outcome=OfferOutcome.ANSWERED,
        ended_at=world.moment(),
    )


def dismiss(world: World, call: Call) -> None:
    """The customer is gone: nobody stays beside the call, and nobody needs help with it."""
    for beside in list(_live(call)):
        _hang_up(world, call, beside)
        _end(world, call, beside)
    call.assistance = None


# ── Help ────────────────────────────────────────────────────────────────────────────────────


def assistance_asked(world: World, fact: AssistanceAsked) -> None:
    """The agent wants help with his call."""
    call = owned(world, fact, _HELPED)
    if call is None:
        return
    known = call.assistance
    if known is None or known.help is not fact.help:
        call.assistance = Assistance(agent=fact.agent, help=fact.help, asked_at=world.moment())
        world.touch_call(call)


def assistance_withdrawn(world: World, fact: AssistanceWithdrawn) -> None:
    """He needs none any more."""
    call = world.calls.get(fact.call)
    if call is not None and call.assistance is not None and call.assistance.agent == fact.agent:
        call.assistance = None
        world.touch_call(call)


def assistance_taken(world: World, fact: AssistanceTaken) -> None:
    """A supervisor answers; the first who does."""
    call = _supervised(world, fact, _HELPED)
    if call is None:
        return
    known = call.assistance
    if known is None:
        world.refuse(fact.by, fact.call, "no_help_wanted")
    elif known.taken_by is not None and known.taken_by != fact.by:
        world.refuse(fact.by, fact.call, "help_is_there")
    elif known.taken_by is None:
        call.assistance = Assistance(
            agent=known.agent,
            help=known.help,
            asked_at=known.asked_at,
            taken_by=fact.by,
            taken_at=world.moment(),
        )
        world.touch_call(call)
