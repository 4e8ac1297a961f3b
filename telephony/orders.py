"""Commands become AMI actions. Pure: the channel strings are built from ids that we made.

Each command is one action that either happens or does not; the few that need two (release a leg
as well) send the second only for a leg that would otherwise be left alone. What a caller is told is
set on his channel first, which nobody hears, and then he is moved to it.
"""

from dataclasses import dataclass, field

from routing.commands import (
    CallCommand,
    ConsultColleague,
    HangUpCall,
    HangUpLeg,
    HoldCall,
    JoinCall,
    MonitorCall,
    OfferCall,
    PlaceCall,
    ReturnToWaiting,
    SendAway,
    ServeCaller,
    TellCaller,
)
from routing.ids import LegId
from routing.terms import OfferKind
from telephony.ami import Action
from telephony.endpoints import TECHNOLOGY, EndpointBook
from telephony.event_fields import monitor_place
from telephony.outbound import Outbound
from telephony.phrases import Voice
from telephony.picture import (
    AGENT,
    CALLED,
    CONSULT,
    FALLBACK,
    HELD,
    JOIN,
    KEYPAD,
    MONITOR,
    OFFER,
    SEND_AWAY,
    TELL,
    WAIT,
    Picture,
)

AT_ONCE = frozenset({OfferKind.RECONNECT, OfferKind.CALLBACK})
"""Offers that the agent's phone takes by itself: he was being kept for the customer."""


MONITOR_RINGS = "10000"
"""Milliseconds in which a supervisor's phone, which answers by itself, must have done so."""

ANSWER_AT_ONCE = (
    ("Alert-Info", "<http://localhost>;info=alert-autoanswer;delay=0"),
    ("Call-Info", "<sip:localhost>;answer-after=0"),
)
"""How phones of various makers are told to answer by themselves."""


class NoSuchLeg(LookupError):
    """The command is about a leg or phone that is not there (any more)."""


