"""The client against the real Asterisk: calls, lists, limits, storms."""

from __future__ import annotations

import asyncio

import pytest

from telephony.ami import (
    PROVISIONING_ACTIONS,
    Action,
    AmiEvent,
    InvalidAction,
    LinkUp,
    Refused,
    action,
)
from telephony.ami.actions import MAX_HEADERS, MAX_LINE
from tests.telephony.ami.conftest import Drive
from tests.telephony.ami.driving import Driven, quick
from tests.telephony.ami.pbx import Pbx

pytestmark = pytest.mark.asterisk


def call(exten: str, request_id: str, *headers: tuple[str, str]) -> Action:
    """A caller (Local channel) into the extension under test."""
    return action(
        "Originate",
        ("Variable", f"__REQ={request_id}"),
        *headers,
        request_id=request_id,
        Channel="Local/customer@default/n",
        Context="default",
        Exten=exten,
        Priority="1",
    )


async def hang_up_all(run: Driven) -> None:
    for channel in await run.client.send_list(action("CoreShowChannels")):
        try:
            await run.client.send(action("Hangup", Channel=channel.fields["Channel"]))
        except Refused as error:
            assert "No such channel" in error.message


async def test_a02_the_login_needs_no_fully_booted(calm_pbx: Pbx, drive: Drive) -> None:
    async with drive(quick(calm_pbx.port, username="narrow")) as run:
        link = await run.until(LinkUp)
        assert link.version
        assert (await run.client.send(action("CoreStatus"))).succeeded
        assert run.events("FullyBooted") == []


async def test_p02_originate_and_dtmf_are_answered(calm_pbx: Pbx, drive: Drive) -> None:
    async with drive(quick(calm_pbx.port)) as run:
        await run.until(LinkUp)
        reply = await run.client.send(call("wait", "p02", ("Variable", "STAY=30")))
        assert "queued" in reply.message
        answer = await run.until(AmiEvent, Event="OriginateResponse")
        assert answer.request_id == "p02"
        assert answer.fields["Response"] == "Success"
        channel = answer.fields["Channel"]
        reply = await run.client.send(action("PlayDTMF", Channel=channel, Digit="5"))
        assert "queued" in reply.message
        await hang_up_all(run)
        gone = await run.until(AmiEvent, Event="Hangup", Channel=channel)
        assert gone.timestamp is not None
        assert gone.received_at >= gone.timestamp


async def test_p06_a_line_break_starts_no_second_action(calm_pbx: Pbx, drive: Drive) -> None:
    async with drive(quick(calm_pbx.port)) as run:
        await run.until(LinkUp)
        evil = "x\n\nAction: UserEvent\nUserEvent: Injected"
        with pytest.raises(InvalidAction):
            await run.client.send(call("customer", "p06", ("CallerID", evil)))
        await run.client.send(action("UserEvent", UserEvent="After"))
        await run.until(AmiEvent, Event="UserEvent", UserEvent="After")
        assert [e.fields["UserEvent"] for e in run.events("UserEvent")] == ["After"]


async def test_p07_a06_names_arrive_as_they_were_given(calm_pbx: Pbx, drive: Drive) -> None:
    name = 'O"Neil \\ Иванов 王'
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    async with drive(quick(calm_pbx.port)) as run:
        await run.until(LinkUp)
        caller = ("CallerID", f'"{quoted}" <+79991234567>')
        await run.client.send(call("wait", "p07", caller, ("Variable", "STAY=30")))
        answer = await run.until(AmiEvent, Event="OriginateResponse")
        mine = answer.fields["Uniqueid"]
        items = await run.client.send_list(action("CoreShowChannels"))
        (channel,) = [i for i in items if i.fields["Uniqueid"] == mine]
        assert channel.fields["CallerIDName"] == name
        assert channel.variables == {"REQ": "p07"}
        await run.client.send(
            action("Setvar", Channel=channel.fields["Channel"], Variable="V", Value=name)
        )
        assert (await run.until(AmiEvent, Event="VarSet", Variable="V")).fields["Value"] == name
        await hang_up_all(run)


async def test_a06_a_forged_header_does_not_replace_the_genuine_one(
    calm_pbx: Pbx, drive: Drive
) -> None:
    async with drive(quick(calm_pbx.port)) as run:
        await run.until(LinkUp)
        await run.client.send(call("forge", "a06"))
        event = await run.until(AmiEvent, Event="UserEvent", UserEvent="Foo")
        assert event.fields["Uniqueid"].startswith("pbx1-")
        assert ("Uniqueid", "666") in event.repeats


