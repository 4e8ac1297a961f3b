"""News of channels as such: who they belong to as they come, and what their end means."""

from routing.facts import Fact
from routing.ids import LegId
from routing.terms import EndReason
from telephony.ami import AmiEvent
from telephony.endpoints import endpoint_of
from telephony.event_fields import is_placed, leg_in, placing_outcome, time_of
from telephony.news import agents, customers, supervisors
from telephony.news.seen import Seen


def came(seen: Seen, event: AmiEvent) -> list[Fact]:
    """A new channel: an agent's, a customer's whom we ring, or a caller's."""
    endpoint = endpoint_of(event.fields.get("Channel", ""))
    agent = seen.book.owner(endpoint) if endpoint else None
    if agent is not None:
        seen.picture.add(leg_in(event, agent=agent))
        return []
    if is_placed(event):
        customers.ring(seen, leg_in(event, agent=None))
        return []
    return customers.at_the_door(seen, event)


def renamed(seen: Seen, event: AmiEvent) -> list[Fact]:
    """A channel has another name from now on."""
    leg = seen.known(event)
    if leg is not None:
        leg.channel = event.fields.get("Newname", leg.channel)
    return []


def phone_hung_up(seen: Seen, event: AmiEvent) -> list[Fact]:
    """A phone's own BYE; what we or the dialplan end comes without it."""
    leg = seen.known(event)
    if leg is None:
        return []
    customer = leg if leg.is_customer else seen.picture.partner(leg)
    if customer is not None and customer.ended_by is EndReason.SYSTEM:
        customer.ended_by = EndReason.CALLER if leg.is_customer else EndReason.AGENT
    return []


def went(seen: Seen, event: AmiEvent) -> list[Fact]:
    """A channel is gone."""
    leg = seen.picture.remove(LegId(event.fields.get("Uniqueid", "")))
    if leg is None:
        return []
    at = time_of(event)
    if not leg.answered:
        outcome = placing_outcome(event.fields.get("Cause", ""))
        return customers.placing_failed(seen, leg.leg, at, outcome)
    if leg.agent is None:
        return [customers.ended(leg.call, at, leg.ended_by)]
    if leg.beside:
        return [supervisors.ended(leg.leg, leg.call, leg.agent, at=at)]
    return [agents.left(leg, leg.agent, event)]
