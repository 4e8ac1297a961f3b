"""Calls of the product itself, as its engine tells them in notices: from the journal, in one go."""

from collections import Counter
from collections.abc import Iterable
from datetime import tzinfo

from crm_core.whatif.calls import Outcome, RecordedCall, Recording, recording
from routing.calls import OVER
from routing.decision import Decision
from routing.ids import CallId
from routing.notices import CallChanged, CallView
from routing.terms import CallState, Direction

_ENDS = {
    CallState.ABANDONED: Outcome.ABANDONED,
    CallState.LOST: Outcome.ABANDONED,
    CallState.TURNED_AWAY: Outcome.TURNED_AWAY,
    CallState.CALLBACK_TAKEN: Outcome.TURNED_AWAY,
}


def calls_of(decisions: Iterable[Decision], zone: tzinfo) -> Recording:
    """What became of the calls that the decisions tell of; days are counted in `zone`.

    Calls that were not over at the end or ended at a keypad, and calls that the bank made, are left
    out.
    """
    newest: dict[CallId, CallView] = {}
    for decision in decisions:
        for notice in decision.notices:
            if isinstance(notice, CallChanged):
                newest[notice.call.call] = notice.call
    left_out: Counter[str] = Counter()
    calls: list[RecordedCall] = []
    for view in newest.values():
        why = _why_not(view)
        if why is None:
            calls.append(_call(view, zone))
        else:
            left_out[why] += 1
    return recording(calls, left_out)


def _why_not(view: CallView) -> str | None:
    if view.direction is not Direction.INBOUND:
        return "callback"
    if view.state not in OVER and view.ended_at is None:
        return "not_over"
    never_waited = view.ended_at is not None and view.ended_at <= view.queued_at
    return "at_keypad" if never_waited and view.answered_at is None else None


def _call(view: CallView, zone: tzinfo) -> RecordedCall:
    """A call as it came to its queue: what its caller did at his keypad before is over then."""
    answered = view.answered_at is not None
    until = view.answered_at or view.ended_at or view.queued_at
    talked = (
        (view.ended_at - view.answered_at).total_seconds()
        if view.answered_at is not None and view.ended_at is not None
        else None
    )
    return RecordedCall(
        call=view.call,
        arrived_at=view.queued_at.astimezone(zone),
        queue=view.queue,
        outcome=Outcome.ANSWERED if answered else _ENDS.get(view.state, Outcome.LEFT),
        waited=max((until - view.queued_at).total_seconds(), 0.0),
        talked=talked,
        agent=view.agent if answered else None,
        number=view.number,
        dialled=view.dialled,
        language=view.language,
        ivr_path=view.self_service.path if view.self_service else "",
        candidates=view.candidates,
    )