class NotWaiting(ValueError):
    """Words are for callers who wait; this one is with somebody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """How a node speaks to customers and how it rings them."""

    voice: Voice = field(default_factory=Voice)
    outbound: Outbound = field(default_factory=Outbound)


def orders(
    command: CallCommand, picture: Picture, book: EndpointBook, *, ways: Ways
) -> list[Action]:
    """Return the actions of a command, in order. Raises NoSuchLeg, NotWaiting, NotDiallable."""
    desk = _Desk(command, picture, book)
    match command:
        case OfferCall():
            mode = "auto" if command.kind in AT_ONCE else "ring"
            place = f"{desk.endpoint(command.agent)}_{command.offer}_{command.seconds}_{mode}"
            return [*desk.ask_afterwards(command), desk.redirect(OFFER, place)]
        case ReturnToWaiting():
            return [desk.redirect(WAIT, "s"), *desk.hang_up(command.release)]
        case ServeCaller():
            return [desk.redirect(KEYPAD, f"flow_{command.flow}")]
        case HoldCall():
            return [desk.redirect_both((HELD, "s"), command.leg, (AGENT, "s"))]
        case JoinCall():
            return [*desk.take_back(command.leg), desk.redirect(JOIN, desk.channel(command.leg))]
        case ConsultColleague():
            place = f"{desk.endpoint(command.agent)}_{command.offer}_{command.seconds}"
            return [desk.redirect_both((HELD, "s"), command.leg, (CONSULT, place))]
        case HangUpCall():
            return [*desk.hang_up(command.customer), *desk.hang_up(command.release)]
        case HangUpLeg():
            return desk.hang_up(command.leg)
        case TellCaller():
            desk.must_wait(but_not_in=FALLBACK)
            sounds = ways.voice.sounds(command.said, command.language)
            return [desk.give("TELLERLINE_SAY", sounds), desk.redirect(TELL, _music(command))]
        case SendAway():
            desk.must_wait()
            sounds = ways.voice.sounds(command.said, command.language)
            return [desk.give("TELLERLINE_SAY", sounds), desk.redirect(SEND_AWAY, "s")]
        case PlaceCall():
            return [_originate(command, ways)]
        case MonitorCall():
            return [desk.put_beside(command)]
    raise TypeError(f"no orders for {type(command).__name__}")


class _Desk:
    """Looks up names and writes actions for one command."""

    def __init__(self, command: CallCommand, picture: Picture, book: EndpointBook) -> None:
        self._command = command
        self._picture = picture
        self._book = book

    def channel(self, leg: LegId) -> str:
        name = self._picture.channel(leg)
        if name is None:
            raise NoSuchLeg(leg)
        return name

    def endpoint(self, agent: object) -> str:
        endpoint = self._book.active(agent)  # type: ignore[arg-type]
        if endpoint is None:
            raise NoSuchLeg(f"agent {agent} has no phone in use")
        return endpoint

    def redirect(self, context: str, exten: str) -> Action:
        headers = (("Channel", self.channel(self._command.customer)), *_place(context, exten, ""))
        return Action("Redirect", headers, request_id=self._command.id)

    def must_wait(self, *, but_not_in: str | None = None) -> None:
        """See that words would interrupt nobody. Raises NotWaiting.

        The engine speaks to those who wait; meanwhile Asterisk's own queue may have served one.
        """
        leg = self._picture.legs.get(self._command.customer)
        if leg is not None and (leg.bridge is not None or leg.context == but_not_in):
            raise NotWaiting("the customer is with an agent, or on the way to one")

    def give(self, name: str, value: str) -> Action:
        """Set a variable of the customer's channel."""
        channel = ("Channel", self.channel(self._command.customer))
        headers = (channel, ("Variable", name), ("Value", value))
        return Action("Setvar", headers, request_id=self._command.id)

    def ask_afterwards(self, command: OfferCall) -> list[Action]:
        """Leave word of the survey that follows this offer, and no other of this caller."""
        if command.survey is None:
            return []
        return [self.give("TELLERLINE_SURVEY", f"{command.offer}_{command.survey}")]

    def put_beside(self, command: MonitorCall) -> Action:
        """Ring a supervisor's phone, which answers by itself, or move his leg if it is up."""
        self.channel(command.heard)
        place = _place(MONITOR, monitor_place(command.mode, command.heard), "")
        channel = self._picture.channel(command.leg)
        if channel is not None:
            return Action("Redirect", (("Channel", channel), *place), request_id=command.id)
        headers = (
            ("Channel", f"{TECHNOLOGY}{self.endpoint(command.supervisor)}"),
            *place,
            ("ChannelId", command.leg),
            ("Timeout", MONITOR_RINGS),
            *(("Variable", f"PJSIP_HEADER(add,{name})={value}") for name, value in ANSWER_AT_ONCE),
        )
        return Action("Originate", headers, request_id=command.id)

    def take_back(self, leg: LegId) -> list[Action]:
        """Take an owner's leg out of its consultation, which ends his colleague's."""
        found = self._picture.legs.get(leg)
        if found is None or found.context != CONSULT:
            return []
        headers = (("Channel", found.channel), *_place(AGENT, "s", ""))
        return [Action("Redirect", headers, request_id=self._command.id)]

    def redirect_both(
        self, customer: tuple[str, str], leg: LegId, agent: tuple[str, str]
    ) -> Action:
        headers = (
            ("Channel", self.channel(self._command.customer)),
            *_place(*customer, ""),
            ("ExtraChannel", self.channel(leg)),
            *_place(*agent, "Extra"),
        )
        return Action("Redirect", headers, request_id=self._command.id)

    def hang_up(self, leg: LegId | None) -> list[Action]:
        channel = self._picture.channel(leg) if leg is not None else None
        if channel is None:
            return []
        headers = (("Channel", channel), ("Cause", "16"))
        return [Action("Hangup", headers, request_id=self._command.id)]


def _music(command: TellCaller) -> str:
    return f"music_{command.music}"


def _originate(command: PlaceCall, ways: Ways) -> Action:
    """Ring a customer. The channel's id is the leg's, so that the call is found whatever comes."""
    variables = {
        "TELLERLINE_CALLED": command.number,
        "TELLERLINE_GREETING": ways.voice.sounds(command.greeting, command.language),
    }
    caller_id = ways.outbound.caller_id
    headers = (
        ("Channel", ways.outbound.channel(command.number)),
        *_place(CALLED, "s", ""),
        ("Timeout", str(command.seconds * 1000)),
        ("ChannelId", command.customer),
        *((("CallerID", f"<{caller_id}>"),) if caller_id else ()),
        *(("Variable", f"{name}={value}") for name, value in variables.items()),
    )
    return Action("Originate", headers, request_id=command.id)


def _place(context: str, exten: str, prefix: str) -> tuple[tuple[str, str], ...]:
    return (
        (f"{prefix}Context", context),
        (f"{prefix}Exten", exten),
        (f"{prefix}Priority", "1"),
    )
