"""Phones for a shift, on the real Asterisk: accounts, passwords, places in the native queue."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from routing.facts import NodeDisconnected, NodeSynced, PhoneChanged
from routing.ids import AgentId
from routing.notices import AgentChanged
from routing.terms import Availability, NotReadyReason, PhoneKind, PhoneState
from telephony.phones import FALLBACK_QUEUE, Switchboard
from tests.parts.raw_ami import RawAmi
from tests.parts.softphone import Softphone
from tests.routing.house import ANNA, BORIS, House
from tests.telephony.running import Desks, running_node, switchboard
from tests.telephony.wire import Wire

pytestmark = pytest.mark.asterisk


async def written(link: RawAmi, kind: str, endpoint: str) -> dict[str, str]:
    """What stands in Asterisk's database."""
    reply = await link.action("DBGet", Family=f"ps_{kind}/{kind}", Key=endpoint)
    assert reply["Response"] == "Success", dict(reply)
    found = await link.event("DBGetResponse", ActionID=reply["ActionID"])
    values: dict[str, str] = json.loads(found["Val"])
    return values


# ── Accounts ────────────────────────────────────────────────────────────────────────────────


async def test_browser_phone_gets_an_account_with_a_fresh_password(
    at_desks: Desks, provisioning: RawAmi
) -> None:
    async with running_node(at_desks) as running, switchboard(running) as board:
        await running.until(NodeSynced)
        first = await board.issue(ANNA, PhoneKind.BROWSER)
        second = await board.issue(ANNA, PhoneKind.BROWSER)
    assert first is not None and second is not None
    browser = at_desks.book.phones(ANNA).browser
    assert first.endpoint == second.endpoint == browser
    assert first.password != second.password and len(second.password) >= 32
    assert second.display_name == "Anna"
    auth = await written(provisioning, "auth", browser)
    assert (auth["username"], auth["password"]) == (browser, second.password)
    endpoint = await written(provisioning, "endpoint", browser)
    assert (endpoint["webrtc"], endpoint["transport"]) == ("yes", "ws")
    assert (endpoint["auth"], endpoint["aors"]) == (browser, browser)
    assert (await written(provisioning, "aor", browser))["max_contacts"] == "1"
    assert at_desks.book.active(ANNA) == browser


async def test_new_desk_account_registers_and_the_old_password_is_refused(
    at_desks: Desks,
) -> None:
    options = at_desks.options
    desk = at_desks.book.phones(BORIS).desk
    async with running_node(at_desks) as running, switchboard(running) as board:
        await running.until(NodeSynced)
        old = await board.new_desk_account(BORIS)
        async with Softphone((options.bind, options.ports.sip), desk, old.password) as phone:
            await phone.register()
        new = await board.new_desk_account(BORIS)
        async with Softphone((options.bind, options.ports.sip), desk, old.password) as phone:
            with pytest.raises(ConnectionRefusedError, match="401"):
                await phone.register()
        async with Softphone((options.bind, options.ports.sip), desk, new.password) as phone:
            await phone.register()


async def test_desk_phone_keeps_its_account_and_its_state_is_told(at_desks: Desks) -> None:
    async with running_node(at_desks) as running, switchboard(running) as board:
        await running.until(NodeSynced)
        told = len(running.told(PhoneChanged, agent=ANNA))
        assert await board.issue(ANNA, PhoneKind.DESK) is None
        state = await running.until(PhoneChanged, told + 1, agent=ANNA)
    assert state.state is PhoneState.READY
    assert at_desks.book.active(ANNA) == at_desks.book.phones(ANNA).desk


async def test_account_that_no_node_takes_is_told_and_the_phone_stays_as_it_was(
    at_desks: Desks, wire: Wire
) -> None:
    await wire.close()
    async with running_node(at_desks) as running, switchboard(running, port=wire.port) as board:
        await running.until(NodeSynced)
        with pytest.raises(ConnectionError):
            await board.issue(ANNA, PhoneKind.BROWSER)
    assert at_desks.book.active(ANNA) == at_desks.book.phones(ANNA).desk


