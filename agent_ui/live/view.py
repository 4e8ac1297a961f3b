"""How calls, agents and queues look on the wire: pure functions from routing's views to JSON.

Owns the field names of the live protocol. Must not do I/O or keep state.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from agent_ui.live.agent_clocks import standing
from agent_ui.live.patch import Document, bare
from agent_ui.live.why import keyed_here, why_here
from routing.calls import OVER
from routing.facts import Candidate
from routing.ids import AgentId, QueueId
from routing.notices import AgentView, CallView, Considered, OfferView
from routing.terms import Activity, Availability, CallState, OfferKind, OfferOutcome, PhoneState

Name = Callable[[AgentId], str]
"""The name of an agent; his id where nobody told it."""

FINAL = OVER
"""States in which a call leaves the screens."""

WAITING = frozenset({CallState.NEW, CallState.QUEUED, CallState.DIALLING, CallState.RINGING})
"""States in which a caller waits for an agent: from entry to the queue to the answer."""

OWNED = frozenset(
    {
        CallState.TALKING,
        CallState.HELD,
        CallState.CONSULTING,
        CallState.RECOVERING,
        CallState.WRAP_UP,
    }
)
"""States in which `CallView.agent` is the owner; in the others he is only the last one."""


def instant(at: datetime | None) -> str | None:
    """The wire form of a time: ISO 8601, UTC, milliseconds."""
    if at is None:
        return None
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def open_offer(call: CallView) -> OfferView | None:
    """The offer that rings now."""
    return next((offer for offer in reversed(call.offers) if not _ended(offer)), None)


def _ended(offer: OfferView) -> bool:
    return offer.outcome is not OfferOutcome.OPEN


def role_of(agent: AgentId, call: CallView) -> str | None:
    """What the agent is to the call: owner, offered, consulted; None if it is not his."""
    if call.state in FINAL:
        return None
    if call.agent == agent and call.state in OWNED:
        return "owner"
    offer = open_offer(call)
    if call.consulting == agent:
        return "consulted"
    if offer is not None and offer.agent == agent:
        return "consulted" if offer.kind is OfferKind.CONSULT else "offered"
    return None


def participants(call: CallView) -> Iterable[AgentId]:
    """The agents on whose screens the call stands."""
    offer = open_offer(call)
    named = (call.agent, call.consulting, offer.agent if offer else None)
    return {agent for agent in named if agent is not None and role_of(agent, call)}


def takes_calls(view: AgentView) -> bool:
    """Whether the agent would be offered the next call."""
    return (
        view.on_shift
        and view.console
        and view.availability is Availability.AVAILABLE
        and view.activity is Activity.IDLE
        and view.phone_state is PhoneState.READY
    )


def me(view: AgentView) -> Document:
    """The agent's own state, without his name and role."""
    return {
        "on_shift": view.on_shift,
        "availability": view.availability,
        "reason": view.reason,
        "next_availability": view.next_availability,
        "next_reason": view.next_reason,
        "activity": view.activity,
        "since": instant(view.since),
        "phone": view.phone,
        "phone_state": view.phone_state,
        "offer": view.offer,
        "forced_by": view.forced_by,
    }


def colleague(view: AgentView) -> Document:
    """An agent as the others see him."""
    return {
        "name": view.name,
        "on_shift": view.on_shift,
        "availability": view.availability,
        "reason": view.reason,
        "activity": view.activity,
        "since": instant(view.since),
    }


def absent_colleague(name: str) -> Document:
    """An agent of whom routing has told nothing yet."""
    return {
        "name": name,
        "on_shift": False,
        "availability": Availability.OFFLINE,
        "activity": Activity.IDLE,
    }


def offer_of(agent: AgentId, call: CallView, name: Name) -> Document | None:
    """The latest offer of the call to this agent, with why he was chosen and others were not."""
    offer = next((one for one in reversed(call.offers) if one.agent == agent), None)
    if offer is None:
        return None
    return {
        "offer": offer.offer,
        "kind": offer.kind,
        "basis": offer.basis,
        "rank": offer.rank,
        "made_at": instant(offer.made_at),
        "outcome": offer.outcome,
        "passed_over": [_considered(one, name) for one in offer.passed_over],
    }


