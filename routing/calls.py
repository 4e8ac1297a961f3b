"""The call's state machine: one table, shared by the engine, the card's column and the docs.

A pair that is not in the table is an error of ours, never a silent move.
"""

from enum import StrEnum

from routing.terms import CallState


class CallEvent(StrEnum):
    """What moves a call from state to state."""

    SERVE = "serve"
    QUEUE = "queue"
    DIAL = "dial"
    DIAL_FAILED = "dial_failed"
    CUSTOMER_ANSWERED = "customer_answered"
    GIVE_UP_DIALLING = "give_up_dialling"
    OFFER = "offer"
    OFFER_FAILED = "offer_failed"
    CONNECT = "connect"
    HOLD = "hold"
    CONSULT = "consult"
    CONSULT_ENDED = "consult_ended"
    TRANSFER = "transfer"
    LEG_LOST = "leg_lost"
    GIVE_UP = "give_up"
    TURN_AWAY = "turn_away"
    TAKE_CALLBACK = "take_callback"
    END_UNANSWERED = "end_unanswered"
    END_ANSWERED = "end_answered"
    END_SERVED = "end_served"
    LOSE = "lose"
    FINISH = "finish"
    TIME_OUT = "time_out"


_UNANSWERED = {
    CallEvent.CONNECT: CallState.TALKING,
    CallEvent.END_UNANSWERED: CallState.ABANDONED,
    CallEvent.LOSE: CallState.LOST,
}
_ANSWERED = {
    CallEvent.CONNECT: CallState.TALKING,
    CallEvent.LEG_LOST: CallState.RECOVERING,
    CallEvent.END_ANSWERED: CallState.WRAP_UP,
    CallEvent.LOSE: CallState.LOST,
}

TRANSITIONS: dict[CallState, dict[CallEvent, CallState]] = {
    CallState.NEW: {
        **_UNANSWERED,
        CallEvent.SERVE: CallState.SELF_SERVICE,
        CallEvent.QUEUE: CallState.QUEUED,
        CallEvent.TURN_AWAY: CallState.TURNED_AWAY,
    },
    # At the keypad: he ends there, told something or not, or a person is wanted.
    CallState.SELF_SERVICE: {
        **_UNANSWERED,
        CallEvent.QUEUE: CallState.QUEUED,
        CallEvent.TURN_AWAY: CallState.TURNED_AWAY,
        CallEvent.TAKE_CALLBACK: CallState.CALLBACK_TAKEN,
        CallEvent.END_SERVED: CallState.SELF_SERVED,
    },
    CallState.QUEUED: {
        **_UNANSWERED,
        CallEvent.OFFER: CallState.RINGING,
        CallEvent.TURN_AWAY: CallState.TURNED_AWAY,
        CallEvent.TAKE_CALLBACK: CallState.CALLBACK_TAKEN,
        # A callback stands in line without its customer; these two are its own.
        CallEvent.DIAL: CallState.DIALLING,
        CallEvent.GIVE_UP_DIALLING: CallState.UNREACHED,
    },
    CallState.DIALLING: {
        CallEvent.CUSTOMER_ANSWERED: CallState.QUEUED,
        CallEvent.DIAL_FAILED: CallState.QUEUED,
        CallEvent.LOSE: CallState.LOST,
    },
    CallState.RINGING: {
        **_UNANSWERED,
        CallEvent.OFFER_FAILED: CallState.QUEUED,
    },
    CallState.TALKING: {
        **_ANSWERED,
        CallEvent.HOLD: CallState.HELD,
        CallEvent.CONSULT: CallState.CONSULTING,
        CallEvent.TRANSFER: CallState.QUEUED,
    },
    CallState.HELD: {
        **_ANSWERED,
        CallEvent.CONSULT: CallState.CONSULTING,
        CallEvent.TRANSFER: CallState.QUEUED,
    },
    CallState.CONSULTING: {
        **_ANSWERED,
        CallEvent.CONSULT_ENDED: CallState.HELD,
    },
    CallState.RECOVERING: {
        CallEvent.CONNECT: CallState.TALKING,
        CallEvent.GIVE_UP: CallState.QUEUED,
        CallEvent.END_ANSWERED: CallState.WRAP_UP,
        CallEvent.LOSE: CallState.LOST,
    },
    CallState.WRAP_UP: {
        CallEvent.FINISH: CallState.CLOSED,
        CallEvent.TIME_OUT: CallState.CLOSED_INCOMPLETE,
    },
    CallState.CLOSED_INCOMPLETE: {CallEvent.FINISH: CallState.CLOSED},
    # The news that somebody had answered may come after the news that it is over.
    CallState.ABANDONED: {
        CallEvent.END_ANSWERED: CallState.WRAP_UP,
        # Nor is it sure that the keypad's last word comes before the end of the call.
        CallEvent.END_SERVED: CallState.SELF_SERVED,
        CallEvent.TAKE_CALLBACK: CallState.CALLBACK_TAKEN,
    },
    # Sent away or called back later: he still hears us say so, and his leg ends after it.
    CallState.TURNED_AWAY: {},
    CallState.CALLBACK_TAKEN: {},
    CallState.UNREACHED: {},
    CallState.SELF_SERVED: {CallEvent.TAKE_CALLBACK: CallState.CALLBACK_TAKEN},
    CallState.CLOSED: {},
    CallState.LOST: {},
}

OVER = frozenset(
    {
        CallState.CLOSED,
        CallState.CLOSED_INCOMPLETE,
        CallState.ABANDONED,
        CallState.TURNED_AWAY,
        CallState.CALLBACK_TAKEN,
        CallState.UNREACHED,
        CallState.SELF_SERVED,
        CallState.LOST,
    }
)
"""Nobody is busy with the call any more."""

OWNED = frozenset({CallState.TALKING, CallState.HELD, CallState.CONSULTING, CallState.RECOVERING})
"""An agent owns the live call."""


def after(state: CallState, event: CallEvent) -> CallState:
    """Return the state that follows. Raises KeyError where the table has no such move."""
    return TRANSITIONS[state][event]


def allows(state: CallState, event: CallEvent) -> bool:
    """Tell whether the table has this move."""
    return event in TRANSITIONS[state]