async def test_nobody_has_no_phone(at_desks: Desks) -> None:
    async with running_node(at_desks) as running, switchboard(running) as board:
        with pytest.raises(KeyError):
            await board.issue(AgentId("nobody"), PhoneKind.BROWSER)


# ── The native queue ────────────────────────────────────────────────────────────────────────


def show(
    board: Switchboard,
    agent: AgentId,
    availability: Availability = Availability.AVAILABLE,
    *,
    on_shift: bool = True,
) -> None:
    """Routing tells how an agent stands."""
    view = House().open(agent).agent(agent)
    reason = NotReadyReason.BREAK if availability is Availability.NOT_READY else None
    changed = replace(view, availability=availability, reason=reason, on_shift=on_shift)
    board.show([AgentChanged(agent=changed)])


async def members(ami: RawAmi) -> dict[str, str]:
    """The native queue's members: interface and name."""
    shown = await ami.list("QueueStatus", Queue=FALLBACK_QUEUE)
    return {m["Location"]: m["Name"] for m in shown if m["Event"] == "QueueMember"}


async def until_members(ami: RawAmi, fits: Callable[[dict[str, str]], bool]) -> None:
    shown: dict[str, str] = {}
    try:
        async with asyncio.timeout(10):
            while not fits(shown := await members(ami)):
                await asyncio.sleep(0.05)
    except TimeoutError:
        raise AssertionError(f"members stayed {shown}") from None


def interface(at_desks: Desks, agent: AgentId, kind: PhoneKind = PhoneKind.DESK) -> str:
    return f"PJSIP/{at_desks.book.phones(agent).endpoint(kind)}"


async def test_members_of_the_native_queue_follow_availability(at_desks: Desks) -> None:
    anna, boris = interface(at_desks, ANNA), interface(at_desks, BORIS)
    ami = at_desks.ami
    async with running_node(at_desks) as running, switchboard(running) as board:
        await running.until(NodeSynced)
        show(board, ANNA)
        await until_members(ami, lambda there: there.get(anna) == "anna")
        show(board, ANNA, Availability.NOT_READY)
        show(board, BORIS)
        await until_members(ami, lambda there: anna not in there and boris in there)
        at_desks.book.activate(BORIS, PhoneKind.BROWSER)
        show(board, BORIS)
        browser = interface(at_desks, BORIS, PhoneKind.BROWSER)
        await until_members(ami, lambda there: boris not in there and browser in there)
        show(board, BORIS, Availability.OFFLINE, on_shift=False)
        await until_members(ami, lambda there: browser not in there)


async def test_who_went_home_while_the_link_was_cut_is_not_rung(
    at_desks: Desks, wire: Wire
) -> None:
    anna, boris = interface(at_desks, ANNA), interface(at_desks, BORIS)
    ami = at_desks.ami
    async with running_node(at_desks, port=wire.port) as running, switchboard(running) as board:
        await running.until(NodeSynced)
        show(board, ANNA)
        await until_members(ami, lambda there: anna in there)
        wire.turn_away()
        await running.until(NodeDisconnected)
        show(board, ANNA, Availability.OFFLINE, on_shift=False)
        show(board, BORIS)
        assert anna in await members(ami)
        wire.forward_again()
        await until_members(ami, lambda there: anna not in there and boris in there)


async def test_new_process_takes_over_the_members_of_the_old_one(at_desks: Desks) -> None:
    """Members outlive us: those whose agents left are removed, others and strangers stay."""
    anna, boris = interface(at_desks, ANNA), interface(at_desks, BORIS)
    ami, stranger = at_desks.ami, "Local/operator@somewhere"
    for one in (anna, boris, stranger):
        await ami.action("QueueAdd", Queue=FALLBACK_QUEUE, Interface=one)
    try:
        async with running_node(at_desks) as running, switchboard(running) as board:
            show(board, ANNA, Availability.OFFLINE, on_shift=False)
            await until_members(ami, lambda there: anna not in there)
            assert {boris, stranger} <= (await members(ami)).keys()
            show(board, BORIS, Availability.NOT_READY)
            await until_members(ami, lambda there: boris not in there)
            assert stranger in await members(ami)
    finally:
        await ami.action("QueueRemove", Queue=FALLBACK_QUEUE, Interface=stranger)
