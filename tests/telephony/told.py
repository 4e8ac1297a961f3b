"""What the recordings of a real Asterisk tell, as facts: read by the real parser and translator."""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

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
    SurveyStarted,
)
from routing.ids import AgentId, NodeId
from routing.terms import PhoneKind
from telephony.ami import AmiEvent
from telephony.ami.wire import Decoder
from telephony.endpoints import AgentPhones, EndpointBook
from telephony.translate import WANTED_EVENTS, Translator

RECORDINGS = sorted((Path(__file__).parent / "recordings").glob("*.ami"))
AT = datetime(2026, 11, 24, tzinfo=UTC)
ANNA, BORIS = AgentId("anna"), AgentId("boris")
NODE = NodeId("pbx1")


def book() -> EndpointBook:
    """Anna and Boris work with the desk phones of the recordings."""
    found = EndpointBook(
        [
            AgentPhones(agent=ANNA, name="Anna", browser="a0", desk="d00000000000a"),
            AgentPhones(agent=BORIS, name="Boris", browser="b0", desk="d00000000000b"),
        ]
    )
    for agent in (ANNA, BORIS):
        found.activate(agent, PhoneKind.DESK)
    return found


def translator() -> Translator:
    """A translator that takes every number of a plus and digits as E.164."""
    return Translator(NODE, book(), lambda raw: raw if raw.startswith("+") else None)


def events(pieces: Iterable[bytes]) -> list[AmiEvent]:
    """The wanted events in a stream that comes in these pieces; list replies are left out."""
    decoder = Decoder(wanted=WANTED_EVENTS)
    found = [message for piece in pieces for message in decoder.feed(piece, AT)]
    return [m for m in found if isinstance(m, AmiEvent) and "ActionID" not in m.fields]


def facts(pieces: Iterable[bytes]) -> list[Fact]:
    """The facts in such a stream."""
    translating = translator()
    return [fact for event in events(pieces) for fact in translating.facts(event)]


def words(told: Iterable[Fact]) -> list[str]:
    """The facts as a reader can check them; what phones do beside the calls is left out."""
    return [word(fact) for fact in told if not isinstance(fact, PhoneChanged)]


def word(fact: Fact) -> str:
    match fact:
        case CallArrived():
            return f"arrived {fact.number}"
        case CallWaiting():
            return "waiting"
        case CallHeld():
            return "held"
        case CallFellBack():
            return "fell back"
        case AgentRang():
            return f"{fact.agent} rang" + ("" if fact.offer else " by fallback")
        case CallConnected():
            return f"{fact.agent} connected"
        case ConsultConnected():
            return f"{fact.agent} consulted"
        case OfferEnded():
            return f"offer {fact.offer} {fact.outcome}"
        case AgentLegEnded():
            return f"{fact.agent} left {fact.end}"
        case CallEnded():
            return f"ended by {fact.reason}"
        case KeyPressed():
            return f"pressed {fact.key}"
        case SurveyStarted():
            return "is asked how it was"
        case CustomerAnswered():
            return "customer answered"
        case PlacingFailed():
            return f"not reached: {fact.outcome}"
        case MonitorStarted():
            return f"{fact.by} beside: {fact.mode}"
        case MonitorEnded():
            return f"{fact.by} beside no more"
    return type(fact).__name__
