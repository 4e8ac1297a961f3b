"""Customers whom we ring: told once how it came out, by events and by snapshots. No Asterisk."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from routing.facts import CallEnded, CustomerAnswered, Fact, PlacingFailed
from routing.ids import CallId, LegId
from routing.notices import CallView
from routing.terms import CallState, Direction, OfferOutcome
from telephony.ami import AmiEvent
from telephony.resync import Snapshot, tell
from telephony.translate import Translator
from tests.routing.house import CLARA, House
from tests.telephony.told import AT, book, events, translator, words

CALL = CallId("pbx1-7.1~1")
TRUNK = {"Channel": "PJSIP/tellerline-trunk-07", "Uniqueid": CALL, "Linkedid": CALL}
RINGING = {**TRUNK, "Context": "tellerline-in", "Exten": "s", "ChannelStateDesc": "Ringing"}
FAR_SIDE = {**RINGING, "Uniqueid": f"{CALL};2", "Context": "tellerline-customer"}
NEVER = datetime.min.replace(tzinfo=UTC)


def event(name: str, **fields: str) -> AmiEvent:
    lines = "\r\n".join(f"{key}: {value}" for key, value in {"Event": name, **fields}.items())
    (made,) = events([f"Asterisk Call Manager/9.0.0\r\n{lines}\r\n\r\n".encode()])
    return made


def told(translating: Translator, *stream: AmiEvent) -> list[Fact]:
    return [fact for one in stream for fact in translating.facts(one)]


NEW = event("Newchannel", **RINGING)
FAR = event("Newchannel", **FAR_SIDE)
ANSWERED = event("UserEvent", UserEvent="TellerlineCalled", **TRUNK, Context="tellerline-called")
FAILED = event("OriginateResponse", Response="Failure", Reason="0", Uniqueid=CALL)
SUCCESS = event("OriginateResponse", Response="Success", Reason="4", Uniqueid=CALL)


def hangup(cause: str) -> AmiEvent:
    return event("Hangup", **TRUNK, Cause=cause)


def test_customer_who_answers_is_a_customer_until_he_ends() -> None:
    facts = told(translator(), NEW, FAR, ANSWERED, SUCCESS, hangup("16"))
    assert [type(fact) for fact in facts] == [CustomerAnswered, CallEnded]
    assert facts[0] == replace(facts[0], call=CALL, leg=LegId(CALL))  # type: ignore[call-arg]


@pytest.mark.parametrize(
    ("cause", "outcome"),
    [
        ("17", OfferOutcome.BUSY),
        ("21", OfferOutcome.DECLINED),
        ("19", OfferOutcome.NO_ANSWER),
        ("16", OfferOutcome.WITHDRAWN),
        ("34", OfferOutcome.UNREACHABLE),
        ("0", OfferOutcome.UNREACHABLE),
    ],
)
@pytest.mark.parametrize("response_first", [False, True])
def test_customer_who_is_missed_is_told_once(
    cause: str, outcome: OfferOutcome, response_first: bool
) -> None:
    ends = [FAILED, hangup(cause)] if response_first else [hangup(cause), FAILED]
    (failed,) = told(translator(), NEW, *ends)
    assert isinstance(failed, PlacingFailed)
    assert (failed.call, failed.outcome) == (CALL, outcome)


def test_channel_that_could_not_be_made_is_told_once() -> None:
    translating = translator()
    translating.picture.placing.add(LegId(CALL))
    (failed,) = told(translating, FAILED, FAILED)
    assert isinstance(failed, PlacingFailed)
    assert failed.outcome is OfferOutcome.UNREACHABLE


def test_each_attempt_is_news_of_its_own() -> None:
    translating, stamps = translator(), ("1.5", "9.5")
    names = {
        fact.id
        for stamp in stamps
        for fact in told(translating, NEW, event("Hangup", **TRUNK, Cause="17", Timestamp=stamp))
    }
    assert len(names) == len(stamps)


def test_calls_that_others_place_are_not_ours() -> None:
    assert told(translator(), FAILED, event("OriginateResponse", Response="Failure")) == []


# ── After an outage ─────────────────────────────────────────────────────────────────────────


def snapshot(*channels: dict[str, str]) -> Snapshot:
    lines = [event("Newchannel", **channel) for channel in channels]
    return Snapshot(at=AT, booted_at=NEVER, channels=lines, devices=())


def callback(state: CallState) -> CallView:
    house = House().open(CLARA)
    house.arrive("pbx1-1.1", who=())
    in_line = {"direction": Direction.CALLBACK, "customer_here": False}
    return replace(house.call("pbx1-1.1"), call=CALL, state=state, **in_line)


def resynced(
    channels: Iterable[dict[str, str]], state: CallState, *, commanded: bool = False
) -> list[Fact]:
    translating = translator()
    if commanded:
        translating.picture.placing.add(LegId(CALL))
    return tell(snapshot(*channels), translating, book(), [callback(state)])


def test_customer_who_still_rings_is_waited_for() -> None:
    translating = translator()
    rings = snapshot(RINGING, FAR_SIDE)
    assert tell(rings, translating, book(), [callback(CallState.DIALLING)]) == []
    (answered,) = told(translating, ANSWERED)
    assert isinstance(answered, CustomerAnswered)


def test_customer_who_has_answered_meanwhile_is_told() -> None:
    waits = {**RINGING, "Context": "tellerline-wait", "ChannelStateDesc": "Up"}
    facts = resynced([waits], CallState.DIALLING)
    assert words(facts) == ["customer answered", "waiting"]
    assert facts[0].id == told(translator(), NEW, ANSWERED)[0].id


def test_customer_who_is_gone_is_not_rung_again() -> None:
    (failed,) = resynced([], CallState.DIALLING)
    assert isinstance(failed, PlacingFailed)
    assert failed.outcome is OfferOutcome.UNREACHABLE


def test_customer_whom_this_link_was_told_to_ring_may_have_no_channel_yet() -> None:
    assert resynced([], CallState.DIALLING, commanded=True) == []


def test_callback_in_line_needs_no_channel() -> None:
    assert resynced([], CallState.QUEUED) == []
