"""News of agents: whose phone rings, who talks with whom, what became of an offer."""

from datetime import datetime

from routing.facts import (
    AgentLegEnded,
    AgentRang,
    CallConnected,
    ConsultConnected,
    Fact,
    OfferEnded,
    PhoneChanged,
)
from routing.ids import AgentId, CallId, FactId, LegId, OfferId
from routing.terms import LegEnd
from telephony.ami import AmiEvent
from telephony.event_fields import ended_normally, offer_in, offer_outcome, phone_state, time_of
from telephony.news.seen import Reader, Seen
from telephony.picture import Leg, pair_of


def dial_began(seen: Seen, event: AmiEvent) -> list[Fact]:
    """An agent's phone rings."""
    dialled = seen.picture.legs.get(LegId(event.fields.get("DestUniqueid", "")))
    dialler = seen.known(event)
    if dialled is None or dialled.agent is None or dialler is None:
        return []
    return [
        AgentRang(
            id=FactId(f"rang:{dialled.leg}"),
            at=time_of(event),
            call=dialled.call,
            agent=dialled.agent,
            leg=dialled.leg,
            offer=offer_in(dialler),
        )
    ]


def bridge_entered(seen: Seen, event: AmiEvent) -> list[Fact]:
    """A leg joined others, or waits for them."""
    leg = seen.known(event)
    if leg is None:
        return []
    return together(seen.picture.enter(leg, event.fields.get("BridgeUniqueid", "")), time_of(event))


def bridge_left(seen: Seen, event: AmiEvent) -> list[Fact]:
    """A leg left; where to is told by what follows."""
    leg = seen.known(event)
    if leg is not None and leg.bridge == event.fields.get("BridgeUniqueid"):
        seen.picture.leave(leg)
    return []


def together(members: list[Leg], at: datetime) -> list[Fact]:
    """Return what a bridge with these legs means."""
    customer, agent_leg = pair_of(members)
    if agent_leg is None or agent_leg.agent is None:
        return []
    kind = CallConnected if customer is not None else ConsultConnected
    word = "connected" if customer is not None else "consulted"
    call = customer.call if customer is not None else agent_leg.call
    return [
        kind(
            id=FactId(f"{word}:{agent_leg.leg}:{agent_leg.bridge}"),
            at=at,
            call=call,
            agent=agent_leg.agent,
            leg=agent_leg.leg,
        )
    ]


def left(leg: Leg, agent: AgentId, event: AmiEvent) -> Fact:
    """Return the fact that an agent's leg is gone, and how it ended."""
    return AgentLegEnded(
        id=FactId(f"leg-ended:{leg.leg}"),
        at=time_of(event),
        call=leg.call,
        agent=agent,
        leg=leg.leg,
        end=LegEnd.NORMAL if ended_normally(event) else LegEnd.LOST,
    )


def _offer_ended(seen: Seen, event: AmiEvent) -> list[Fact]:
    seen.known(event)
    status = event.fields.get("Status", "")
    if status == "ANSWER":
        return []
    offer = event.fields.get("Offer", "")
    return [
        OfferEnded(
            id=FactId(f"offer-ended:{offer}"),
            at=time_of(event),
            call=CallId(event.fields.get("Linkedid", "")),
            offer=OfferId(offer),
            outcome=offer_outcome(status, event.fields.get("Cause", "")),
        )
    ]


def device_changed(seen: Seen, event: AmiEvent) -> list[Fact]:
    """A phone that is in use stands otherwise now."""
    agent = seen.book.active_agent(event.fields.get("Device", ""))
    if agent is None:
        return []
    at = time_of(event)
    name = FactId(f"phone:{event.fields['Device']}:{at.timestamp()}")
    return [PhoneChanged(id=name, at=at, agent=agent, state=phone_state(event))]


SAID: dict[str, Reader] = {
    "TellerlineOfferEnded": _offer_ended,
    "TellerlineConsultEnded": _offer_ended,
}
"""What the dialplan says of an agent's phone."""
