"""A telephone exchange that never was: it does to the engine's commands what a real one would.

It answers with facts at later moments, and knows no rule of routing: whom it rings, and when, is
the engine's decision alone. Agents answer after `ring` seconds; callers hang up when their patience
is over; who is called back answers, or does not, by chance.
"""

import heapq
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from random import Random
from typing import Any

from crm_core.whatif.drawing import Caller
from routing.commands import (
    Command,
    HangUpCall,
    IdentifyCaller,
    OfferCall,
    PlaceCall,
    ReturnToWaiting,
    SendAway,
    TellCaller,
)
from routing.facts import (
    AgentLegEnded,
    CallArrived,
    CallConnected,
    CallEnded,
    CallerIdentified,
    CallWaiting,
    CustomerAnswered,
    Fact,
    KeyPressed,
    PlacingFailed,
    WrapUpFinished,
)
from routing.ids import AgentId, CallId, LegId, NodeId
from routing.terms import EndReason, LegEnd, OfferOutcome, Phrase

NODE = NodeId("sim")
GOODBYE = timedelta(seconds=5)
"""How long it takes to tell a caller why he is sent away."""
PICKING_UP = timedelta(seconds=10)
"""How long a customer who is called back takes to answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """How people behave at their phones. Seconds and shares."""

    ring: float = 0.0
    """How long an agent's phone rings until he answers."""
    reached: float = 0.8
    """The share of callbacks whose customer answers."""
    key: str = "1"
    """What a caller presses to leave for a callback, where he is not told which."""


AT_ONCE = Manners()


@dataclass(slots=True)
class Line:
    """A call that is up, or is placed: who it is, and who talks to him."""

    caller: Caller
    customer: LegId
    agent: AgentId | None = None
    leg: LegId | None = None


Due = tuple[datetime, int, Callable[[], None]]


