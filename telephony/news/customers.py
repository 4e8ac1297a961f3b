"""News of customers: who arrives, where he stands, what he presses, what came of ringing him."""

from datetime import datetime

from routing.facts import (
    CallArrived,
    CallEnded,
    CallFellBack,
    CallHeld,
    CallWaiting,
    CustomerAnswered,
    Fact,
    KeyPressed,
    PlacingFailed,
    SurveyStarted,
)
from routing.ids import CallId, FactId, LegId
from routing.terms import EndReason, OfferOutcome
from telephony.ami import AmiEvent
from telephony.event_fields import DIALLED, caller_id, leg_in, time_of
from telephony.news.seen import Reader, Seen
from telephony.phrases import KEYS
from telephony.picture import IN, Leg

Standing = type[CallWaiting | CallHeld | CallFellBack]


# ── Who calls us ────────────────────────────────────────────────────────────────────────────


def at_the_door(seen: Seen, event: AmiEvent) -> list[Fact]:
    """A caller from the trunk, a moment before the dialplan announces him: time to look him up.

    What he dialled is raw here, so only a plain number is taken; others wait for the dialplan.
    """
    dialled = event.fields.get("Exten", "")
    if event.fields.get("Context") != IN or not DIALLED.fullmatch(dialled):
        return []
    leg = leg_in(event, agent=None)
    leg.movable = False
    seen.picture.add(leg)
    return [arrival(seen, leg, event, dialled)]


def _arrived(seen: Seen, event: AmiEvent) -> list[Fact]:
    known = seen.picture.legs.get(LegId(event.fields.get("Uniqueid", "")))
    if known is not None:
        known.movable = True
        return []
    leg = leg_in(event, agent=None)
    seen.picture.add(leg)
    return [arrival(seen, leg, event, event.fields.get("Dialled", ""))]


def arrival(seen: Seen, leg: Leg, event: AmiEvent, dialled: str) -> Fact:
    """Return the fact of a caller's arrival, from an event or a snapshot's line."""
    raw = caller_id(event, "CallerIDNum")
    return CallArrived(
        id=FactId(f"arrived:{leg.call}"),
        at=time_of(event),
        call=leg.call,
        node=seen.node,
        leg=leg.leg,
        number=seen.normalise(raw),
        raw=raw[:64],
        caller_name=caller_id(event, "CallerIDName")[:80],
        dialled=dialled,
        number_class=seen.classify(raw),
    )


# ── Where he stands, and what he does there ─────────────────────────────────────────────────


def stands(kind: Standing, word: str, call: CallId, at: datetime) -> Fact:
    """Return the fact that tells where a customer stands."""
    return kind(id=FactId(f"{word}:{call}:{at.timestamp()}"), at=at, call=call)


def _standing(kind: Standing, word: str) -> Reader:
    def read(seen: Seen, event: AmiEvent) -> list[Fact]:
        leg = seen.known(event)
        if leg is None or not leg.is_customer:
            return []
        return [stands(kind, word, leg.call, time_of(event))]

    return read


def _key_pressed(seen: Seen, event: AmiEvent) -> list[Fact]:
    leg, key = seen.known(event), event.fields.get("Key", "")
    if leg is None or len(key) != 1 or key not in KEYS:
        return []
    at = time_of(event)
    name = FactId(f"key:{leg.call}:{at.timestamp()}")
    return [KeyPressed(id=name, at=at, call=leg.call, key=key)]


def _is_asked(seen: Seen, event: AmiEvent) -> list[Fact]:
    leg = seen.known(event)
    return [surveyed(leg.call, time_of(event))] if leg is not None and leg.is_customer else []


def surveyed(call: CallId, at: datetime) -> Fact:
    """Return the fact that the talk is over and the customer says how it was. A call has one."""
    return SurveyStarted(id=FactId(f"survey:{call}"), at=at, call=call)


def ended(call: CallId, at: datetime, reason: EndReason) -> Fact:
    """Return the fact that the customer's leg is gone."""
    return CallEnded(id=FactId(f"ended:{call}"), at=at, call=call, reason=reason)


# ── Whom we ring ────────────────────────────────────────────────────────────────────────────


def ring(seen: Seen, leg: Leg) -> None:
    """Note a customer whom we ring."""
    leg.answered = False
    seen.picture.add(leg)
    seen.picture.placing.add(leg.leg)


def originated(seen: Seen, event: AmiEvent) -> list[Fact]:
    """Where a channel was made its own end tells more; here we learn that there was none."""
    leg = LegId(event.fields.get("Uniqueid", ""))
    if event.fields.get("Response") == "Success" or leg in seen.picture.legs:
        return []
    return placing_failed(seen, leg, time_of(event), OfferOutcome.UNREACHABLE)


def placing_failed(seen: Seen, leg: LegId, at: datetime, outcome: OfferOutcome) -> list[Fact]:
    """Tell, once, that a customer was not reached."""
    if leg not in seen.picture.placing:
        return []
    seen.picture.placing.discard(leg)
    name = FactId(f"placing-failed:{leg}:{at.timestamp()}")
    return [PlacingFailed(id=name, at=at, call=CallId(leg), outcome=outcome)]


def _answered(seen: Seen, event: AmiEvent) -> list[Fact]:
    leg = seen.known(event)
    if leg is None:  # the link was cut while he was rung
        leg = leg_in(event, agent=None)
        seen.picture.add(leg)
    leg.answered = True
    return [answered(seen, leg, time_of(event))]


def answered(seen: Seen, leg: Leg, at: datetime) -> Fact:
    """Return the fact that a customer whom we rang is on the line."""
    seen.picture.placing.discard(leg.leg)
    return CustomerAnswered(id=FactId(f"answered:{leg.call}"), at=at, call=leg.call, leg=leg.leg)


SAID: dict[str, Reader] = {
    "TellerlineArrived": _arrived,
    "TellerlineWaiting": _standing(CallWaiting, "waiting"),
    "TellerlineHeld": _standing(CallHeld, "held"),
    "TellerlineFallback": _standing(CallFellBack, "fell-back"),
    "TellerlineKey": _key_pressed,
    "TellerlineSurvey": _is_asked,
    "TellerlineCalled": _answered,
}
"""What the dialplan says of a customer."""
