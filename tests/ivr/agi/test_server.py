"""The server by real sockets: who is let in, who is cut, and that nobody holds up the others."""

import asyncio
import logging
from collections.abc import Callable

import pytest
from structlog.testing import capture_logs

from ivr.agi.channel import Channel
from ivr.agi.errors import Broken, ChannelLost, HungUp, Refusal
from ivr.agi.options import AgiOptions
from ivr.agi.server import AgiServer
from tests.ivr.agi.driving import DONE, Caller, request, serving


async def greet(channel: Channel) -> None:
    """A session of a few commands."""
    await channel.tell(["hello", "main"], "1")
    await channel.set_variable("DONE", await channel.variable("CALLERID(name)"))


async def holding(channel: Channel) -> None:
    while True:
        await channel.ask([], seconds=60)


async def until(true: Callable[[], object]) -> None:
    async with asyncio.timeout(20):
        while not true():
            await asyncio.sleep(0.01)


def counted(server: AgiServer) -> dict[str, int]:
    return {str(why): count for why, count in server.counters.refused.items()}


async def test_session_speaks_and_lets_go() -> None:
    async with serving(greet) as server:
        caller = await Caller.comes(server, request())
        assert (await caller.hears()).startswith("SET AUTOHANGUP")
        caller.says(DONE)
        assert await caller.hears() == 'STREAM FILE "hello" "1" 0'
        caller.says("200 result=49 endpos=80")
        assert await caller.hears() == 'GET VARIABLE "CALLERID(name)"'
        caller.says("200 result=1 (hangup)")
        assert await caller.hears() == 'SET VARIABLE "DONE" "hangup"'
        caller.says("200 result=1")
        assert await caller.hears() == ""
        await until(lambda: not server.counters.connections)
        assert (server.counters.served, server.counters.sessions) == (1, 0)
        assert not server.counters.broken
        assert not server.counters.refused


async def test_p1_scanners_and_half_requests_hold_nobody_up() -> None:
    """Sixty sessions go on, command by command, among hundreds of connections that are none."""
    options = AgiOptions(port=0, unserved_of_peer=50, request_timeout=60)
    rubbish = [b"", b"GET / HTTP/1.0\r\n\r\n", b"\x16\x03\x01\x02\x00", b"agi_network: yes\n"]
    rubbish += [request()[:-1], b"agi_x: " + b"y" * 9_000, b"\0" * 500, b"\n\n"]
    async with serving(greet, options=options) as server:
        told = []
        for number in range(60):
            noise = [await Caller.comes(server, rubbish[(number + n) % 8]) for n in range(5)]
            noise[0].writer.transport.abort()
            noise[1].writer.write_eof()
            caller = await Caller.comes(server, request(uniqueid=f"pbx1-1.{number}"))
            told.append(asyncio.create_task(caller.answers_all("200 result=1 (x)")))
        async with asyncio.timeout(20):
            heard = await asyncio.gather(*told)
        assert all(commands[-1] == 'SET VARIABLE "DONE" "x"' for commands in heard)
        assert server.counters.served == 60
        assert set(counted(server)) <= {"gone", "malformed", "too_long", "crowded"}
        assert server.counters.connections <= options.unserved_of_peer + 1


async def test_whoever_sends_no_request_in_time_is_cut() -> None:
    async with serving(greet, options=AgiOptions(port=0, request_timeout=0)) as server:
        for said in (b"", request()[:40]):
            caller = await Caller.comes(server, said)
            assert await caller.hears() == ""
        assert counted(server) == {"slow": 2}


async def test_oldest_without_a_request_gives_way() -> None:
    options = AgiOptions(port=0, unserved_of_peer=2, request_timeout=60)
    async with serving(greet, options=options) as server:
        first, second, third = [await Caller.comes(server) for _ in range(3)]
        assert await first.hears() == ""
        third.writer.write(request())
        second.writer.write(request())
        assert await third.hears()
        assert await second.hears()
        assert counted(server) == {"crowded": 1}


