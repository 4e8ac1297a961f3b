"""How every phone stands: of events and snapshots alone, and of the real Asterisk's."""

from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta

import pytest

from routing.facts import (
    CallArrived,
    CallerIdentified,
    ConsoleConnected,
    NodeSynced,
    PhoneChanged,
    ShiftStarted,
)
from routing.ids import FactId
from routing.terms import CallState, PhoneKind, PhoneState
from telephony.ami import AmiEvent
from telephony.extensions import Extensions, ExtensionState
from tests.parts.asterisk import registered_phone
from tests.parts.raw_ami import RawAmi
from tests.routing.house import ANNA
from tests.telephony.running import Desks, RunningNode, running_node
from tests.telephony.wire import Wire

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
STRANGER = "d9a000000001"


def device(name: str, state: str, *, second: int = 0) -> AmiEvent:
    at = AT + timedelta(seconds=second)
    fields = {"Device": name, "State": state, "Timestamp": str(at.timestamp())}
    return AmiEvent(name="DeviceStateChange", fields=fields, received_at=at)


def states(of: Extensions) -> dict[str, str]:
    return {one.endpoint: one.state.value for one in of.all()}


def since(of: Extensions, endpoint: str) -> float:
    (found,) = [one for one in of.all() if one.endpoint == endpoint]
    return (found.since - AT).total_seconds()


def test_events_tell_of_phones_and_of_nothing_else() -> None:
    known = Extensions()
    for name, state in (
        ("PJSIP/d2", "RINGING"),
        ("PJSIP/d1", "NOT_INUSE"),
        ("PJSIP/d3", "BUSY"),
        ("PJSIP/d4", "ONHOLD"),
        ("PJSIP/d5", "UNAVAILABLE"),
        ("PJSIP/d6", "SOMETHING NEW"),
        ("Local/s@tellerline-wait", "INUSE"),
        ("Queue:main", "NOT_INUSE"),
    ):
        known.changed(device(name, state))
    assert states(known) == {
        "d1": "free",
        "d2": "ringing",
        "d3": "in_use",
        "d4": "on_hold",
        "d5": "unreachable",
        "d6": "unknown",
    }


def test_a_state_has_stood_since_it_was_first_told() -> None:
    known = Extensions()
    known.changed(device("PJSIP/d1", "NOT_INUSE", second=1))
    known.changed(device("PJSIP/d1", "NOT_INUSE", second=5))
    assert since(known, "d1") == 1
    known.changed(device("PJSIP/d1", "INUSE", second=7))
    known.changed(device("PJSIP/d1", "NOT_INUSE", second=6))
    assert (states(known), since(known, "d1")) == ({"d1": "in_use"}, 7)


def test_a_snapshot_says_what_there_is_and_what_is_no_more() -> None:
    known = Extensions()
    for name, second in (("d1", 1), ("d2", 2), ("d3", 30)):
        known.changed(device(f"PJSIP/{name}", "NOT_INUSE", second=second))
    lines = [device("PJSIP/d1", "NOT_INUSE"), device("PJSIP/d3", "INUSE")]
    known.drawn(AT + timedelta(seconds=20), lines)
    assert states(known) == {"d1": "free", "d3": "free"}, "d3 was told of later than that"
    assert since(known, "d1") == 1


def test_without_the_link_nobody_knows() -> None:
    known = Extensions()
    known.changed(device("PJSIP/d1", "INUSE", second=1))
    known.link_down(AT + timedelta(seconds=9))
    assert (states(known), since(known, "d1")) == ({"d1": "unknown"}, 9)
    known.drawn(AT + timedelta(seconds=12), [device("PJSIP/d1", "INUSE")])
    assert (states(known), since(known, "d1")) == ({"d1": "in_use"}, 12)


# ── On the real Asterisk ────────────────────────────────────────────────────────────────────


async def reaches(running: RunningNode, endpoint: str, state: ExtensionState) -> None:
    await running.until_true(lambda: states(running.node.extensions).get(endpoint) == state.value)


async def busy(ami: RawAmi, endpoint: str) -> str:
    """Ring the phone for a call that is none of ours."""
    reply = await ami.action(
        "Originate",
        Channel=f"PJSIP/{endpoint}",
        Context="tellerline-wait",
        Exten="s",
        Priority="1",
        Async="true",
    )
    return reply["Response"]


@pytest.mark.asterisk
async def test_a_phone_without_a_console_is_followed(
    at_desks: Desks, provisioning: RawAmi, wire: Wire
) -> None:
    async with AsyncExitStack() as stack:
        phone = await registered_phone(at_desks.options, provisioning, STRANGER)
        stack.push_async_exit(phone)
        running = await stack.enter_async_context(running_node(at_desks, port=wire.port))
        await running.until(NodeSynced)
        await reaches(running, STRANGER, ExtensionState.FREE)
        assert at_desks.book.owner(STRANGER) is None
        assert await busy(at_desks.ami, STRANGER) == "Success"
        ringing = await phone.rings()
        await reaches(running, STRANGER, ExtensionState.RINGING)
        ringing.answer()
        await reaches(running, STRANGER, ExtensionState.ON_HOLD)  # it hears the waiting music
        wire.cut()
        await running.until(NodeSynced, 2)
        await reaches(running, STRANGER, ExtensionState.ON_HOLD)
        ringing.hang_up()
        await reaches(running, STRANGER, ExtensionState.FREE)
    assert running.told(PhoneChanged, agent=STRANGER) == []


@pytest.mark.asterisk
async def test_an_agent_on_another_call_at_his_desk_phone_is_not_rung(at_desks: Desks) -> None:
    async with running_node(at_desks) as running:
        await running.until(NodeSynced)
        begin_shift(running)
        await running.node.tell_phones()
        await running.until(PhoneChanged, agent=ANNA, state=PhoneState.READY)
        assert await busy(at_desks.ami, at_desks.anna.user) == "Success"
        ringing = await at_desks.anna.rings()
        ringing.answer()
        await running.until(PhoneChanged, agent=ANNA, state=PhoneState.IN_USE)
        _, number = await at_desks.call()
        arrived = await running.until(CallArrived, number=number)
        running.submit(identified(arrived))
        await running.until_true(lambda: state_of(running, arrived) is CallState.QUEUED)
        (view,) = [one for one in running.engine.calls() if one.call == arrived.call]
        assert not view.offers
        ringing.hang_up()
        await running.until(PhoneChanged, 2, agent=ANNA, state=PhoneState.READY)


def state_of(running: RunningNode, arrived: CallArrived) -> CallState | None:
    found = [one.state for one in running.engine.calls() if one.call == arrived.call]
    return found[0] if found else None


def identified(arrived: CallArrived) -> CallerIdentified:
    return CallerIdentified(
        id=FactId("identified"), at=arrived.at, call=arrived.call, candidates=()
    )


def begin_shift(running: RunningNode) -> None:
    now = datetime.now(UTC)
    running.submit(ConsoleConnected(id=FactId("console"), at=now, agent=ANNA))
    running.submit(ShiftStarted(id=FactId("shift"), at=now, agent=ANNA, phone=PhoneKind.DESK))
