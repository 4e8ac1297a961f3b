"""The client when the real Asterisk freezes, dies, refuses or floods (faults F5-F9, F23, F24)."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import time

import pytest

from telephony.ami import LinkDown, LinkLoss, LinkStatus, LinkUp, NotSent, OutcomeUnknown, action
from tests.telephony.ami.conftest import Drive
from tests.telephony.ami.driving import Driven, quick
from tests.telephony.ami.pbx import Pbx, manager_conf
from tests.telephony.ami.relay import Relay
from tests.telephony.ami.test_asterisk import call

pytestmark = pytest.mark.asterisk


async def test_p03_f08_a_reply_lost_after_execution_dials_once(own_pbx: Pbx, drive: Drive) -> None:
    """Asterisk has dialled, the answer is lost: we say unknown, and find the call by its mark."""
    async with Relay(own_pbx.port) as relay, drive(quick(relay.port)) as run:
        for nth in range(1, 6):
            await run.until(LinkUp, nth)
            relay.swallow_reply_to_originate()
            dial = call("wait", f"f08-{nth}", ("Variable", "STAY=60"))
            dialling = asyncio.create_task(run.client.send(dial, timeout=30))
            await asyncio.wait_for(relay.swallowed.wait(), 10)
            relay.cut()
            with pytest.raises(OutcomeUnknown):
                await dialling
        await run.until(LinkUp, 6)
        calls = await calls_by_mark(run, 5)
        assert {mark: len(ids) for mark, ids in calls.items()} == {
            f"f08-{nth}": 1 for nth in range(1, 6)
        }


async def calls_by_mark(run: Driven, expected: int) -> dict[str, set[str]]:
    """Linkedids by our mark, once `expected` marks are up and the PBX is quiet about new ones."""
    async with asyncio.timeout(10):
        while True:
            calls: dict[str, set[str]] = {}
            for channel in await run.client.send_list(action("CoreShowChannels")):
                mark = channel.variables.get("REQ", "")
                calls.setdefault(mark, set()).add(channel.fields["Linkedid"])
            calls.pop("", None)
            if len(calls) >= expected:
                return calls


async def test_p05_f06_a_frozen_asterisk_is_noticed_and_found_again(
    own_pbx: Pbx, drive: Drive
) -> None:
    async with drive(quick(own_pbx.port, ping_interval=0.5, login_timeout=0.5)) as run:
        await run.until(LinkUp)
        own_pbx.signal(signal.SIGSTOP)
        frozen = time.monotonic()
        with pytest.raises(OutcomeUnknown):
            await run.client.send(call("wait", "f06", ("Variable", "STAY=30")), timeout=30)
        down = await run.until(LinkDown)
        assert down.reason is LinkLoss.SILENT
        assert time.monotonic() - frozen < 3 * 0.5 + 0.5
        with pytest.raises(NotSent):
            await run.client.send(call("wait", "f06-2"))
        own_pbx.signal(signal.SIGCONT)
        thawed = time.monotonic()
        await run.until(LinkUp, 2)
        assert time.monotonic() - thawed < 5
        calls = await calls_by_mark(run, 0)
        assert len(calls.get("f06", ())) <= 1
        assert "f06-2" not in calls


async def test_p14_f05_a_killed_asterisk_comes_back(own_pbx: Pbx, drive: Drive) -> None:
    async with drive(quick(own_pbx.port, retry_first=0.25, retry_cap=4.0)) as run:
        await run.until(LinkUp)
        own_pbx.kill()
        down = await run.until(LinkDown)
        assert down.reason is LinkLoss.CUT
        own_pbx.start()
        started = time.monotonic()
        await run.until(LinkUp, 2)
        assert time.monotonic() - started < 10
        assert await run.client.send_list(action("CoreShowChannels")) == []


async def test_a03_f09_a_slow_consumer_means_one_reconnect(own_pbx: Pbx, drive: Drive) -> None:
    options = quick(own_pbx.port, queue_bound=2_000, wanted_events=frozenset({"UserEvent"}))
    async with drive(options, reading=False) as run:
        while not run.client.is_up:
            await asyncio.sleep(0.01)
        await run.client.send(call("storm", "a03"))
        while run.client.is_up:
            await asyncio.sleep(0.01)
        run.reading.set()
        down = await run.until(LinkDown)
        assert down.reason is LinkLoss.OVERFLOW
        numbers = [int(e.fields["N"]) for e in run.events("UserEvent")]
        assert numbers == list(range(2_000))
        await run.until(LinkUp, 2)


async def test_p11_f24_a_wrong_password_is_tried_rarely_until_it_is_mended(
    own_pbx: Pbx, drive: Drive
) -> None:
    options = quick(own_pbx.port, secret="wrong", refused_first=0.4, refused_cap=1.0)
    async with drive(options) as run:
        while run.client.counters.logins_refused < 2:
            await asyncio.sleep(0.02)
        assert run.client.status is LinkStatus.REFUSED
        assert run.items == []
        (own_pbx.base / "etc/manager.conf").write_text(manager_conf(own_pbx.port, "wrong"))
        own_pbx.signal(signal.SIGHUP)
        await run.until(LinkUp)
        refused = run.client.counters.logins_refused
        assert refused <= 8, refused


async def test_f23_idle_sockets_lock_us_out_only_for_a_while(own_pbx: Pbx, drive: Drive) -> None:
    """authlimit 10, authtimeout 5 s in this configuration."""
    idle = [await asyncio.open_connection("127.0.0.1", own_pbx.port) for _ in range(12)]
    try:
        started = time.monotonic()
        async with drive(quick(own_pbx.port)) as run:
            await run.until(LinkUp)
            assert time.monotonic() - started < 5 + 5
            assert run.client.counters.connects_failed > 0
            assert run.client.counters.logins_refused == 0
    finally:
        for _, writer in idle:
            writer.close()
        for _, writer in idle:
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()