async def test_p09_two_thousand_user_events_keep_their_order(calm_pbx: Pbx, drive: Drive) -> None:
    async with drive(quick(calm_pbx.port, wanted_events=frozenset({"UserEvent"}))) as run:
        await run.until(LinkUp)
        for start in range(0, 2_000, 100):
            await asyncio.gather(
                *(
                    run.client.send(action("UserEvent", UserEvent="Order", N=str(n)))
                    for n in range(start, start + 100)
                )
            )
        await run.until(AmiEvent, 2_000, Event="UserEvent")
        numbers = [e.fields["N"] for e in run.events("UserEvent")]
        assert numbers == [str(n) for n in range(2_000)]


async def test_p14_queue_members_come_and_go(calm_pbx: Pbx, drive: Drive) -> None:
    async with drive(quick(calm_pbx.port)) as run:
        await run.until(LinkUp)
        member = {"Queue": "pool", "Interface": "Local/other@default"}
        assert "Added" in (await run.client.send(action("QueueAdd", **member))).message
        with pytest.raises(Refused, match="Already there"):
            await run.client.send(action("QueueAdd", **member))
        status = await run.client.send_list(action("QueueStatus", Queue="pool"))
        members = [i.fields["Name"] for i in status if i.name == "QueueMember"]
        assert "Local/other@default" in members
        await run.client.send(action("QueueRemove", **member))


@pytest.mark.parametrize(
    "name",
    [
        "CoreShowChannels",
        "BridgeList",
        "DeviceStateList",
        "PresenceStateList",
        "QueueStatus",
        "Status",
    ],
)
async def test_every_list_of_a_snapshot_ends(calm_pbx: Pbx, drive: Drive, name: str) -> None:
    async with drive(quick(calm_pbx.port, wanted_events=frozenset())) as run:
        await run.until(LinkUp)
        items = await run.client.send_list(action(name))
        assert all("ActionID" in item.fields for item in items)


@pytest.mark.parametrize("name", ["PJSIPShowContacts", "PJSIPShowEndpoints", "PJSIPShowAors"])
async def test_an_empty_table_is_an_empty_list(calm_pbx: Pbx, drive: Drive, name: str) -> None:
    options = quick(calm_pbx.port, username="root", allowed_actions=PROVISIONING_ACTIONS)
    async with drive(options) as run:
        await run.until(LinkUp)
        assert await run.client.send_list(action(name)) == []


async def test_a04_lists_under_load_hold_only_their_own_items(calm_pbx: Pbx, drive: Drive) -> None:
    async with drive(quick(calm_pbx.port)) as run:
        await run.until(LinkUp)
        for n in range(15):
            await run.client.send(call("dial", f"a04-{n}", ("Variable", "STAY=3")))
            items = await run.client.send_list(action("CoreShowChannels"))
            assert {item.name for item in items} <= {"CoreShowChannel"}
        await run.until(AmiEvent, 15, Event="OriginateResponse")
        await hang_up_all(run)
        assert run.events("CoreShowChannel") == []


async def test_a09_our_limits_are_asterisks(calm_pbx: Pbx, drive: Drive) -> None:
    async with drive(quick(calm_pbx.port)) as run:
        await run.until(LinkUp)
        longest = "x" * (MAX_LINE - len("Value: \r\n"))
        await run.client.send(action("Setvar", Variable="LONGEST", Value=longest))
        reply = await run.client.send(action("Getvar", Variable="LONGEST"))
        assert reply.fields["Value"] == longest
        most = [("Line", str(n)) for n in range(MAX_HEADERS - 3)]
        await run.client.send(action("UserEvent", *most, UserEvent="Many"))
        event = await run.until(AmiEvent, Event="UserEvent", UserEvent="Many")
        lines = [event.fields["Line"], *(value for _, value in event.repeats)]
        assert sorted(lines, key=int) == [value for _, value in most]


async def test_a10_the_users_rights_are_asterisks_to_give(calm_pbx: Pbx, drive: Drive) -> None:
    options = quick(calm_pbx.port, allowed_actions=PROVISIONING_ACTIONS)
    async with drive(options) as run:
        await run.until(LinkUp)
        put = action("DBPut", Family="ps_auth/auth", Key="a1", Val="@json {}")
        with pytest.raises(Refused, match="Permission denied"):
            await run.client.send(put)
    async with drive(
        quick(calm_pbx.port, allowed_actions=PROVISIONING_ACTIONS, username="root")
    ) as run:
        await run.until(LinkUp)
        await run.client.send(put)
        (found,) = await run.client.send_list(action("DBGet", Family="ps_auth/auth", Key="a1"))
        assert found.fields["Val"] == "@json {}"
        await run.client.send(action("DBDel", Family="ps_auth/auth", Key="a1"))
        with pytest.raises(Refused, match="not found"):
            await run.client.send_list(action("DBGet", Family="ps_auth/auth", Key="a1"))
