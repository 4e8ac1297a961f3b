"""Each recorded scenario of the real Asterisk, as the facts that it tells."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.facts import CallArrived, PhoneChanged
from routing.terms import NumberClass, PhoneState
from telephony.endpoints import endpoint_of
from telephony.translate import Translator
from tests.telephony.told import NODE, RECORDINGS, book, events, facts, translator, words

TOLD = {
    "agent_leg_lost": [
        "arrived +74950000001",
        "anna rang",
        "anna connected",
        "anna left lost",
        "waiting",
    ],
    "application_hangs_up": [
        "arrived +74950000001",
        "waiting",
        "anna rang",
        "anna connected",
        "ended by system",
        "anna left normal",
    ],
    "application_sends_digits": [
        "arrived +74950000001",
        "waiting",
        "anna rang",
        "anna connected",
    ],
    "arrival_waits_then_hangs_up": [
        "arrived +74950000001",
        "waiting",
        "ended by caller",
    ],
    "blind_transfer": [
        "arrived +74950000001",
        "waiting",
        "anna rang",
        "anna connected",
        "waiting",
        "anna left normal",
        "boris rang",
        "boris connected",
    ],
    "commands_for_gone_channels": [
        "arrived +74950000001",
        "waiting",
        "anna rang",
        "anna connected",
        "ended by caller",
        "anna left normal",
        "arrived +74950000001",
        "waiting",
        "waiting",
    ],
    "consult_agent_hangs_up": [
        "arrived +74950000001",
        "waiting",
        "anna rang",
        "anna connected",
        "held",
        "boris rang",
        "boris consulted",
        "anna left normal",
        "boris left normal",
    ],
    "consult_answered_and_cancelled": [
        "arrived +74950000001",
        "waiting",
        "anna rang",
        "anna connected",
        "held",
        "boris rang",
        "boris consulted",
        "boris left normal",
        "anna connected",
        "anna left normal",
        "ended by agent",
    ],
    "consult_answered_and_completed": [
        "arrived +74950000001",
        "anna rang",
        "anna connected",
        "held",
        "boris rang",
        "boris consulted",
        "boris connected",
        "anna left normal",
        "boris left normal",
        "ended by agent",
    ],
    "consult_colleague_hangs_up": [
        "arrived +74950000001",
        "anna rang",
        "anna connected",
        "held",
        "boris rang",
        "boris consulted",
        "boris left normal",
    ],
    "consult_customer_hangs_up": [
        "arrived +74950000001",
        "waiting",
        "anna rang",
        "anna connected",
        "held",
        "boris rang",
        "boris consulted",
        "ended by caller",
    ],
    "consult_ringing_and_cancelled": [
        "arrived +74950000001",
        "anna rang",
        "anna connected",
        "held",
        "boris rang",
        "boris left normal",
        "anna connected",
        "anna left normal",
        "ended by agent",
    ],
    "fallback_agent_leg_lost": [
        "arrived +74950000001",
        "waiting",
        "fell back",
        "anna rang by fallback",
        "anna connected",
        "anna left lost",
        "waiting",
        "fell back",
        "anna rang by fallback",
    ],
    "fallback_answered": [
        "arrived +74950000001",
        "waiting",
        "fell back",
        "anna rang by fallback",
        "anna connected",
        "anna left normal",
        "ended by agent",
    ],
    "fallback_rejected_then_customer_hangs_up": [
        "arrived +74950000001",
        "waiting",
        "fell back",
        "anna rang by fallback",
        "anna left lost",
        "anna rang by fallback",
        "anna left lost",
        "ended by caller",
    ],
    "fallback_taken_over_by_the_application": [
        "arrived +74950000001",
        "waiting",
        "fell back",
        "anna rang by fallback",
        "anna left lost",
        "boris rang",
        "boris connected",
    ],
    "held_agent_hangs_up": [
        "arrived +74950000001",
        "waiting",
        "anna rang",
        "anna connected",
        "held",
        "anna left normal",
        "waiting",
    ],
    "held_customer_hangs_up": [
        "arrived +74950000001",
        "waiting",
        "anna rang",
        "anna connected",
        "held",
        "ended by caller",
        "anna left normal",
    ],
    "hold_and_resume": [
        "arrived +74950000001",
        "anna rang",
        "anna connected",
        "held",
        "anna connected",
        "anna left normal",
        "ended by agent",
    ],
    "hold_resume_hold_resume_customer_hangs_up": [
        "arrived +74950000001",
        "waiting",
        "anna rang",
        "anna connected",
        "held",
        "anna connected",
        "held",
        "anna connected",
        "ended by caller",
        "anna left normal",
    ],
    "local_customer": [
        "arrived +74950000001",
        "waiting",
        "anna rang",
        "anna connected",
        "anna left normal",
        "ended by agent",
    ],
    "offer_answered_agent_hangs_up": [
        "arrived +74950000001",
        "anna rang",
        "anna connected",
        "anna left normal",
        "ended by agent",
    ],
    "offer_answered_customer_hangs_up": [
        "arrived +74950000001",
        "waiting",
        "anna rang",
        "anna connected",
        "ended by caller",
        "anna left normal",
    ],
    "offer_moved_to_next_agent": [
        "arrived +74950000001",
        "anna rang",
        "anna left normal",
        "boris rang",
        "boris connected",
    ],
    "offer_not_answered": [
        "arrived +74950000001",
        "waiting",
        "anna rang",
        "offer 0f01 no_answer",
        "waiting",
        "anna left lost",
    ],
    "offer_rejected_busy": [
        "arrived +74950000001",
        "waiting",
        "anna rang",
        "offer 0f01 busy",
        "waiting",
        "anna left lost",
    ],
    "offer_rejected_declined": [
        "arrived +74950000001",
        "waiting",
        "anna rang",
        "offer 0f01 declined",
        "waiting",
        "anna left lost",
    ],
    "offer_rings_in_snapshot_then_customer_hangs_up": [
        "arrived +74950000001",
        "waiting",
        "anna rang",
        "anna left normal",
        "ended by caller",
    ],
    "offer_unregistered": [
        "arrived +74950000001",
        "waiting",
        "offer 0f01 unreachable",
        "waiting",
    ],
    "offer_withdrawn": [
        "arrived +74950000001",
        "waiting",
        "anna rang",
        "waiting",
        "anna left normal",
    ],
    "phone_holds_and_resumes": [
        "arrived +74950000001",
        "anna rang",
        "anna connected",
    ],
    "placed_answered_and_served": [
        "customer answered",
        "anna rang",
        "anna connected",
        "anna left normal",
        "ended by agent",
    ],
    "placed_to_a_busy_customer": ["not reached: busy"],
    "fallback_from_a_keypad_that_nobody_serves_any_more": [
        "arrived +74950000001",
        "waiting",
        "fell back",
        "ended by system",
    ],
    "serves_himself_talks_and_says_how_it_was": [
        "arrived +74950000001",
        "waiting",
        "waiting",
        "anna rang",
        "anna connected",
        "is asked how it was",
        "anna left normal",
        "ended by agent",
    ],
    "told_and_presses_a_key": [
        "arrived +74950000001",
        "waiting",
        "pressed 1",
        "pressed #",
        "ended by system",
    ],
    "resumed_agent_leg_lost": [
        "arrived +74950000001",
        "anna rang",
        "anna connected",
        "held",
        "anna connected",
        "waiting",
        "anna left lost",
    ],
    "supervised_and_taken_over": [
        "arrived +74950000001",
        "anna rang",
        "anna connected",
        "boris beside: listen",
        "boris beside: whisper",
        "held",
        "anna connected",
        "boris connected",
        "anna left normal",
        "ended by agent",
        "boris left normal",
    ],
    "supervised_until_the_customer_hangs_up": [
        "arrived +74950000001",
        "anna rang",
        "anna connected",
        "boris beside: listen",
        "ended by caller",
        "anna left normal",
        "boris beside no more",
    ],
}


def test_every_recording_is_in_the_table() -> None:
    assert {recording.stem for recording in RECORDINGS} == set(TOLD)


@pytest.mark.parametrize("recording", RECORDINGS, ids=lambda path: path.stem)
def test_recording_tells_these_facts(recording: Path) -> None:
    assert words(facts([recording.read_bytes()])) == TOLD[recording.stem]


@pytest.mark.parametrize("recording", RECORDINGS, ids=lambda path: path.stem)
def test_same_news_has_the_same_id_and_different_news_another(recording: Path) -> None:
    told = facts([recording.read_bytes()])
    assert [fact.id for fact in told] == [fact.id for fact in facts([recording.read_bytes()])]
    assert len({fact.id for fact in told}) == len(told)


def test_phones_in_use_are_told_and_other_devices_are_not() -> None:
    data = next(p for p in RECORDINGS if p.stem == "offer_answered_agent_hangs_up").read_bytes()
    phones = [fact for fact in facts([data]) if isinstance(fact, PhoneChanged)]
    states = [(fact.agent, fact.state) for fact in phones if fact.agent == "anna"]
    assert states == [
        ("anna", PhoneState.READY),
        ("anna", PhoneState.IN_USE),
        ("anna", PhoneState.IN_USE),
        ("anna", PhoneState.READY),
    ]


def test_arrival_carries_who_calls_and_whom() -> None:
    data = next(p for p in RECORDINGS if p.stem == "arrival_waits_then_hangs_up").read_bytes()
    arrival = facts([data])[0]
    assert isinstance(arrival, CallArrived)
    assert (arrival.number, arrival.caller_name) == ("+74950000001", "Ivan")
    assert arrival.dialled == "+74951111111"
    assert arrival.call == arrival.leg and arrival.node == "pbx1"


def test_arrival_carries_the_class_of_its_number_asked_once() -> None:
    (recording,) = [one for one in RECORDINGS if one.stem == "arrival_waits_then_hangs_up"]
    asked: list[str] = []

    def classify(raw: str) -> NumberClass:
        asked.append(raw)
        return NumberClass.FIXED

    translating = Translator(NODE, book(), lambda raw: raw, classify)
    told = [f for event in events([recording.read_bytes()]) for f in translating.facts(event)]
    (arrival,) = [fact for fact in told if isinstance(fact, CallArrived)]
    assert (arrival.number_class, asked) == (NumberClass.FIXED, [arrival.raw])


def test_caller_is_known_at_the_door_and_movable_once_the_dialplan_has_him() -> None:
    data = next(p for p in RECORDINGS if p.stem == "arrival_waits_then_hangs_up").read_bytes()
    translating = translator()
    (door,) = [e for e in events([data]) if e.name == "Newchannel"]
    (arrival,) = translating.facts(door)
    assert isinstance(arrival, CallArrived)
    assert not translating.picture.legs[arrival.leg].movable
    (said,) = [e for e in events([data]) if e.fields.get("UserEvent") == "TellerlineArrived"]
    assert translating.facts(said) == []
    assert translating.picture.legs[arrival.leg].movable


@given(
    name=st.sampled_from(
        ("UserEvent", "Hangup", "DialBegin", "BridgeEnter", "Newchannel", "DeviceStateChange")
    ),
    fields=st.dictionaries(
        st.sampled_from(("Uniqueid", "Linkedid", "Channel", "UserEvent", "Timestamp", "Cause")),
        st.text(st.characters(exclude_characters="\r\n", exclude_categories=("Cs",)), max_size=30),
    ),
)
@settings(max_examples=300)
def test_nonsense_is_survived(name: str, fields: dict[str, str]) -> None:
    lines = [f"Event: {name}", *(f"{key}: {value}" for key, value in fields.items())]
    stream = b"Asterisk Call Manager/9.0.0\r\n" + "\r\n".join([*lines, "", ""]).encode()
    for event in events([stream]):
        translator().facts(event)


@pytest.mark.parametrize(
    ("channel", "endpoint"),
    [
        ("PJSIP/d00000000000a-00000002", "d00000000000a"),
        ("PJSIP/tellerline-trunk-00000001", "tellerline-trunk"),
        ("Local/talk@tellerline-customer-00000000;1", None),
        ("PJSIP/nodash", None),
        ("", None),
    ],
)
def test_endpoint_of_a_channel(channel: str, endpoint: str | None) -> None:
    assert endpoint_of(channel) == endpoint
