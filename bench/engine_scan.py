"""The router one writes first: lists of agents and calls, all looked through after each fact.

Serves callers in the order of coming by the agent of their queue who is idle longest, as the
product does where no rule, manager or skill has a say. The peer of the `engine` benchmark.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import count

from routing.commands import OfferCall
from routing.decision import NOTHING, Decision
from routing.facts import (
    AvailabilityChosen,
    CallArrived,
    CallConnected,
    CallEnded,
    CallWaiting,
    Fact,
    PhoneChanged,
    ShiftStarted,
    WrapUpFinished,
)
from routing.ids import AgentId, CallId, CommandId, LegId, NodeId, OfferId, QueueId
from routing.notices import AgentView, CallView
from routing.roster import Roster
from routing.terms import Availability, CallState, OfferKind, PhoneState

RING = 20


@dataclass(slots=True)
class _Agent:
    agent: AgentId
    queues: tuple[QueueId, ...]
    since: datetime
    at_work: bool = False
    phone: bool = False
    call: CallId | None = None


@dataclass(slots=True)
class _Call:
    call: CallId
    node: NodeId
    queue: QueueId
    since: datetime
    waits: bool = False


class Scan:
    """Takes over from an engine; then it lives by the facts that a simple call is made of.

    Whom it would ring it keeps reserved, until facts tell who talks to whom.
    """

    def __init__(
        self, agents: Iterable[AgentView], calls: Iterable[CallView], roster: Roster
    ) -> None:
        queues = {one.agent: one.queues for one in roster.agents}
        self._agents = [
            _Agent(
                agent=one.agent,
                queues=queues[one.agent],
                since=one.since,
                at_work=one.availability is Availability.AVAILABLE,
                phone=one.phone_state is PhoneState.READY,
                call=one.call,
            )
            for one in agents
        ]
        self._calls = [
            _Call(one.call, one.node, one.queue, one.queued_at, one.state is CallState.QUEUED)
            for one in calls
        ]
        self._number = count(1)

    def apply(self, fact: Fact) -> Decision:
        """Note the fact, then look for a caller and an agent."""
        self._note(fact)
        offers = tuple(self._offers())
        return Decision(commands=offers) if offers else NOTHING

    def _note(self, fact: Fact) -> None:
        match fact:
            case CallArrived(call=call, node=node, dialled=dialled, at=at):
                self._calls.append(_Call(call, node, QueueId(dialled), at))
            case CallWaiting(call=call):
                for one in self._calls:
                    one.waits = one.waits or one.call == call
            case CallEnded(call=call):
                self._calls = [one for one in self._calls if one.call != call]
            case CallConnected(call=call, agent=agent):
                for one in self._calls:
                    one.waits = one.waits and one.call != call
                for other in self._agents:
                    if other.call == call or other.agent == agent:
                        other.call = call if other.agent == agent else None
            case ShiftStarted() | PhoneChanged() | AvailabilityChosen() | WrapUpFinished():
                for other in self._agents:
                    if other.agent == fact.agent:
                        _change(other, fact)
            case _:
                pass

    def _offers(self) -> list[OfferCall]:
        waiting = sorted((one for one in self._calls if one.waits), key=lambda one: one.since)
        free = sorted(
            (one for one in self._agents if one.at_work and one.phone and one.call is None),
            key=lambda one: one.since,
        )
        offers: list[OfferCall] = []
        for call in waiting if free else ():
            agent = next((one for one in free if call.queue in one.queues), None)
            if agent is not None:
                free.remove(agent)
                agent.call, call.waits = call.call, False
                offers.append(self._offer(call, agent))
        return offers

    def _offer(self, call: _Call, agent: _Agent) -> OfferCall:
        number = next(self._number)
        return OfferCall(
            id=CommandId(f"scan{number}"),
            node=call.node,
            call=call.call,
            customer=LegId(call.call),
            offer=OfferId(f"{call.call}.{number}"),
            agent=agent.agent,
            seconds=RING,
            kind=OfferKind.CALL,
        )


def _change(agent: _Agent, fact: Fact) -> None:
    match fact:
        case ShiftStarted():
            agent.at_work = True
        case PhoneChanged(state=state):
            agent.phone = state is PhoneState.READY
        case AvailabilityChosen(availability=availability):
            agent.at_work = availability is Availability.AVAILABLE
        case WrapUpFinished(at=at):
            agent.call, agent.since = None, at
