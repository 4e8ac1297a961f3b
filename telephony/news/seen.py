"""What all news is read against: one node, its picture, its phones, and how numbers are read."""

from collections.abc import Callable
from dataclasses import dataclass, field

from routing.facts import Fact
from routing.ids import LegId, NodeId
from routing.terms import NumberClass
from telephony.ami import AmiEvent
from telephony.endpoints import EndpointBook
from telephony.picture import Leg, Picture

Normalise = Callable[[str], str | None]
Classify = Callable[[str], NumberClass]


def unclassified(_raw: str) -> NumberClass:
    """For who knows no numbering plan."""
    return NumberClass.UNKNOWN


@dataclass(slots=True, kw_only=True)
class Seen:
    """A node as we see it."""

    node: NodeId
    book: EndpointBook
    normalise: Normalise
    classify: Classify = unclassified
    picture: Picture = field(default_factory=Picture)

    def known(self, event: AmiEvent) -> Leg | None:
        """Return the leg that the event is about, brought up to date with its dialplan place."""
        leg = self.picture.legs.get(LegId(event.fields.get("Uniqueid", "")))
        if leg is not None:
            leg.context = event.fields.get("Context", leg.context)
            leg.exten = event.fields.get("Exten", leg.exten)
        return leg


Reader = Callable[[Seen, AmiEvent], list[Fact]]
"""Reads one kind of event: it may change the picture, and returns what is told."""
