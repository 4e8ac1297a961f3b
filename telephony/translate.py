"""Asterisk's events become facts. Pure: one event in, the facts that it tells out.

Events are correlated by linked id: every leg of a call carries the linked id of the customer's
channel, through offers, consultations and transfers (seen on Asterisk 22.10). What each of them
tells stands in `telephony.news`.
"""

from routing.facts import Fact
from routing.ids import NodeId
from telephony.ami import AmiEvent
from telephony.endpoints import EndpointBook
from telephony.news import agents, customers, legs, supervisors
from telephony.news.seen import Classify, Normalise, Reader, Seen, unclassified
from telephony.picture import Picture

_SAID: dict[str, Reader] = customers.SAID | agents.SAID | supervisors.SAID


def _dialplan_said(seen: Seen, event: AmiEvent) -> list[Fact]:
    read = _SAID.get(event.fields.get("UserEvent", ""))
    return read(seen, event) if read is not None else []


_EVENTS: dict[str, Reader] = {
    "Newchannel": legs.came,
    "Rename": legs.renamed,
    "HangupRequest": legs.phone_hung_up,
    "Hangup": legs.went,
    "DialBegin": agents.dial_began,
    "BridgeEnter": agents.bridge_entered,
    "BridgeLeave": agents.bridge_left,
    "UserEvent": _dialplan_said,
    "DeviceStateChange": agents.device_changed,
    "OriginateResponse": customers.originated,
}

WANTED_EVENTS = frozenset(_EVENTS)
"""The interest filter: nothing else is decoded."""


class Translator:
    """Translates one node's events; `seen` has the picture that correlation needs."""

    def __init__(
        self,
        node: NodeId,
        book: EndpointBook,
        normalise: Normalise,
        classify: Classify = unclassified,
    ) -> None:
        self.seen = Seen(node=node, book=book, normalise=normalise, classify=classify)

    @property
    def picture(self) -> Picture:
        """What we believe the node looks like."""
        return self.seen.picture

    def facts(self, event: AmiEvent) -> list[Fact]:
        """Return what an event tells; most tell nothing new."""
        read = _EVENTS.get(event.name)
        return read(self.seen, event) if read is not None else []
