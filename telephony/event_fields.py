"""What single fields of Asterisk's events say: ids, times, causes, states. Pure."""

import re
from datetime import datetime

from routing.ids import AgentId, CallId, LegId, OfferId
from routing.terms import MonitorMode, OfferOutcome, PhoneState
from telephony.ami import AmiEvent
from telephony.picture import CONSULT, MONITOR, OFFER, PHONE, PLACED, SUPERVISED, Leg

_UNKNOWN = "<unknown>"
"""What Asterisk writes for an absent caller id."""

_NORMAL_CLEARING = "16"
_CALL_REJECTED = "21"

DIALLED = re.compile(r"\+?[0-9]{1,20}")

_DEVICE_STATES = {
    "NOT_INUSE": PhoneState.READY,
    "INUSE": PhoneState.IN_USE,
    "BUSY": PhoneState.IN_USE,
    "RINGING": PhoneState.IN_USE,
    "RINGINUSE": PhoneState.IN_USE,
    "ONHOLD": PhoneState.IN_USE,
}
"""Asterisk's device states; every other one means that the phone cannot be reached."""

_DIAL_ENDS = {
    "NOANSWER": OfferOutcome.NO_ANSWER,
    "BUSY": OfferOutcome.BUSY,
    "CANCEL": OfferOutcome.WITHDRAWN,
    "DONTCALL": OfferOutcome.DECLINED,
    "TORTURE": OfferOutcome.DECLINED,
}

_MODES = {
    "l_": MonitorMode.LISTEN,
    "w_": MonitorMode.WHISPER,
    "b_": MonitorMode.BARGE,
}

_PLACING_ENDS = {
    _NORMAL_CLEARING: OfferOutcome.WITHDRAWN,
    "17": OfferOutcome.BUSY,
    "18": OfferOutcome.NO_ANSWER,
    "19": OfferOutcome.NO_ANSWER,
    _CALL_REJECTED: OfferOutcome.DECLINED,
}
"""Hang-up causes of a customer's leg that was rung; every other one: he could not be reached."""


def is_placed(event: AmiEvent) -> bool:
    """Tell whether an event, or a line of a snapshot, is about a customer whom we rang."""
    leg = event.fields.get("Uniqueid", "")
    return leg == event.fields.get("Linkedid") and PLACED.fullmatch(leg) is not None


def leg_in(event: AmiEvent, *, agent: AgentId | None) -> Leg:
    """Return the leg that an event or a snapshot's line is about.

    The call of a supervisor's leg is in its id: it is linked to nothing but itself.
    """
    fields = event.fields
    leg, context = fields.get("Uniqueid", ""), fields.get("Context", "")
    supervised = SUPERVISED.fullmatch(leg) if agent is not None else None
    return Leg(
        leg=LegId(leg),
        call=CallId(supervised[1] if supervised else fields.get("Linkedid", "")),
        channel=fields.get("Channel", ""),
        agent=agent,
        context=context,
        exten=fields.get("Exten", ""),
        beside=supervised is not None and context in (MONITOR, PHONE),
    )


def monitor_mode(exten: str) -> MonitorMode | None:
    """Return how a supervisor is beside a call, by his dialplan place: <mode>_<leg>."""
    return _MODES.get(exten[:2])


def monitor_place(mode: MonitorMode, heard: LegId) -> str:
    """Return the dialplan place for a mode and the agent's leg that is heard."""
    return next(letter for letter, meant in _MODES.items() if meant is mode) + heard


def time_of(event: AmiEvent) -> datetime:
    """Return when it happened, by the node's clock where it tells."""
    return event.timestamp or event.received_at


def caller_id(event: AmiEvent, key: str) -> str:
    """Return a number or name of a caller, empty where there is none."""
    value = event.fields.get(key, "")
    return "" if value == _UNKNOWN else value


def offer_in(dialler: Leg) -> OfferId | None:
    """Return the offer in the dialplan place of whoever dials: <endpoint>_<offer>_<seconds>..."""
    if dialler.context not in (OFFER, CONSULT):
        return None
    parts = dialler.exten.split("_")
    return OfferId(parts[1]) if len(parts) >= 3 else None


def offer_outcome(status: str, cause: str) -> OfferOutcome:
    """Return what became of an offer, by Dial's status and the hang-up cause."""
    if cause == _CALL_REJECTED:
        return OfferOutcome.DECLINED
    return _DIAL_ENDS.get(status, OfferOutcome.UNREACHABLE)


def placing_outcome(cause: str) -> OfferOutcome:
    """Return why a customer whom we rang was not reached, by the end of his leg."""
    return _PLACING_ENDS.get(cause, OfferOutcome.UNREACHABLE)


def phone_state(event: AmiEvent) -> PhoneState:
    """Return how a phone stands."""
    return _DEVICE_STATES.get(event.fields.get("State", ""), PhoneState.UNREACHABLE)


def ended_normally(event: AmiEvent) -> bool:
    """Tell whether a leg ended by intent; without a cause, nothing speaks against it."""
    return event.fields.get("Cause", _NORMAL_CLEARING) == _NORMAL_CLEARING
