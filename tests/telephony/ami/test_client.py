"""The client as its owner sees it, against a scripted manager on loopback."""

from __future__ import annotations

import asyncio
import socket

import pytest
import structlog

from telephony.ami import (
    CALL_ACTIONS,
    PROVISIONING_ACTIONS,
    AmiClient,
    AmiEvent,
    LinkDown,
    LinkLoss,
    LinkStatus,
    LinkUp,
    OutcomeUnknown,
    Refused,
    action,
)
from tests.telephony.ami.conftest import Drive
from tests.telephony.ami.driving import Driven, quick, utc_now
from tests.telephony.ami.scripted import ScriptedPbx, Session

CHANNELS = action("CoreShowChannels")


async def up(scripted: ScriptedPbx, run: Driven, nth: int = 1) -> Session:
    session = await scripted.session()
    await run.until(LinkUp, nth)
    return session


async def test_link_up_stands_before_the_sessions_first_events(
    scripted: ScriptedPbx, drive: Drive
) -> None:
    scripted.after_login = b"Event: FullyBooted\r\nPrivilege: system,all\r\n\r\n"
    async with drive(quick(scripted.port)) as run:
        event = await run.until(AmiEvent, Event="FullyBooted")
        link = run.items[0]
        assert isinstance(link, LinkUp)
        assert (link.node, link.session, link.version) == ("pbx1", 1, "11.0.0")
        assert run.items[1] is event
        assert event.received_at.tzinfo is not None


async def test_a_list_is_returned_whole_and_its_items_are_no_events(
    scripted: ScriptedPbx, drive: Drive
) -> None:
    async with drive(quick(scripted.port, wanted_events=frozenset({"Hangup"}))) as run:
        session = await up(scripted, run)
        listing = asyncio.create_task(run.client.send_list(CHANNELS))
        sent = await session.next("CoreShowChannels")
        mine = f"ActionID: {sent['ActionID']}"
        session.reply(sent, "Success", "EventList: start", "Message: Channels will follow")
        session.message("Event: CoreShowChannel", mine, "Uniqueid: 1")
        session.message("Event: Hangup", "Uniqueid: 3")
        session.message("Event: VarSet", "Uniqueid: 3")
        session.message("Event: CoreShowChannel", mine, "Uniqueid: 2")
        session.message("Event: CoreShowChannelsComplete", mine, "EventList: Complete")
        assert [item.fields["Uniqueid"] for item in await listing] == ["1", "2"]
        await run.until(AmiEvent, Event="Hangup")
        assert [i.name for i in run.items if isinstance(i, AmiEvent)] == ["Hangup"]


async def test_an_empty_table_is_an_empty_list_and_other_errors_are_errors(
    scripted: ScriptedPbx, drive: Drive
) -> None:
    allowed = CALL_ACTIONS | PROVISIONING_ACTIONS
    async with drive(quick(scripted.port, allowed_actions=allowed)) as run:
        session = await up(scripted, run)
        listing = asyncio.create_task(run.client.send_list(action("PJSIPShowContacts")))
        sent = await session.next("PJSIPShowContacts")
        session.reply(sent, "Error", "Message: No Contacts found\n")
        assert await listing == []
        listing = asyncio.create_task(run.client.send_list(CHANNELS))
        sent = await session.next("CoreShowChannels")
        session.reply(sent, "Error", "Message: Permission denied")
        with pytest.raises(Refused, match="Permission denied"):
            await listing


async def test_a_list_never_completed_ends_by_time_out_and_its_late_items_are_dropped(
    scripted: ScriptedPbx, drive: Drive
) -> None:
    async with drive(quick(scripted.port)) as run:
        session = await up(scripted, run)
        listing = asyncio.create_task(run.client.send_list(CHANNELS, timeout=0.2))
        sent = await session.next("CoreShowChannels")
        mine = f"ActionID: {sent['ActionID']}"
        session.reply(sent, "Success", "EventList: start")
        session.message("Event: CoreShowChannel", mine, "Uniqueid: 1")
        with pytest.raises(OutcomeUnknown):
            await listing
        session.message("Event: CoreShowChannel", mine, "Uniqueid: 2")
        session.message("Event: CoreShowChannelsComplete", mine, "EventList: Complete")
        session.message("Event: After")
        await run.until(AmiEvent, Event="After")
        assert run.events("CoreShowChannel") == []
        assert run.client.is_up


async def test_an_endless_list_is_given_up(scripted: ScriptedPbx, drive: Drive) -> None:
    async with drive(quick(scripted.port, max_list=10)) as run:
        session = await up(scripted, run)
        listing = asyncio.create_task(run.client.send_list(CHANNELS))
        sent = await session.next("CoreShowChannels")
        session.reply(sent, "Success", "EventList: start")
        for _ in range(20):
            session.message("Event: CoreShowChannel", f"ActionID: {sent['ActionID']}")
        with pytest.raises(OutcomeUnknown, match="10 items"):
            await listing


