"""Asterisk's events become facts. Pure: one event in, the facts that it tells out.

Events are correlated by linked id: every leg of a call carries the linked id of the customer's
channel, through offers, consultations and transfers (seen on Asterisk 22.10). A fact's id is made
of what it tells, so the same news from an event and from a snapshot is one fact.
"""

from collections.abc import Callable
from datetime import datetime

from routing.facts import (
    AgentLegEnded,
    AgentRang,
    CallArrived,
    CallConnected,
    CallEnded,
    CallFellBack,
    CallHeld,
    CallWaiting,
    ConsultConnected,
    CustomerAnswered,
    Fact,
    KeyPressed,
    MonitorEnded,
    MonitorStarted,
    OfferEnded,
    PhoneChanged,
    PlacingFailed,
)
from routing.ids import AgentId, CallId, FactId, LegId, NodeId, OfferId
from routing.terms import EndReason, LegEnd, NumberClass, OfferOutcome
from telephony.ami import AmiEvent
from telephony.endpoints import EndpointBook, endpoint_of
from telephony.event_fields import (
    DIALLED,
    caller_id,
    ended_normally,
    is_placed,
    leg_in,
    monitor_mode,
    offer_in,
    offer_outcome,
    phone_state,
    placing_outcome,
    time_of,
)
from telephony.phrases import KEYS
from telephony.picture import IN, Leg, Picture, pair_of

Normalise = Callable[[str], str | None]
Classify = Callable[[str], NumberClass]

WANTED_EVENTS = frozenset(
    {
        "Newchannel",
        "Rename",
        "HangupRequest",
        "Hangup",
        "DialBegin",
        "BridgeEnter",
        "BridgeLeave",
        "UserEvent",
        "DeviceStateChange",
        "OriginateResponse",
    }
)
"""The interest filter: nothing else is decoded."""


def unclassified(_raw: str) -> NumberClass:
    """For who knows no numbering plan."""
    return NumberClass.UNKNOWN