@dataclass(slots=True)
class Exchange:
    """Plays callers and phones to one engine. `tell` hands a fact in and gives its commands."""

    tell: Callable[[type[Fact], Mapping[str, Any]], None]
    chance: Random
    manners: Manners
    now: datetime
    lines: dict[CallId, Line] = field(default_factory=dict)
    due: list[Due] = field(default_factory=list)
    _order: "count[int]" = field(default_factory=count)
    _legs: "count[int]" = field(default_factory=count)
    left: dict[str, Caller] = field(default_factory=dict)
    """Who asked for a callback, by his number."""

    def at(self, moment: datetime, do: Callable[[], None]) -> None:
        """Do something at a moment; what is due at once is done in the order of asking."""
        heapq.heappush(self.due, (moment, next(self._order), do))

    def pop(self) -> Due:
        """Take out what is due first."""
        return heapq.heappop(self.due)

    def after(self, seconds: float, do: Callable[[], None]) -> None:
        self.at(self.now + timedelta(seconds=seconds), do)

    # ── Callers ─────────────────────────────────────────────────────────────────────────────

    def arrive(self, caller: Caller) -> None:
        """A caller reaches us, and waits until his patience is over."""
        call = caller.call
        line = Line(caller, LegId(call.call))
        self.lines[call.call] = line
        self.tell(
            CallArrived,
            {
                "call": call.call,
                "node": NODE,
                "leg": line.customer,
                "number": call.number,
                "raw": call.number or "",
                "caller_name": "",
                "dialled": call.dialled or call.queue,
                "number_class": call.number_class,
                "language": call.language,
                "ivr_path": call.ivr_path,
            },
        )
        self._wait(call.call, line)

    def _wait(self, call: CallId, line: Line) -> None:
        if line.caller.patience < _FOR_EVER:
            self.after(line.caller.patience, lambda: self._lose_patience(call))
        self.tell(CallWaiting, {"call": call})

    def _lose_patience(self, call: CallId) -> None:
        line = self.lines.get(call)
        if line is not None and line.agent is None:
            self._end(call, EndReason.CALLER)

    def _end(self, call: CallId, reason: EndReason) -> None:
        line = self.lines.pop(call, None)
        if line is None:
            return
        self.tell(CallEnded, {"call": call, "reason": reason})
        if line.agent is not None:
            self._leg_ends(call, line)

    def _leg_ends(self, call: CallId, line: Line) -> None:
        self.tell(
            AgentLegEnded,
            {"call": call, "agent": line.agent, "leg": line.leg, "end": LegEnd.NORMAL},
        )

    def _hang_up(self, call: CallId) -> None:
        """The talk is over. The agent is done with the call some time after it."""
        line = self.lines.get(call)
        if line is None or line.agent is None:
            return
        agent, rest = line.agent, line.caller.after_call
        if rest > 0:
            self.after(rest, lambda: self._finish(call, agent))
        else:
            self._finish(call, agent)
        self._end(call, EndReason.CALLER)

    def _finish(self, call: CallId, agent: AgentId) -> None:
        self.tell(WrapUpFinished, {"call": call, "agent": agent})

    # ── Commands ────────────────────────────────────────────────────────────────────────────

    def carry_out(self, command: Command) -> None:
        """Do what is asked. What an agent would have had to wish for never is."""
        does = _DOES.get(type(command))
        if does is not None:
            does(self, command)

    def _identify(self, command: IdentifyCaller) -> None:
        line = self.lines.get(command.call)
        if line is not None:
            known = line.caller.call.candidates
            self.tell(CallerIdentified, {"call": command.call, "candidates": known})

    def _offer(self, command: OfferCall) -> None:
        self.after(min(self.manners.ring, command.seconds), lambda: self._answer(command))

    def _answer(self, command: OfferCall) -> None:
        line = self.lines.get(command.call)
        if line is None or line.agent is not None:
            return
        line.agent, line.leg = command.agent, LegId(f"a{next(self._legs)}")
        self.tell(CallConnected, {"call": command.call, "agent": line.agent, "leg": line.leg})
        self.after(line.caller.talk, lambda: self._hang_up(command.call))

    def _return(self, command: ReturnToWaiting) -> None:
        if command.call in self.lines:
            self.tell(CallWaiting, {"call": command.call})

    def _say(self, command: TellCaller) -> None:
        """Who wants a callback presses the key that he is told of."""
        line = self.lines.get(command.call)
        for said in command.said:
            wanted = line is not None and line.caller.takes_callback
            if said.phrase is Phrase.CALLBACK_OFFER and wanted:
                key = self.manners.key if said.number is None else str(said.number)
                self.after(1, partial(self._press, command.call, key))

    def _press(self, call: CallId, key: str) -> None:
        line = self.lines.get(call)
        if line is not None and line.agent is None:
            self.left[line.caller.call.number or ""] = line.caller
            self.tell(KeyPressed, {"call": call, "key": key})

    def _send_away(self, command: SendAway) -> None:
        self.at(self.now + GOODBYE, lambda: self._end(command.call, EndReason.SYSTEM))

    def _hang_up_now(self, command: HangUpCall) -> None:
        self._end(command.call, EndReason.SYSTEM)

    def _place(self, command: PlaceCall) -> None:
        reached = self.chance.random() < self.manners.reached
        if reached:
            self.at(self.now + PICKING_UP, lambda: self._picked_up(command))
        else:
            self.after(command.seconds, lambda: self._not_reached(command))

    def _picked_up(self, command: PlaceCall) -> None:
        caller = self._who(command)
        line = self.lines[command.call] = Line(caller, command.customer)
        self.tell(CustomerAnswered, {"call": command.call, "leg": line.customer})
        self._wait(command.call, line)

    def _not_reached(self, command: PlaceCall) -> None:
        self.tell(PlacingFailed, {"call": command.call, "outcome": OfferOutcome.NO_ANSWER})

    def _who(self, command: PlaceCall) -> Caller:
        """Who is called back: the caller who left, found by his number."""
        return self.left[command.number]


_FOR_EVER = 7 * 24 * 3600.0
"""Seconds; whoever would wait longer than this never hangs up."""

_DOES: dict[type[Command], Callable[[Exchange, Any], None]] = {
    IdentifyCaller: Exchange._identify,
    OfferCall: Exchange._offer,
    ReturnToWaiting: Exchange._return,
    TellCaller: Exchange._say,
    SendAway: Exchange._send_away,
    HangUpCall: Exchange._hang_up_now,
    PlaceCall: Exchange._place,
}