def _considered(one: Considered, name: Name) -> Document:
    return {"agent": one.agent, "name": name(one.agent), "why": one.why, "rank": one.rank}


def _candidate(one: Candidate) -> Document:
    return {
        "party": one.party,
        "name": one.name,
        "reason": one.reason,
        "managers": list(one.managers),
    }


def call_times(call: CallView) -> Document:
    """The call's own clock, from which the screen draws its timers."""
    return {
        "arrived_at": instant(call.arrived_at),
        "queued_at": instant(call.queued_at),
        "answered_at": instant(call.answered_at),
        "ended_at": instant(call.ended_at),
        "held_since": instant(call.held_since),
        "held_seconds": call.held_seconds,
        "wrap_up_deadline": instant(call.wrap_up_deadline),
        "wrap_up_mode": call.wrap_up_mode,
    }


def call_facts(call: CallView, *, display: str | None, queue_name: str) -> Document:
    """What is the same of a call on every screen."""
    return {
        "call": call.call,
        "state": call.state,
        "number": call.number,
        "number_display": display,
        "caller_name": call.caller_name,
        "match": call.match,
        "dialled": call.dialled,
        "queue": call.queue,
        "queue_name": queue_name,
        "transfers": call.transfers,
        "fell_back": call.fell_back,
        "owner": call.agent,
    } | call_times(call)


def consult_of(call: CallView, name: Name) -> Document | None:
    """The colleague who is asked, if any."""
    if call.consulting is None:
        return None
    return {
        "agent": call.consulting,
        "name": name(call.consulting),
        "connected": call.consult_connected,
    }


def call_on_console(agent: AgentId, call: CallView, *, facts: Document, name: Name) -> Document:
    """A call as the console of one of its agents shows it; `facts` is of `call_facts`."""
    return facts | {
        "raw_number": call.raw_number,
        "role": role_of(agent, call),
        "offer": offer_of(agent, call, name),
        "why": why_here(agent, call, name),
        "keypad": keyed_here(call),
        "consult": consult_of(call, name),
        "candidates": [_candidate(one) for one in call.candidates],
        "managers": list(call.managers),
        "listeners": [one for one in listeners(call, name) if "since" in one],
        "assistance": assistance(call, name),
    }


def listeners(call: CallView, name: Name) -> list[Document]:
    """The supervisors beside the call; one whose phone still rings has no `since`."""
    return [
        bare(
            {
                "agent": one.supervisor,
                "name": name(one.supervisor),
                "mode": one.mode,
                "since": instant(one.since),
            }
        )
        for one in call.listeners
        if one.ended_at is None
    ]


def assistance(call: CallView, name: Name) -> Document | None:
    """The help that the agent asked for, and who gives it."""
    asked = call.assistance
    if asked is None:
        return None
    return {
        "help": asked.help,
        "asked_at": instant(asked.asked_at),
        "taken_by": asked.taken_by,
        "taken_by_name": name(asked.taken_by) if asked.taken_by else None,
    }


def call_on_board(call: CallView, *, facts: Document, name: Name) -> Document:
    """A call as the supervisors' board shows it: who talks to whom, and its claim in line."""
    offer: Any = open_offer(call)
    waits_for = call.waits_for
    return facts | {
        "offered_to": offer.agent if offer else None,
        "direction": call.direction,
        "credit": call.credit,
        "rate": call.rate,
        "waits_for": {"agent": waits_for[0], "until": instant(waits_for[1])} if waits_for else None,
        "owner_name": name(call.agent) if call.agent else None,
        "listeners": listeners(call, name),
        "assistance": assistance(call, name),
    }


def on_board(view: AgentView | None, *, queues: Iterable[QueueId]) -> Document:
    """What a supervisor sees of an agent beyond what everybody does."""
    pools = {"queues": list(queues)}
    if view is None:
        return pools
    return pools | {
        "standing": standing(view),
        "phone": view.phone,
        "call": view.call,
        "next_availability": view.next_availability,
        "next_reason": view.next_reason,
        "forced_by": view.forced_by,
    }