class Translator:
    """Translates one node's events; keeps the picture that correlation needs."""

    def __init__(
        self,
        node: NodeId,
        book: EndpointBook,
        normalise: Normalise,
        classify: Classify = unclassified,
    ) -> None:
        self.node = node
        self.picture = Picture()
        self._book = book
        self._normalise = normalise
        self._classify = classify

    def facts(self, event: AmiEvent) -> list[Fact]:
        """Return what an event tells; most tell nothing new."""
        translate = _EVENTS.get(event.name)
        return translate(self, event) if translate is not None else []

    # ── Legs ────────────────────────────────────────────────────────────────────────────────

    def _new_channel(self, event: AmiEvent) -> list[Fact]:
        endpoint = endpoint_of(event.fields.get("Channel", ""))
        agent = self._book.owner(endpoint) if endpoint else None
        if agent is not None:
            self.picture.add(leg_in(event, agent=agent))
            return []
        if is_placed(event):
            self.ring(leg_in(event, agent=None))
            return []
        return self._caller_at_the_door(event)

    def ring(self, leg: Leg) -> None:
        """Note a customer whom we ring."""
        leg.answered = False
        self.picture.add(leg)
        self.picture.placing.add(leg.leg)

    def _caller_at_the_door(self, event: AmiEvent) -> list[Fact]:
        """A caller from the trunk, a moment before the dialplan announces him: time to look him up.

        What he dialled is raw here, so only a plain number is taken; others wait for the dialplan.
        """
        dialled = event.fields.get("Exten", "")
        if event.fields.get("Context") != IN or not DIALLED.fullmatch(dialled):
            return []
        leg = leg_in(event, agent=None)
        leg.movable = False
        self.picture.add(leg)
        return [self.arrival(leg, event, dialled)]

    def _renamed(self, event: AmiEvent) -> list[Fact]:
        leg = self._known(event)
        if leg is not None:
            leg.channel = event.fields.get("Newname", leg.channel)
        return []

    def _phone_hung_up(self, event: AmiEvent) -> list[Fact]:
        """A phone's own BYE; what we or the dialplan end comes without it."""
        leg = self._known(event)
        if leg is None:
            return []
        customer = leg if leg.is_customer else self.picture.partner(leg)
        if customer is not None and customer.ended_by is EndReason.SYSTEM:
            customer.ended_by = EndReason.CALLER if leg.is_customer else EndReason.AGENT
        return []

    def _hung_up(self, event: AmiEvent) -> list[Fact]:
        leg = self.picture.remove(LegId(event.fields.get("Uniqueid", "")))
        if leg is None:
            return []
        if not leg.answered:
            outcome = placing_outcome(event.fields.get("Cause", ""))
            return self.placing_failed(leg.leg, time_of(event), outcome)
        if leg.agent is None:
            return [self.ended(leg.call, time_of(event), leg.ended_by)]
        if leg.beside:
            return [self.monitor_ended(leg.leg, leg.call, leg.agent, at=time_of(event))]
        return [
            AgentLegEnded(
                id=FactId(f"leg-ended:{leg.leg}"),
                at=time_of(event),
                call=leg.call,
                agent=leg.agent,
                leg=leg.leg,
                end=LegEnd.NORMAL if ended_normally(event) else LegEnd.LOST,
            )
        ]

    # ── Customers whom we ring ──────────────────────────────────────────────────────────────

    def _originated(self, event: AmiEvent) -> list[Fact]:
        """Where a channel was made its own end tells more; here we learn that there was none."""
        leg = LegId(event.fields.get("Uniqueid", ""))
        if event.fields.get("Response") == "Success" or leg in self.picture.legs:
            return []
        return self.placing_failed(leg, time_of(event), OfferOutcome.UNREACHABLE)

    def placing_failed(self, leg: LegId, at: datetime, outcome: OfferOutcome) -> list[Fact]:
        """Tell, once, that a customer was not reached."""
        if leg not in self.picture.placing:
            return []
        self.picture.placing.discard(leg)
        name = FactId(f"placing-failed:{leg}:{at.timestamp()}")
        return [PlacingFailed(id=name, at=at, call=CallId(leg), outcome=outcome)]

    def _customer_answered(self, event: AmiEvent) -> list[Fact]:
        leg = self._known(event)
        if leg is None:  # the link was cut while he was rung
            leg = leg_in(event, agent=None)
            self.picture.add(leg)
        leg.answered = True
        return [self.answered(leg, time_of(event))]

    def answered(self, leg: Leg, at: datetime) -> Fact:
        """Return the fact that a customer whom we rang is on the line."""
        self.picture.placing.discard(leg.leg)
        name = FactId(f"answered:{leg.call}")
        return CustomerAnswered(id=name, at=at, call=leg.call, leg=leg.leg)

    # ── Supervisors beside calls ────────────────────────────────────────────────────────────

    def _monitoring(self, event: AmiEvent) -> list[Fact]:
        leg = self._known(event)
        if leg is None:  # the link was cut while his phone was rung
            endpoint = endpoint_of(event.fields.get("Channel", ""))
            leg = leg_in(event, agent=self._book.owner(endpoint) if endpoint else None)
            if leg.agent is not None:
                self.picture.add(leg)
        return self.monitoring(leg, time_of(event))

    def monitoring(self, leg: Leg, at: datetime) -> list[Fact]:
        """Return the fact that a supervisor stands beside a call, if the leg is one's."""
        mode = monitor_mode(leg.exten)
        if not leg.beside or leg.agent is None or mode is None:
            return []
        name = FactId(f"monitoring:{leg.leg}:{mode}:{at.timestamp()}")
        return [MonitorStarted(id=name, at=at, call=leg.call, by=leg.agent, leg=leg.leg, mode=mode)]

    def monitor_ended(self, leg: LegId, call: CallId, by: AgentId, *, at: datetime) -> Fact:
        """Return the fact that a supervisor's leg is gone."""
        return MonitorEnded(id=FactId(f"monitor-ended:{leg}"), at=at, call=call, by=by, leg=leg)

    # ── Ringing and talking ─────────────────────────────────────────────────────────────────

    def _dial_began(self, event: AmiEvent) -> list[Fact]:
        dialled = self.picture.legs.get(LegId(event.fields.get("DestUniqueid", "")))
        dialler = self._known(event)
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

    def _bridge_entered(self, event: AmiEvent) -> list[Fact]:
        leg = self._known(event)
        if leg is None:
            return []
        members = self.picture.enter(leg, event.fields.get("BridgeUniqueid", ""))
        return self.together(members, time_of(event))

    def _bridge_left(self, event: AmiEvent) -> list[Fact]:
        leg = self._known(event)
        if leg is not None and leg.bridge == event.fields.get("BridgeUniqueid"):
            self.picture.leave(leg)
        return []

    def together(self, members: list[Leg], at: datetime) -> list[Fact]:
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

    # ── What the dialplan says ──────────────────────────────────────────────────────────────

    def _dialplan_said(self, event: AmiEvent) -> list[Fact]:
        say = _DIALPLAN.get(event.fields.get("UserEvent", ""))
        return say(self, event) if say is not None else []

    def _arrived(self, event: AmiEvent) -> list[Fact]:
        known = self.picture.legs.get(LegId(event.fields.get("Uniqueid", "")))
        if known is not None:
            known.movable = True
            return []
        leg = leg_in(event, agent=None)
        self.picture.add(leg)
        return [self.arrival(leg, event, event.fields.get("Dialled", ""))]

    def arrival(self, leg: Leg, event: AmiEvent, dialled: str) -> Fact:
        """Return the fact of a caller's arrival, from an event or a snapshot's line."""
        raw = caller_id(event, "CallerIDNum")
        return CallArrived(
            id=FactId(f"arrived:{leg.call}"),
            at=time_of(event),
            call=leg.call,
            node=self.node,
            leg=leg.leg,
            number=self._normalise(raw),
            raw=raw[:64],
            caller_name=caller_id(event, "CallerIDName")[:80],
            dialled=dialled,
            number_class=self._classify(raw),
        )

    def _waiting(self, event: AmiEvent) -> list[Fact]:
        return self._about_customer(event, CallWaiting, "waiting")

    def _key_pressed(self, event: AmiEvent) -> list[Fact]:
        leg, key = self._known(event), event.fields.get("Key", "")
        if leg is None or len(key) != 1 or key not in KEYS:
            return []
        at = time_of(event)
        name = FactId(f"key:{leg.call}:{at.timestamp()}")
        return [KeyPressed(id=name, at=at, call=leg.call, key=key)]

    def _held(self, event: AmiEvent) -> list[Fact]:
        return self._about_customer(event, CallHeld, "held")

    def _fell_back(self, event: AmiEvent) -> list[Fact]:
        return self._about_customer(event, CallFellBack, "fell-back")

    def _about_customer(
        self, event: AmiEvent, kind: type[CallWaiting | CallHeld | CallFellBack], word: str
    ) -> list[Fact]:
        leg = self._known(event)
        if leg is None or not leg.is_customer:
            return []
        return [place(kind, word, leg.call, time_of(event))]

    def _offer_ended(self, event: AmiEvent) -> list[Fact]:
        self._known(event)
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

    # ── Phones ──────────────────────────────────────────────────────────────────────────────

    def _device_changed(self, event: AmiEvent) -> list[Fact]:
        agent = self._book.active_agent(event.fields.get("Device", ""))
        if agent is None:
            return []
        at = time_of(event)
        return [
            PhoneChanged(
                id=FactId(f"phone:{event.fields['Device']}:{at.timestamp()}"),
                at=at,
                agent=agent,
                state=phone_state(event),
            )
        ]

    def ended(self, call: CallId, at: datetime, reason: EndReason) -> Fact:
        """Return the fact that the customer's leg is gone."""
        return CallEnded(id=FactId(f"ended:{call}"), at=at, call=call, reason=reason)

    def _known(self, event: AmiEvent) -> Leg | None:
        """Return the leg that the event is about, brought up to date with its dialplan place."""
        leg = self.picture.legs.get(LegId(event.fields.get("Uniqueid", "")))
        if leg is not None:
            leg.context = event.fields.get("Context", leg.context)
            leg.exten = event.fields.get("Exten", leg.exten)
        return leg


