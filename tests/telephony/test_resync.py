"""A snapshot tells the truth of a node: what is there, and what should be and is not."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from routing.facts import CallArrived, CallEnded
from routing.ids import CallId
from routing.notices import CallView
from routing.terms import CallState, EndReason
from telephony.ami import AmiEvent
from telephony.ami.wire import Decoder
from telephony.resync import Snapshot, differences, tell
from telephony.translate import Translator
from tests.routing.house import CLARA, House
from tests.telephony.told import AT, RECORDINGS, book, translator, words

NEVER = datetime.min.replace(tzinfo=UTC)


def played(recording: Path) -> list[tuple[Translator, Snapshot]]:
    """Play a recording; at each snapshot in it, the translator as it was and the snapshot."""
    found: list[tuple[Translator, Snapshot]] = []
    for stop in range(1, _snapshots(recording) + 1):
        translating, channels, count = translator(), [], 0
        for message in Decoder().feed(recording.read_bytes(), AT):
            if not isinstance(message, AmiEvent):
                continue
            if message.name == "CoreShowChannelsComplete":
                count += 1
                if count == stop:
                    break
                channels = []
            elif message.name == "CoreShowChannel":
                channels.append(message)
            elif "ActionID" not in message.fields:
                translating.facts(message)
        snapshot = Snapshot(at=AT, booted_at=NEVER, channels=channels, devices=())
        found.append((translating, snapshot))
    return found


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
        ("offer_answered_agent_hangs_up", 0, ["arrived +74950000001", "anna connected"]),
        ("hold_and_resume", 0, ["arrived +74950000001", "held"]),
        ("hold_and_resume", 1, ["arrived +74950000001", "anna connected"]),
        ("consult_answered_and_completed", 0, ["arrived +74950000001", "held", "boris consulted"]),
        ("consult_answered_and_completed", 1, ["arrived +74950000001", "boris connected"]),
        ("fallback_answered", -1, ["arrived +74950000001", "anna connected"]),
        ("local_customer", 0, ["arrived +74950000001", "anna connected"]),
    ],
)
def test_one_who_knows_nothing_learns_where_everybody_stands(
    recording: str, which: int, told: list[str]
) -> None:
    path = next(one for one in RECORDINGS if one.stem == recording)
    _, snapshot = played(path)[which]
    assert words(tell(snapshot, translator(), book(), [])) == told


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
    path = next(one for one in RECORDINGS if one.stem == "offer_answered_agent_hangs_up")
    _, snapshot = played(path)[0]
    told = tell(snapshot, translator(), book(), [])
    arrival = next(fact for fact in told if isinstance(fact, CallArrived))
    assert arrival.id == f"arrived:{arrival.call}"
