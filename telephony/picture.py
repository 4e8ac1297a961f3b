"""What we believe a node looks like: its legs and who shares a bridge with whom. Pure."""

import re
from dataclasses import dataclass, field

from routing.ids import AgentId, CallId, LegId
from routing.terms import EndReason

IN, ARRIVAL, WAIT, OFFER, JOIN, AFTER = (
    f"tellerline-{name}" for name in ("in", "arrival", "wait", "offer", "join", "after")
)
HELD, FALLBACK, CONSULT, AGENT = (
    f"tellerline-{name}" for name in ("held", "fallback", "consult", "agent")
)
MONITOR, PHONE = (f"tellerline-{name}" for name in ("monitor", "phone"))
TELL, SEND_AWAY, CALLED = (f"tellerline-{name}" for name in ("tell", "send-away", "called"))
KEYPAD, SURVEY = (f"tellerline-{name}" for name in ("ivr", "survey"))

CUSTOMER_CONTEXTS = frozenset(
    {IN, ARRIVAL, WAIT, OFFER, JOIN, AFTER, HELD, FALLBACK, TELL, SEND_AWAY, CALLED, KEYPAD, SURVEY}
)
"""Where only a customer's leg can be."""

PLACED = re.compile(r"[^;]+~[0-9]+")
"""The id of a customer's leg that we asked Asterisk to make. Its own ids hold no `~`; of a Local
channel the far side, which is nobody's leg, has the same id with `;2` behind it."""


SUPERVISED = re.compile(r"(.+)-m[0-9]+")
"""The id of a supervisor's leg that we asked Asterisk to make, and the call that it is for."""


@dataclass(slots=True, kw_only=True)
class Leg:
    """A channel that matters: a customer's, an agent's, or a supervisor's beside a call."""

    leg: LegId
    call: CallId
    channel: str
    agent: AgentId | None = None
    context: str = ""
    exten: str = ""
    bridge: str | None = None
    movable: bool = True
    """False until the dialplan runs on the channel: before that a Redirect would tear it apart."""
    answered: bool = True
    """False while we ring a customer."""
    beside: bool = False
    """A supervisor's, who is no party of the call; one that is bridged to its customer is an
    agent's like any other."""
    ended_by: EndReason = EndReason.SYSTEM
    """Whose phone hung up, of a customer's leg."""

    @property
    def is_customer(self) -> bool:
        return self.agent is None


@dataclass(slots=True)
class Picture:
    """Legs by id, the legs in each bridge, and the customers who are being rung."""

    legs: dict[LegId, Leg] = field(default_factory=dict)
    bridges: dict[str, set[LegId]] = field(default_factory=dict)
    placing: set[LegId] = field(default_factory=set)
    """Customers whom we ring, until we have told what came of it: that is told once."""

    def add(self, leg: Leg) -> None:
        """Take a leg in, together with the bridge it is in."""
        self.legs[leg.leg] = leg
        if leg.bridge:
            leg.beside = False
            self.bridges.setdefault(leg.bridge, set()).add(leg.leg)

    def remove(self, leg_id: LegId) -> Leg | None:
        """Drop a leg; return what it was."""
        leg = self.legs.pop(leg_id, None)
        if leg is not None:
            self.leave(leg)
        return leg

    def enter(self, leg: Leg, bridge: str) -> list[Leg]:
        """Put a leg into a bridge; return all legs that are in it now."""
        if leg.bridge != bridge:
            self.leave(leg)
            leg.bridge, leg.beside = bridge, False
        members = self.bridges.setdefault(bridge, set())
        members.add(leg.leg)
        return [self.legs[member] for member in members if member in self.legs]

    def partner(self, leg: Leg) -> Leg | None:
        """Return the customer who shares a bridge with an agent's leg."""
        members = self.bridges.get(leg.bridge or "", set())
        return next((x for x in map(self.legs.get, members) if x and x.is_customer), None)

    def leave(self, leg: Leg) -> None:
        """Take a leg out of its bridge."""
        if leg.bridge is None:
            return
        members = self.bridges.get(leg.bridge)
        if members is not None:
            members.discard(leg.leg)
            if not members:
                del self.bridges[leg.bridge]
        leg.bridge = None

    def channel(self, leg_id: LegId) -> str | None:
        """Return the present name of a leg's channel."""
        leg = self.legs.get(leg_id)
        return leg.channel if leg is not None else None

    def customer(self, call: CallId) -> Leg | None:
        """Return the customer's leg of a call."""
        direct = self.legs.get(LegId(call))
        if direct is not None and direct.is_customer:
            return direct
        return next((x for x in self.legs.values() if x.call == call and x.is_customer), None)


def pair_of(members: list[Leg]) -> tuple[Leg | None, Leg | None]:
    """Return the customer and the agent in a bridge of two; for two agents, None and the colleague.

    Of two agents the owner is the one whose dialplan place is the consultation.
    """
    customers = [leg for leg in members if leg.is_customer]
    agents = [leg for leg in members if not leg.is_customer]
    if customers and agents:
        return customers[0], agents[0]
    if len(agents) == 2:
        owners = [leg for leg in agents if leg.context == CONSULT]
        if owners:
            return None, next(leg for leg in agents if leg is not owners[0])
    return None, None
