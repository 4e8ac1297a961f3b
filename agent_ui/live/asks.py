"""What an agent may ask for, and the fact that each wish becomes: one table, no I/O.

A wish about a call is refused here unless the call is the agent's own by the picture; the engine
decides again by its own state and may answer AskRefused.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict

from agent_ui.errors import Refused
from agent_ui.live import view
from agent_ui.live.messages import (
    AssistanceArgs,
    CallArgs,
    NoArgs,
    OfferArgs,
    SetAvailability,
    Shape,
    TargetArgs,
)
from agent_ui.live.picture import Picture
from crm_core.staff.permissions import Permission
from routing import facts
from routing.ids import AgentId, CallId, FactId, OfferId, QueueId
from routing.notices import CallView

AGENTS = frozenset({Permission.TAKE_CALLS})
SUPERVISORS = frozenset({Permission.SUPERVISE_CALLS})
WITH_CALLS = AGENTS | SUPERVISORS
"""Whoever may have a call: supervisors by taking one over."""


class Stamp(TypedDict):
    """Who asked, when, and the id of the fact."""

    id: FactId
    at: datetime
    agent: AgentId


class Target(TypedDict):
    """Exactly one of the two is set."""

    to_agent: AgentId | None
    to_queue: QueueId | None


def own_call(picture: Picture, agent: AgentId, call_id: str) -> CallView:
    """The call, if the agent owns it now. Raises Refused."""
    call = picture.calls.get(CallId(call_id))
    if call is None or view.role_of(agent, call) != "owner":
        raise Refused("not_your_call")
    return call


def _on_call(picture: Picture, stamp: Stamp, args: CallArgs) -> None:
    own_call(picture, stamp["agent"], args.call)


def _on_offer(picture: Picture, stamp: Stamp, args: OfferArgs) -> None:
    call = picture.call_of(stamp["agent"])
    offer = view.open_offer(call) if call else None
    if offer is None or offer.offer != args.offer or offer.agent != stamp["agent"]:
        raise Refused("offer_is_over")


def _on_target(picture: Picture, stamp: Stamp, args: TargetArgs) -> None:
    _on_call(picture, stamp, args)
    if args.to_agent == stamp["agent"]:
        raise Refused("agent_not_available")
    if args.to_agent is not None and args.to_agent not in picture.agent_ids():
        raise Refused("agent_not_available")
    if args.to_queue is not None and args.to_queue not in picture.queue_ids():
        raise Refused("no_such_queue")


def _free(_picture: Picture, _stamp: Stamp, _args: Shape) -> None:
    """For what concerns the agent alone."""


def _target(args: TargetArgs) -> Target:
    return {
        "to_agent": AgentId(args.to_agent) if args.to_agent else None,
        "to_queue": QueueId(args.to_queue) if args.to_queue else None,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A wish: the shape of its arguments, whether it may be asked, and its fact.

    One of the permissions in `needs` is needed.
    """

    args: type[Shape]
    allowed: Callable[[Picture, Stamp, Any], None]
    fact: Callable[[Stamp, Any], facts.AgentFact]
    needs: frozenset[Permission] = AGENTS


def _of_call(kind: type[facts.CallAsk], *, needs: frozenset[Permission] = AGENTS) -> Ask:
    return Ask(
        needs=needs,
        args=CallArgs,
        allowed=_on_call,
        fact=lambda stamp, args: kind(**stamp, call=CallId(args.call)),
    )


ASKS: dict[str, Ask] = {
    "shift.end": Ask(
        args=NoArgs, allowed=_free, fact=lambda stamp, _args: facts.ShiftEnded(**stamp)
    ),
    "phone.restarted": Ask(
        args=NoArgs, allowed=_free, fact=lambda stamp, _args: facts.PhoneRestarted(**stamp)
    ),
    "availability.set": Ask(
        args=SetAvailability,
        allowed=_free,
        fact=lambda stamp, args: facts.AvailabilityChosen(
            **stamp, availability=args.availability, reason=args.reason
        ),
    ),
    "offer.decline": Ask(
        args=OfferArgs,
        allowed=_on_offer,
        fact=lambda stamp, args: facts.OfferDeclined(**stamp, offer=OfferId(args.offer)),
    ),
    "call.hold": _of_call(facts.HoldAsked),
    "call.resume": _of_call(facts.ResumeAsked),
    "call.hangup": _of_call(facts.HangUpAsked, needs=WITH_CALLS),
    "call.consult.complete": _of_call(facts.ConsultCompleteAsked),
    "call.consult.cancel": _of_call(facts.ConsultCancelAsked),
    "wrapup.extend": _of_call(facts.WrapUpExtended, needs=WITH_CALLS),
    "assistance.ask": Ask(
        args=AssistanceArgs,
        allowed=_on_call,
        fact=lambda stamp, args: facts.AssistanceAsked(
            **stamp, call=CallId(args.call), help=args.help
        ),
    ),
    "assistance.withdraw": _of_call(facts.AssistanceWithdrawn),
    "call.transfer": Ask(
        args=TargetArgs,
        allowed=_on_target,
        fact=lambda stamp, args: facts.TransferAsked(
            **stamp, call=CallId(args.call), **_target(args)
        ),
    ),
    "call.consult": Ask(
        args=TargetArgs,
        allowed=_on_target,
        fact=lambda stamp, args: facts.ConsultAsked(
            **stamp, call=CallId(args.call), **_target(args)
        ),
    ),
}
"""Each command that is nothing but a fact."""