def place(
    kind: type[CallWaiting | CallHeld | CallFellBack], word: str, call: CallId, at: datetime
) -> Fact:
    """Return the fact that tells where a customer stands."""
    return kind(id=FactId(f"{word}:{call}:{at.timestamp()}"), at=at, call=call)


_EVENTS: dict[str, Callable[[Translator, AmiEvent], list[Fact]]] = {
    "Newchannel": Translator._new_channel,
    "Rename": Translator._renamed,
    "HangupRequest": Translator._phone_hung_up,
    "Hangup": Translator._hung_up,
    "DialBegin": Translator._dial_began,
    "BridgeEnter": Translator._bridge_entered,
    "BridgeLeave": Translator._bridge_left,
    "UserEvent": Translator._dialplan_said,
    "DeviceStateChange": Translator._device_changed,
    "OriginateResponse": Translator._originated,
}

_DIALPLAN: dict[str, Callable[[Translator, AmiEvent], list[Fact]]] = {
    "TellerlineArrived": Translator._arrived,
    "TellerlineWaiting": Translator._waiting,
    "TellerlineKey": Translator._key_pressed,
    "TellerlineCalled": Translator._customer_answered,
    "TellerlineHeld": Translator._held,
    "TellerlineMonitoring": Translator._monitoring,
    "TellerlineFallback": Translator._fell_back,
    "TellerlineOfferEnded": Translator._offer_ended,
    "TellerlineConsultEnded": Translator._offer_ended,
}
