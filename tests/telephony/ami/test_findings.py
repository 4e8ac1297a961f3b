"""What panoramisk 1.4 does wrong by itself (P1-P14), each with the proof that ours does not.

The peer is a scripted manager on loopback: a real connection, made to misbehave on purpose.
"""

from __future__ import annotations

import ast
import asyncio
import time
from pathlib import Path

import pytest

from telephony.ami import (
    AmiEvent,
    InvalidAction,
    LinkDown,
    LinkLoss,
    LinkStatus,
    LinkUp,
    NotSent,
    OutcomeUnknown,
    Refused,
    action,
)
from tests.telephony.ami.conftest import Drive
from tests.telephony.ami.driving import quick
from tests.telephony.ami.scripted import ScriptedPbx

REPOSITORY = Path(__file__).parents[3]
PACKAGES = ("agent_ui", "config", "crm_core", "ivr", "routing", "telephony")
"""`bench` measures ours against it."""
ORIGINATE = action("Originate", Channel="Local/1@x", Context="x", Exten="1", Priority="1")


@pytest.mark.parametrize("finding", ["P1", "P13"])
def test_p01_p13_nothing_imports_panoramisk_fast_agi(finding: str) -> None:
    """Its handler spins for ever on EOF (P1) and takes HANGUP for a reply (P13)."""
    for path in (p for name in PACKAGES for p in (REPOSITORY / name).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [f"{node.module}.{a.name}" for a in node.names]
            assert not any(n.startswith("panoramisk.fast_agi") for n in names), (finding, path)


@pytest.mark.parametrize("text", ["Originate successfully queued", "DTMF successfully queued"])
async def test_p02_a_queued_reply_completes_and_async_is_forced(
    scripted: ScriptedPbx, drive: Drive, text: str
) -> None:
    async with drive(quick(scripted.port)) as run:
        session = await scripted.session()
        await run.until(LinkUp)
        sending = asyncio.create_task(run.client.send(ORIGINATE))
        sent = await session.next("Originate")
        assert sent.all("Async") == ["true"]
        session.reply(sent, "Success", f"Message: {text}")
        assert (await sending).message == text
        dtmf = asyncio.create_task(run.client.send(action("PlayDTMF", Channel="x", Digit="1")))
        session.reply(await session.next("PlayDTMF"), "Success", f"Message: {text}")
        assert (await dtmf).message == text
        assert run.client.is_up


@pytest.mark.parametrize("name", ["Originate", "Redirect", "Setvar"])
async def test_p03_nothing_is_sent_twice_after_reconnect(
    scripted: ScriptedPbx, drive: Drive, name: str
) -> None:
    async with drive(quick(scripted.port)) as run:
        session = await scripted.session()
        await run.until(LinkUp)
        act = action(name, Channel="Local/1@x", Context="x", Exten="1", Priority="1")
        sending = asyncio.create_task(run.client.send(act))
        await session.next(name)
        session.reset()
        with pytest.raises(OutcomeUnknown, match="link lost"):
            await sending
        again = await scripted.session()
        await run.until(LinkUp, 2)
        again.message("Event: FullyBooted", "Status: Fully Booted")
        await run.until(AmiEvent, Event="FullyBooted")
        marker = asyncio.create_task(run.client.send(action("CoreStatus")))
        again.reply(await again.next("CoreStatus"))
        await marker
        assert again.sent(name) == []
        assert len(session.sent(name)) == 1


async def test_p04_a_failing_consumer_does_not_cut_the_link(
    scripted: ScriptedPbx, drive: Drive
) -> None:
    async with drive(quick(scripted.port)) as run:
        session = await scripted.session()
        await run.until(LinkUp)
        with pytest.raises(RuntimeError, match="one consumer"):
            await anext(run.client.events())
        session.write(b"".join(b"Event: E\r\nN: %d\r\n\r\n" % n for n in range(100)))
        await run.until(AmiEvent, 100, Event="E")
        assert run.client.is_up


async def test_p05_a_frozen_peer_is_noticed_within_three_pings(
    scripted: ScriptedPbx, drive: Drive
) -> None:
    async with drive(quick(scripted.port, ping_interval=0.6)) as run:
        session = await scripted.session()
        await run.until(LinkUp)
        waiting = asyncio.create_task(run.client.send(ORIGINATE, timeout=60))
        await session.next("Originate")
        session.frozen = True
        started = time.monotonic()
        down = await run.until(LinkDown)
        assert down.reason is LinkLoss.SILENT
        assert time.monotonic() - started < 3 * 0.6 + 0.3
        with pytest.raises(OutcomeUnknown, match="silent"):
            await waiting
        assert len(session.sent("Ping")) < 10


async def test_p05_a_stall_of_our_own_is_no_dead_peer(scripted: ScriptedPbx, drive: Drive) -> None:
    async with drive(quick(scripted.port, ping_interval=0.1)) as run:
        session = await scripted.session()
        await run.until(LinkUp)
        time.sleep(1.0)  # noqa: ASYNC251 - the stall under test: our whole loop stands still
        session.message("Event: Alive")
        await run.until(AmiEvent, Event="Alive")
        assert run.client.counters.links_lost == {}


@pytest.mark.parametrize("bad", ["x\n\nAction: Hangup", "x\r\nAction: Hangup", "x\r", "x\n", "x\0"])
async def test_p06_a_line_break_never_reaches_the_wire(
    scripted: ScriptedPbx, drive: Drive, bad: str
) -> None:
    async with drive(quick(scripted.port)) as run:
        session = await scripted.session()
        await run.until(LinkUp)
        for act in (action("Originate", CallerID=bad), action("Setvar", ("Variable", bad))):
            with pytest.raises(InvalidAction):
                await run.client.send(act)
        with pytest.raises(InvalidAction):
            await run.client.send(action("Setvar", (bad, "x")))
        checking = asyncio.create_task(run.client.send(action("CoreStatus")))
        session.reply(await session.next("CoreStatus"))
        await checking
        assert {a["Action"] for a in session.received} <= {"Login", "Ping", "CoreStatus"}


async def test_p07_letters_split_between_reads_arrive_whole(
    scripted: ScriptedPbx, drive: Drive
) -> None:
    async with drive(quick(scripted.port)) as run:
        session = await scripted.session()
        await run.until(LinkUp)
        for byte in "Event: E\r\nCallerIDName: Иванов\r\n\r\n".encode():
            session.write(bytes([byte]))
            await session.writer.drain()
            await asyncio.sleep(0)
        event = await run.until(AmiEvent, Event="E")
        assert event.fields["CallerIDName"] == "Иванов"


async def test_p08_a_message_without_end_cuts_the_link(scripted: ScriptedPbx, drive: Drive) -> None:
    async with drive(quick(scripted.port, max_message=65_536)) as run:
        session = await scripted.session()
        await run.until(LinkUp)
        session.write(b"Event: Good\r\n\r\nEvent: Big\r\nData: " + b"x" * 2_000_000)
        down = await run.until(LinkDown)
        assert down.reason is LinkLoss.VIOLATION
        assert len(run.events("Good")) == 1
        await run.until(LinkUp, 2)


async def test_p09_events_keep_their_order(scripted: ScriptedPbx, drive: Drive) -> None:
    async with drive(quick(scripted.port)) as run:
        session = await scripted.session()
        await run.until(LinkUp)
        for start in range(0, 2_000, 50):
            numbers = range(start, start + 50)
            session.write(b"".join(b"Event: E\r\nN: %d\r\n\r\n" % n for n in numbers))
            await asyncio.sleep(0)
        await run.until(AmiEvent, 2_000, Event="E")
        assert [e.fields["N"] for e in run.events("E")] == [str(n) for n in range(2_000)]


async def test_p10_sending_without_a_link_fails_at_once(drive: Drive) -> None:
    async with drive(quick(1)) as run:
        with pytest.raises(NotSent):
            await asyncio.wait_for(run.client.send(ORIGINATE), 1)
        with pytest.raises(NotSent):
            await asyncio.wait_for(run.client.send_list(action("CoreShowChannels")), 1)
        assert run.client.counters.actions_not_sent["Originate"] == 1


async def test_p10_sending_during_an_outage_fails_at_once(
    scripted: ScriptedPbx, drive: Drive
) -> None:
    async with drive(quick(scripted.port)) as run:
        session = await scripted.session()
        await run.until(LinkUp)
        scripted.stop_listening()
        session.reset()
        await run.until(LinkDown)
        with pytest.raises(NotSent):
            await asyncio.wait_for(run.client.send(ORIGINATE), 1)
        await scripted.listen()
        again = await scripted.session()
        await run.until(LinkUp, 2)
        assert again.sent("Originate") == []


async def test_p11_a_refused_login_backs_off(scripted: ScriptedPbx, drive: Drive) -> None:
    scripted.login_reply = ("Error", "Message: Authentication failed")
    options = quick(scripted.port, refused_first=0.1, refused_cap=30.0)
    async with drive(options) as run:
        started = time.monotonic()
        for _ in range(4):
            await scripted.session()
        assert time.monotonic() - started >= 0.1 + 0.2 + 0.4
        assert run.client.status is LinkStatus.REFUSED
        assert not run.client.is_up
        assert run.items == []


async def test_p11_a_mended_password_is_accepted(scripted: ScriptedPbx, drive: Drive) -> None:
    accepted = scripted.login_reply
    scripted.login_reply = ("Error", "Message: Authentication failed")
    async with drive(quick(scripted.port)) as run:
        for _ in range(2):
            await scripted.session()
        scripted.login_reply = accepted
        await run.until(LinkUp)
        assert run.client.status is LinkStatus.UP


async def test_p14_queue_add_resolves_at_its_reply(scripted: ScriptedPbx, drive: Drive) -> None:
    async with drive(quick(scripted.port)) as run:
        session = await scripted.session()
        await run.until(LinkUp)
        adding = asyncio.create_task(run.client.send(action("QueueAdd", Queue="q", Interface="x")))
        sent = await session.next("QueueAdd")
        session.reply(sent, "Success", "Message: Added interface to queue")
        assert (await asyncio.wait_for(adding, 2)).message == "Added interface to queue"


async def test_p14_close_during_an_outage_really_stops(scripted: ScriptedPbx, drive: Drive) -> None:
    async with drive(quick(scripted.port)) as run:
        session = await scripted.session()
        await run.until(LinkUp)
        scripted.stop_listening()
        session.reset()
        await run.until(LinkDown)
        await asyncio.wait_for(run.client.close(), 2)
        assert run.running.done()
        assert run.client.status is LinkStatus.STOPPED
    await scripted.listen()
    await asyncio.sleep(0.3)  # ten retries' time: nobody may come
    assert len(scripted.sessions) == 1


async def test_p14_a_lost_link_is_not_up_and_every_login_asks_for_a_resync(
    scripted: ScriptedPbx, drive: Drive
) -> None:
    async with drive(quick(scripted.port)) as run:
        for session_number in (1, 2, 3):
            session = await scripted.session()
            up = await run.until(LinkUp, session_number)
            assert up.session == session_number
            assert run.client.is_up
            session.reset()
            down = await run.until(LinkDown, session_number)
            assert (down.session, down.reason) == (session_number, LinkLoss.CUT)
        kinds = [type(item) for item in run.items[:6]]
        assert kinds == [LinkUp, LinkDown] * 3


async def test_refused_is_told_from_unknown_and_not_sent(
    scripted: ScriptedPbx, drive: Drive
) -> None:
    async with drive(quick(scripted.port)) as run:
        session = await scripted.session()
        await run.until(LinkUp)
        refused = asyncio.create_task(run.client.send(action("Hangup", Channel="none")))
        session.reply(await session.next("Hangup"), "Error", "Message: No such channel")
        with pytest.raises(Refused, match="No such channel"):
            await refused
        with pytest.raises(OutcomeUnknown, match="no reply within"):
            await run.client.send(action("Hangup", Channel="x"), timeout=0.05)
        late = await session.next("Hangup")
        session.reply(late)
        session.message("Event: After")
        await run.until(AmiEvent, Event="After")
        assert run.client.counters.stray_replies == 1
        assert run.client.is_up