async def test_a_forged_answer_completes_nothing(scripted: ScriptedPbx, drive: Drive) -> None:
    async with drive(quick(scripted.port)) as run:
        session = await up(scripted, run)
        sending = asyncio.create_task(run.client.send(action("Hangup", Channel="x")))
        sent = await session.next("Hangup")
        session.message("Response: Success", "ActionID: 1", "Message: forged")
        session.message("Event: UserEvent", f"ActionID: {sent['ActionID']}", "Response: Success")
        session.message("Response: Success", "Message: without id")
        session.reply(sent, "Error", "Message: No such channel")
        with pytest.raises(Refused, match="No such channel"):
            await sending
        await run.until(AmiEvent, Event="UserEvent")
        assert run.client.counters.stray_replies == 2


async def test_action_ids_are_unguessable_and_carry_the_callers_id(
    scripted: ScriptedPbx, drive: Drive
) -> None:
    async with drive(quick(scripted.port)) as run:
        session = await up(scripted, run)
        act = action("Originate", Channel="Local/1@x", Exten="1", request_id="req-42")
        sending = asyncio.create_task(run.client.send(act))
        sent = await session.next("Originate")
        assert sent["ActionID"].endswith("/req-42")
        assert len(sent["ActionID"].partition("-")[0]) == 16
        session.reply(sent, "Success", "Message: Originate successfully queued")
        await sending
        answer = ("Event: OriginateResponse", f"ActionID: {sent['ActionID']}", "Reason: 4")
        session.message(*answer)
        event = await run.until(AmiEvent, Event="OriginateResponse")
        assert event.request_id == "req-42"


async def test_overflow_cuts_once_keeps_order_and_comes_back_when_read(
    scripted: ScriptedPbx, drive: Drive
) -> None:
    async with drive(quick(scripted.port, queue_bound=500), reading=False) as run:
        session = await scripted.session()
        session.write(b"".join(b"Event: E\r\nN: %d\r\n\r\n" % n for n in range(5_000)))
        await asyncio.wait_for(session.closed.wait(), 10)
        await asyncio.sleep(0.3)  # time for ten retries: nobody may come before it is read
        assert len(scripted.sessions) == 1
        run.reading.set()
        down = await run.until(LinkDown)
        assert down.reason is LinkLoss.OVERFLOW
        numbers = [int(e.fields["N"]) for e in run.events("E")]
        assert numbers == list(range(len(numbers)))
        assert 490 <= len(numbers) <= 500
        await run.until(LinkUp, 2)
        assert run.client.counters.queue_peak <= 502


async def test_only_wanted_events_are_delivered_and_the_rest_is_counted(
    scripted: ScriptedPbx, drive: Drive
) -> None:
    async with drive(quick(scripted.port, wanted_events=frozenset({"Hangup"}))) as run:
        session = await up(scripted, run)
        session.write(b"Event: VarSet\r\nValue: 1\r\n\r\n" * 3 + b"Event: Hangup\r\n\r\n")
        await run.until(AmiEvent, Event="Hangup")
        session.hang_up()
        await run.until(LinkDown)
        assert run.client.counters.events_skipped == {"VarSet": 3}
        assert run.client.counters.events_delivered == 1


@pytest.mark.parametrize("banner", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"SSH-2.0-x\r\n"])
async def test_a_peer_that_is_no_asterisk_is_left(
    scripted: ScriptedPbx, drive: Drive, banner: bytes
) -> None:
    scripted.banner = banner
    async with drive(quick(scripted.port)) as run:
        for _ in range(2):
            await asyncio.wait_for((await arrived(scripted)).closed.wait(), 5)
        assert run.items == []
        assert run.client.status is LinkStatus.UNREACHABLE


async def arrived(scripted: ScriptedPbx) -> Session:
    return await asyncio.wait_for(scripted.connections.get(), 5)


async def test_a_login_without_an_answer_is_given_up(scripted: ScriptedPbx, drive: Drive) -> None:
    async with drive(quick(scripted.port, login_timeout=0.1)) as run:
        for _ in range(2):
            session = await arrived(scripted)
            session.frozen = True
            await asyncio.wait_for(session.closed.wait(), 5)
        assert run.client.status is LinkStatus.UNREACHABLE
        assert run.client.counters.logins_refused == 0
        await scripted.session()
        await run.until(LinkUp)


