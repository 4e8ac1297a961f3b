"""A snapshot of a node becomes facts: what is there, and what should be and is not. Pure.

After each login the picture is drawn anew from the snapshot and told as facts; whoever knew it
already loses nothing by hearing it again. Every 30 s the picture is only compared.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from routing.calls import OVER
from routing.facts import CallFellBack, CallHeld, CallWaiting, Fact, PhoneChanged
from routing.ids import FactId, LegId
from routing.notices import CallView
from routing.terms import CallState, EndReason, OfferOutcome
from telephony.ami import AmiEvent
from telephony.endpoints import EndpointBook, endpoint_of
from telephony.event_fields import is_placed, leg_in, phone_state
from telephony.news import agents, customers, supervisors
from telephony.news.seen import Seen
from telephony.picture import (
    ARRIVAL,
    CUSTOMER_CONTEXTS,
    FALLBACK,
    HELD,
    IN,
    MONITOR,
    SURVEY,
    WAIT,
    Leg,
    Picture,
)
from telephony.translate import Translator

_Place = tuple[customers.Standing, str]

_ANSWERED = CUSTOMER_CONTEXTS - {IN, ARRIVAL}
"""Where a customer whom we rang can be once he has answered; before, his trunk's context stands."""

_WAITING: _Place = (CallWaiting, "waiting")
_PLACES: dict[str, tuple[_Place, ...]] = {
    WAIT: (_WAITING,),
    HELD: ((CallHeld, "held"),),
    FALLBACK: (_WAITING, (CallFellBack, "fell-back")),
}
"""Asterisk's own queue is a place to wait as well: whoever was with the customer is gone. One who
serves himself by his keypad is not waiting; what becomes of him is told by who serves him."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """What a node said of itself at one moment."""

    at: datetime
    booted_at: datetime
    """When this Asterisk started: calls from before it are gone."""
    channels: Sequence[AmiEvent]
    devices: Sequence[AmiEvent]


def draw(snapshot: Snapshot, book: EndpointBook) -> tuple[Picture, dict[LegId, AmiEvent]]:
    """Return the picture in a snapshot, and the line of each leg."""
    picture, lines = Picture(), {}
    for line in snapshot.channels:
        fields = line.fields
        endpoint = endpoint_of(fields.get("Channel", ""))
        agent = book.owner(endpoint) if endpoint else None
        placed = agent is None and is_placed(line)
        if agent is None and not placed and fields.get("Context", "") not in CUSTOMER_CONTEXTS:
            continue
        leg = leg_in(line, agent=agent)
        leg.bridge = fields.get("BridgeId") or None
        leg.movable = placed or leg.context != IN
        leg.answered = not placed or leg.context in _ANSWERED
        picture.add(leg)
        lines[leg.leg] = line
        if not leg.answered:
            picture.placing.add(leg.leg)
    return picture, lines


def tell(
    snapshot: Snapshot, translator: Translator, book: EndpointBook, believed: Iterable[CallView]
) -> list[Fact]:
    """Make the snapshot the translator's picture and return it as facts."""
    picture, lines = draw(snapshot, book)
    seen = translator.seen
    # Whom this link has been told to ring may have no channel yet; what comes of it will be told.
    picture.placing |= seen.picture.placing - picture.legs.keys()
    seen.picture = picture
    facts = list(_gone(snapshot, seen, believed))
    for leg in [leg for leg in picture.legs.values() if leg.is_customer]:
        facts += _customer(snapshot, seen, leg, lines[leg.leg])
    for members in picture.bridges.values():
        facts += agents.together([picture.legs[leg] for leg in members], snapshot.at)
    for leg in picture.legs.values():
        if leg.beside and leg.context == MONITOR:
            facts += supervisors.monitoring(leg, snapshot.at)
    return facts + phones(snapshot.at, snapshot.devices, book)


def _gone(snapshot: Snapshot, seen: Seen, believed: Iterable[CallView]) -> Iterable[Fact]:
    legs = seen.picture.legs
    present = {leg.call for leg in legs.values() if leg.is_customer}
    for call in believed:
        for one in call.listeners:
            if one.since is not None and one.ended_at is None and one.leg not in legs:
                yield supervisors.ended(one.leg, call.call, one.supervisor, at=snapshot.at)
        if call.state in OVER or call.ended_at is not None or call.call in present:
            continue
        if call.state is CallState.DIALLING:
            yield from _not_reached(snapshot, seen, LegId(call.call))
            continue
        if not call.customer_here:  # a callback that stands in line
            continue
        lost = call.arrived_at < snapshot.booted_at
        reason = EndReason.LOST if lost else EndReason.CALLER
        yield customers.ended(call.call, snapshot.at, reason)


def _not_reached(snapshot: Snapshot, seen: Seen, leg: LegId) -> Iterable[Fact]:
    """A customer who was to be rung over a link that was cut, and who is not: he is not rung again
    by us, since nobody knows whether he has been."""
    placing = seen.picture.placing
    if leg not in placing:
        placing.add(leg)
        yield from customers.placing_failed(seen, leg, snapshot.at, OfferOutcome.UNREACHABLE)


def _customer(snapshot: Snapshot, seen: Seen, leg: Leg, line: AmiEvent) -> Iterable[Fact]:
    if leg.context == SURVEY:  # his talk is over, and perhaps his call is forgotten already
        yield customers.surveyed(leg.call, snapshot.at)
        return
    if not is_placed(line):
        dialled = leg.exten if leg.context in (IN, ARRIVAL) else ""
        yield customers.arrival(seen, leg, line, dialled)
    elif leg.answered:
        yield customers.answered(seen, leg, snapshot.at)
    else:
        return
    if leg.bridge is None:
        for kind, word in _places(seen.picture, leg):
            yield customers.stands(kind, word, leg.call, snapshot.at)


def _places(picture: Picture, customer: Leg) -> tuple[_Place, ...]:
    """A customer on hold whom no agent can take back, because no agent's leg is left, waits.

    His agent's end was told to nobody: the dialplan leaves it to us, and we were away.
    """
    of_call = [x for x in picture.legs.values() if x.call == customer.call]
    agents = [x for x in of_call if not x.is_customer and not x.beside]
    if customer.context == HELD and not agents:
        return (_WAITING,)
    return _PLACES.get(customer.context, ())


def phones(at: datetime, devices: Sequence[AmiEvent], book: EndpointBook) -> list[Fact]:
    """Return the states of the phones in use, as a device list told them."""
    facts: list[Fact] = []
    for line in devices:
        device = line.fields.get("Device", "")
        agent = book.active_agent(device)
        if agent is not None:
            name = FactId(f"phone:{device}:{at.timestamp()}")
            facts.append(PhoneChanged(id=name, at=at, agent=agent, state=phone_state(line)))
    return facts


def differences(snapshot: Snapshot, picture: Picture, book: EndpointBook) -> frozenset[str]:
    """Name what differs between picture and snapshot: legs too many, too few, or elsewhere."""
    seen, _ = draw(snapshot, book)
    names = {f"{leg}:missing" for leg in picture.legs.keys() - seen.legs.keys()}
    names |= {f"{leg}:unknown" for leg in seen.legs.keys() - picture.legs.keys()}
    for leg_id in picture.legs.keys() & seen.legs.keys():
        if (picture.legs[leg_id].bridge or "") != (seen.legs[leg_id].bridge or ""):
            names.add(f"{leg_id}:bridge")
    return frozenset(names)