async def test_connections_and_sessions_are_bounded() -> None:
    options = AgiOptions(port=0, connections=3, sessions=2, request_timeout=60)
    async with serving(holding, options=options) as server:
        served = [await Caller.comes(server, request()) for _ in range(2)]
        for caller in served:
            assert await caller.hears()
        third = await Caller.comes(server, request())
        assert await third.hears() == ""
        idle = await Caller.comes(server)
        await until(lambda: server.counters.connections == 3)
        late = await Caller.comes(server, request())
        assert await idle.hears() == "", "who says nothing gives way to who may"
        assert await late.hears() == ""
        assert counted(server) == {"full": 2, "crowded": 1}
        assert server.counters.sessions == 2


async def test_nobody_is_let_in_unless_admitted() -> None:
    async with serving(greet, admit=lambda _request: False) as server:
        caller = await Caller.comes(server, request())
        assert await caller.hears() == ""
        assert counted(server) == {"not_admitted": 1}


async def test_error_while_asking_lets_nobody_in() -> None:
    def fails(_request: object) -> bool:
        raise LookupError("79990000001")

    with capture_logs() as logs:
        async with serving(greet, admit=fails) as server:
            caller = await Caller.comes(server, request())
            assert await caller.hears() == ""
            assert (counted(server), server.counters.failed) == ({"not_admitted": 1}, 1)
    assert "79990000001" not in str(logs)


async def test_strange_peers_are_cut_at_once() -> None:
    options = AgiOptions(port=0, allowed_peers=("192.0.2.0/24", "::1"))
    async with serving(greet, options=options) as server:
        caller = await Caller.comes(server, request())
        assert await caller.hears() == ""
        assert counted(server) == {"peer": 1}


async def test_error_of_a_session_ends_it_alone_and_tells_no_digit(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def fails(channel: Channel) -> None:
        digits = await channel.ask([], most=1, secret=True)
        raise LookupError(f"no such PIN: {digits}")

    caplog.set_level(logging.DEBUG)
    with capture_logs() as logs:
        async with serving(fails) as server:
            caller = await Caller.comes(server, request())
            await caller.hears()
            caller.says(DONE)
            await caller.hears()
            caller.says("200 result=55")
            assert await caller.hears() == ""
            assert server.counters.failed == 1
    (log,) = logs
    assert (log["call"], log["error"]) == ("pbx1-1700000000.1", "LookupError")
    assert "PIN" not in str(logs)
    assert caplog.text == ""


async def test_stopping_cuts_sessions_and_lets_them_write_down_their_end() -> None:
    ends: list[object] = []

    async def session(channel: Channel) -> None:
        try:
            await holding(channel)
        except ChannelLost as error:
            await asyncio.sleep(0)
            ends.append(error.why)
            raise

    async with serving(session) as server:
        callers = [await Caller.comes(server, request()) for _ in range(3)]
        for caller in callers:
            assert await caller.hears()
        idle = await Caller.comes(server)
        await until(lambda: server.counters.connections == 4)
    assert ends == [Broken.STOPPING] * 3
    assert [await caller.hears() for caller in (*callers, idle)] == [""] * 4
    assert (server.counters.connections, server.counters.sessions) == (0, 0)
    assert server.counters.refused[Refusal.STOPPING] == 1
    with pytest.raises(OSError):
        await asyncio.open_connection("127.0.0.1", server.port)


async def test_stopping_waits_for_nobody_for_ever() -> None:
    async def deaf(channel: Channel) -> None:
        while True:
            try:
                await asyncio.Event().wait()
            finally:
                await channel.tell(["a"])

    async with serving(deaf, options=AgiOptions(port=0, stop_timeout=0.05)) as server:
        await Caller.comes(server, request())
        await until(lambda: server.counters.sessions)


async def test_session_that_no_reply_comes_to_and_one_without_end_are_cut() -> None:
    ends: list[object] = []

    async def session(channel: Channel) -> None:
        try:
            await holding(channel)
        except (HungUp, ChannelLost) as error:
            ends.append(error.args[0])

    async with serving(session, options=AgiOptions(port=0, longest_session=-1)) as server:
        caller = await Caller.comes(server, request())
        assert (await caller.hears()).startswith("SET AUTOHANGUP")
        assert await caller.hears() == ""
        await until(lambda: ends)
    assert ends == [Broken.ENDLESS]