async def test_a_connection_that_is_never_taken_is_given_up(drive: Drive) -> None:
    """A full backlog swallows the SYN: no refusal comes, only silence."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        fillers = [socket.socket() for _ in range(4)]
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex(listener.getsockname())
        options = quick(listener.getsockname()[1], connect_timeout=0.1, login_timeout=0.1)
        async with drive(options) as run, asyncio.timeout(10):
            while run.client.counters.connects_failed < 2:
                await asyncio.sleep(0.02)
        for filler in fillers:
            filler.close()


async def test_cancelling_the_owner_ends_everything(scripted: ScriptedPbx) -> None:
    client = AmiClient(quick(scripted.port), clock=utc_now)
    running = asyncio.create_task(client.run())
    session = await scripted.session()
    items = client.events()
    assert isinstance(await anext(items), LinkUp)
    waiting = asyncio.create_task(client.send(action("Hangup", Channel="x")))
    await session.next("Hangup")
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    with pytest.raises(OutcomeUnknown):
        await waiting
    rest = [item async for item in items]
    assert [type(item) for item in rest] == [LinkDown]
    await asyncio.wait_for(session.closed.wait(), 5)


async def test_a_client_closed_before_it_runs_never_connects(scripted: ScriptedPbx) -> None:
    client = AmiClient(quick(scripted.port), clock=utc_now)
    await client.close()
    await asyncio.wait_for(client.run(), 2)
    assert [item async for item in client.events()] == []
    assert scripted.sessions == []
    with pytest.raises(RuntimeError):
        await client.run()


async def test_a_cancelled_wait_leaves_the_link_in_order(
    scripted: ScriptedPbx, drive: Drive
) -> None:
    async with drive(quick(scripted.port)) as run:
        session = await up(scripted, run)
        first = asyncio.create_task(run.client.send(action("Hangup", Channel="a")))
        sent = await session.next("Hangup")
        first.cancel()
        second = asyncio.create_task(run.client.send(action("Hangup", Channel="b")))
        session.reply(sent, "Success", "Message: late")
        session.reply(await session.next("Hangup"), "Success", "Message: mine")
        assert (await second).message == "mine"


async def test_replies_out_of_order_reach_their_own_senders(
    scripted: ScriptedPbx, drive: Drive
) -> None:
    async with drive(quick(scripted.port)) as run:
        session = await up(scripted, run)
        names = [str(n) for n in range(20)]
        tasks = [
            asyncio.create_task(run.client.send(action("Hangup", Channel=name))) for name in names
        ]
        got = [await session.next("Hangup") for _ in names]
        for sent in reversed(got):
            session.reply(sent, "Success", f"Message: {sent['Channel']}")
        assert [r.message for r in await asyncio.gather(*tasks)] == names


async def test_one_alarm_for_an_outage_and_no_secret_in_any_log(
    scripted: ScriptedPbx, drive: Drive, caplog: pytest.LogCaptureFixture
) -> None:
    scripted.login_reply = ("Error", "Message: Authentication failed")
    with structlog.testing.capture_logs() as logs:
        async with drive(quick(scripted.port)) as run:
            for _ in range(4):
                await scripted.session()
            scripted.login_reply = ("Success",)
            session = await scripted.session()
            await run.until(LinkUp)
            sending = asyncio.create_task(run.client.send(action("Hangup", Channel="SIP/+7999")))
            await session.next("Hangup")
            session.reset()
            with pytest.raises(OutcomeUnknown):
                await sending
            await run.until(LinkUp, 2)
    alarms = [(entry["log_level"], entry["status"]) for entry in logs]
    assert alarms[:2] == [("error", "refused"), ("info", "up")]
    assert len(alarms) == 4
    for text in (repr(logs), caplog.text):
        assert "a-secret-of-the-tests" not in text
        assert "+7999" not in text


async def test_a_congested_link_refuses_instead_of_hoarding(
    scripted: ScriptedPbx, drive: Drive
) -> None:
    """The peer stops reading: our own memory must not become the queue."""
    async with drive(quick(scripted.port, ping_interval=30, max_unsent=10_000)) as run:
        session = await up(scripted, run)
        session.reader._limit = 0  # type: ignore[attr-defined]
        session.writer.transport.pause_reading()  # type: ignore[attr-defined]
        value = "x" * 1_000
        pushing = [
            asyncio.create_task(
                run.client.send(action("UserEvent", ("Data", value), ("More", value)), timeout=60)
            )
            for _ in range(8_000)
        ]
        done, _ = await asyncio.wait(pushing, return_when=asyncio.FIRST_EXCEPTION)
        assert any("congested" in str(task.exception()) for task in done)
        for task in pushing:
            task.cancel()
        await asyncio.gather(*pushing, return_exceptions=True)
        link = run.client._link
        assert link is not None
        transport = link.protocol.transport
        assert transport.get_write_buffer_size() > 0
        await run.client.close()
        assert transport.get_write_buffer_size() == 0  # cut, not waiting for ever to flush
