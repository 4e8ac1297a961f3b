"""A snapshot tells the truth of a node: what is there, and what should be and is not."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from routing.facts import CallArrived, CallConnected, CallEnded, CallHeld, PhoneChanged
from routing.ids import CallId, LegId
from routing.notices import CallView
from routing.terms import CallState, EndReason, PhoneState
from telephony.ami import AmiEvent
from telephony.ami.wire import Decoder
from telephony.endpoints import EndpointBook
from telephony.resync import Snapshot, differences, draw, tell
from telephony.translate import Translator
from tests.routing.house import CLARA, House
from tests.telephony.told import ANNA, AT, BORIS, RECORDINGS, book, translator, words

TRUNK = "PJSIP/tellerline-trunk"
NEVER = datetime.min.replace(tzinfo=UTC)


def played(recording: Path) -> list[tuple[Translator, Snapshot]]:
    """Play a recording; at each snapshot in it, the translator as it was and the snapshot."""
    found: list[tuple[Translator, Snapshot]] = []
    for stop in range(1, _snapshots(recording) + 1):
        translating, channels, count = translator(), [], 0
        stream = _events(recording)
        for message in stream:
            if message.name == "CoreShowChannelsComplete":
                count += 1
                if count == stop:
                    break
                channels = []
            elif message.name == "CoreShowChannel":
                channels.append(message)
            elif "ActionID" not in message.fields:
                translating.facts(message)
        devices = _devices(stream)
        snapshot = Snapshot(at=AT, booted_at=NEVER, channels=channels, devices=devices)
        found.append((translating, snapshot))
    return found


def _events(recording: Path) -> Iterator[AmiEvent]:
    messages = Decoder().feed(recording.read_bytes(), AT)
    return (message for message in messages if isinstance(message, AmiEvent))


def _devices(stream: Iterator[AmiEvent]) -> list[AmiEvent]:
    """The device list that follows; its items bear the id of the action that asked for it."""
    found = []
    for message in stream:
        if message.name == "DeviceStateListComplete":
            break
        if message.name == "DeviceStateChange" and "ActionID" in message.fields:
            found.append(message)
    return found


def snapshot_of(recording: str, which: int) -> Snapshot:
    path = next(one for one in RECORDINGS if one.stem == recording)
    return played(path)[which][1]


def _snapshots(recording: Path) -> int:
    return recording.read_bytes().count(b"Event: CoreShowChannelsComplete")


WITH_SNAPSHOTS = [recording for recording in RECORDINGS if _snapshots(recording)]


def test_there_are_enough_snapshots() -> None:
    assert len(WITH_SNAPSHOTS) >= 8


@pytest.mark.parametrize("recording", WITH_SNAPSHOTS, ids=lambda path: path.stem)
def test_picture_by_events_is_the_picture_by_snapshot(recording: Path) -> None:
    for translating, snapshot in played(recording):
        assert differences(snapshot, translating.picture, book()) == frozenset()


@pytest.mark.parametrize(
    ("recording", "which", "told"),
    [
        ("arrival_waits_then_hangs_up", 0, ["arrived +74950000001", "waiting"]),
        ("offer_rings_in_snapshot_then_customer_hangs_up", 0, ["arrived +74950000001"]),
        ("offer_answered_agent_hangs_up", 0, ["arrived +74950000001", "anna connected"]),
        ("hold_and_resume", 0, ["arrived +74950000001", "held"]),
        ("hold_and_resume", 1, ["arrived +74950000001", "anna connected"]),
        ("consult_answered_and_completed", 0, ["arrived +74950000001", "held", "boris consulted"]),
        ("consult_answered_and_completed", 1, ["arrived +74950000001", "boris connected"]),
        ("fallback_answered", 0, ["arrived +74950000001", "waiting", "fell back"]),
        ("fallback_answered", -1, ["arrived +74950000001", "anna connected"]),
        ("local_customer", 0, ["arrived +74950000001", "anna connected"]),
        ("told_and_presses_a_key", 0, ["arrived +74950000001"]),
        ("told_and_presses_a_key", -1, ["arrived +74950000001", "waiting"]),
        ("serves_himself_talks_and_says_how_it_was", 0, ["arrived +74950000001"]),
        ("serves_himself_talks_and_says_how_it_was", -1, ["is asked how it was"]),
        (
            "fallback_from_a_keypad_that_nobody_serves_any_more",
            0,
            ["arrived +74950000001", "waiting", "fell back"],
        ),
        ("placed_answered_and_served", 0, []),
        ("placed_answered_and_served", 1, ["customer answered", "waiting"]),
        ("placed_answered_and_served", 2, ["customer answered", "anna connected"]),
        (
            "supervised_and_taken_over",
            0,
            ["arrived +74950000001", "anna connected", "boris beside: listen"],
        ),
        ("supervised_and_taken_over", -1, ["arrived +74950000001", "boris connected"]),
    ],
)
def test_one_who_knows_nothing_learns_where_everybody_stands(
    recording: str, which: int, told: list[str]
) -> None:
    snapshot = snapshot_of(recording, which)
    assert words(tell(snapshot, translator(), book(), [])) == told


def test_snapshot_becomes_the_translators_picture() -> None:
    snapshot, translating = snapshot_of("hold_and_resume", 1), translator()
    tell(snapshot, translating, book(), [])
    assert differences(snapshot, translating.picture, book()) == frozenset()
    customer, leg = sorted(translating.picture.legs.values(), key=lambda one: one.leg)
    assert translating.picture.partner(leg) is customer


def test_phones_in_use_are_told() -> None:
    snapshot = snapshot_of("offer_answered_agent_hangs_up", 0)
    told = [f for f in tell(snapshot, translator(), book(), []) if isinstance(f, PhoneChanged)]
    assert sorted((fact.agent, fact.state, fact.at) for fact in told) == [
        (ANNA, PhoneState.IN_USE, AT),
        (BORIS, PhoneState.READY, AT),
    ]
    assert tell(replace(snapshot, channels=()), translator(), EndpointBook(), []) == []


def test_caller_at_the_door_is_not_movable_yet() -> None:
    """Asterisk writes him down before the dialplan runs on his channel."""
    snapshot = snapshot_of("arrival_waits_then_hangs_up", 0)
    (line,) = snapshot.channels
    at_the_door = replace(line, fields={**line.fields, "Context": "tellerline-in"})
    for channel, movable in ((line, True), (at_the_door, False)):
        picture, _ = draw(replace(snapshot, channels=[channel]), book())
        assert [leg.movable for leg in picture.legs.values()] == [movable]


# ── What happened to an agent's leg while nobody listened ───────────────────────────────────


def believed_with(agent_in: CallState, call: CallId) -> House:
    """An engine that believes that Anna is in this state with the call."""
    house = House().open(ANNA)
    house.arrive(call, who=())
    house.tell(CallConnected, call=call, agent=ANNA, leg=LegId("annas"))
    house.now += timedelta(seconds=1)
    if agent_in is CallState.HELD:
        house.tell(CallHeld, call=call)
    assert house.call(call).state is agent_in
    return house


@pytest.mark.parametrize(
    ("recording", "which", "before", "left", "after"),
    [
        ("hold_and_resume", 0, CallState.HELD, True, CallState.HELD),
        ("hold_and_resume", 0, CallState.HELD, False, CallState.RECOVERING),
        ("hold_and_resume", 1, CallState.HELD, True, CallState.TALKING),
        ("arrival_waits_then_hangs_up", 0, CallState.TALKING, False, CallState.RECOVERING),
        ("fallback_answered", 0, CallState.TALKING, False, CallState.RECOVERING),
        ("fallback_answered", 0, CallState.HELD, False, CallState.RECOVERING),
    ],
)
def test_customer_whose_agent_is_gone_is_not_left_alone(
    recording: str, which: int, before: CallState, left: bool, after: CallState
) -> None:
    snapshot = snapshot_of(recording, which)
    customer = next(c for c in snapshot.channels if c.fields["Channel"].startswith(TRUNK))
    call = CallId(customer.fields["Uniqueid"])
    house = believed_with(before, call)
    seen = replace(
        snapshot,
        at=house.now + timedelta(seconds=5),
        channels=snapshot.channels if left else [customer],
    )
    for fact in tell(seen, translator(), book(), [house.call(call)]):
        house.apply(fact)
    assert house.call(call).state is after


def test_customer_who_says_how_it_was_talks_no_more() -> None:
    """His agent hung up while nobody listened. One whose call is forgotten does not arrive anew."""
    snapshot = snapshot_of("serves_himself_talks_and_says_how_it_was", -1)
    house = believed_with(CallState.TALKING, CallId("demo-1"))
    seen = replace(snapshot, at=house.now + timedelta(seconds=5))
    for fact in tell(seen, translator(), book(), [house.call("demo-1")]):
        house.apply(fact)
    assert house.call("demo-1").state is CallState.WRAP_UP
    nobody = House().open(ANNA)
    for fact in tell(seen, translator(), book(), []):
        nobody.apply(fact)
    assert nobody.engine.calls() == ()


def test_lost_and_invented_legs_are_differences() -> None:
    path = next(one for one in RECORDINGS if one.stem == "offer_answered_agent_hangs_up")
    translating, snapshot = played(path)[0]
    customer, leg = list(translating.picture.legs)
    translating.picture.remove(leg)
    assert differences(snapshot, translating.picture, book()) == {f"{leg}:unknown"}
    less = replace(snapshot, channels=[])
    assert differences(less, translating.picture, book()) == {f"{customer}:missing"}


def believed(state: CallState = CallState.QUEUED) -> CallView:
    house = House().open(CLARA)
    house.arrive("pbx1-1.1", who=())
    return replace(house.call("pbx1-1.1"), state=state)


@pytest.mark.parametrize(("booted", "reason"), [(-1, EndReason.CALLER), (+1, EndReason.LOST)])
def test_call_that_is_not_there_any_more_has_ended_and_why(booted: int, reason: EndReason) -> None:
    view = believed()
    snapshot = Snapshot(
        at=AT, booted_at=view.arrived_at + timedelta(seconds=booted), channels=(), devices=()
    )
    (fact,) = tell(snapshot, translator(), book(), [view])
    assert isinstance(fact, CallEnded)
    assert (fact.call, fact.reason) == (CallId("pbx1-1.1"), reason)


def test_call_in_wrap_up_is_not_missed() -> None:
    view = replace(believed(CallState.WRAP_UP), ended_at=AT)
    snapshot = Snapshot(at=AT, booted_at=NEVER, channels=(), devices=())
    assert tell(snapshot, translator(), book(), [view]) == []


def test_news_of_a_snapshot_and_of_an_event_is_one_fact() -> None:
    snapshot = snapshot_of("offer_answered_agent_hangs_up", 0)
    told = tell(snapshot, translator(), book(), [])
    arrival = next(fact for fact in told if isinstance(fact, CallArrived))
    assert arrival.id == f"arrived:{arrival.call}"


# ── Supervisors ─────────────────────────────────────────────────────────────────────────────


def test_supervisor_who_left_while_nobody_listened_is_beside_no_more() -> None:
    snapshot = snapshot_of("supervised_and_taken_over", 0)
    house = House(now=AT).open(ANNA, BORIS)
    house.go_on_break(ANNA)
    for fact in tell(snapshot, translator(), book(), []):
        house.apply(fact)
    (call,) = house.engine.calls()
    assert [one.ended_at for one in call.listeners] == [None]
    left = [one for one in snapshot.channels if not one.fields["Uniqueid"].endswith("-m1")]
    told = tell(replace(snapshot, channels=left), translator(), book(), [call])
    assert "boris beside no more" in words(told)
    for fact in told:
        house.apply(fact)
    assert house.engine.calls()[0].listeners[0].ended_at is not None
