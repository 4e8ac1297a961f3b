"""A caller at his keypad, on the real Asterisk, led by a server in our hand, which may die."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.parts.agi import AgiServer, Keypad, agi_server
from tests.parts.raw_ami import RawAmi
from tests.parts.softphone import gone
from tests.scenarios.pbx.conftest import Caller, Scene
from tests.telephony.callers import RecordedCaller, call_in

pytestmark = [pytest.mark.asterisk, pytest.mark.usefixtures("living")]

LONG = 'STREAM FILE tellerline/ru/full ""'
"""Some 3 s."""
SHORT = 'STREAM FILE tellerline/ru/goodbye ""'
LISTEN = "WAIT FOR DIGIT 2000"
RECORD = 'RECORD FILE "{file}" "wav" "#" 2500 0 "s=2"'
SILENT = 5.0
"""Seconds until a silent server counts as none."""
AT_ONCE = 3.0
"""Seconds in which a caller must be in the queue; it takes some 2 ms, or the rest of a slice."""


@pytest.fixture
async def agi(scene: Scene) -> AsyncIterator[AgiServer]:
    async with agi_server() as server:
        await served_at(scene.ami, server.address)
        yield server
    await served_at(scene.ami, "")


async def served_at(ami: RawAmi, address: str) -> None:
    await ami.action("Setvar", Variable="TELLERLINE_AGI", Value=address)


async def at_keypad(scene: Scene, agi: AgiServer) -> tuple[Caller, Keypad]:
    caller = await scene.caller()
    await scene.redirect(caller.call, "tellerline-ivr", "flow_main")
    keypad = await agi.keypad()
    assert await keypad.do("SET AUTOHANGUP 60") == "200 result=0"
    return caller, keypad


async def falls_back(scene: Scene, caller: Caller, since: int) -> None:
    fell = await scene.event("TellerlineFallback", since=since)
    assert fell["Uniqueid"] == caller.call
    assert await scene.where(caller.channel) == "tellerline-fallback"
    assert not caller.phone.ended.is_set()


# ── A server that is there ──────────────────────────────────────────────────────────────────


async def test_server_learns_who_calls_and_leaves_word_where_he_goes(
    scene: Scene, agi: AgiServer
) -> None:
    for word, outcome in (("wait", "TellerlineWaiting"), ("", "TellerlineFallback"), ("bye", "")):
        caller, keypad = await at_keypad(scene, agi)
        assert keypad.asked["agi_network_script"] == "main"
        assert keypad.asked["agi_uniqueid"] == caller.call
        assert keypad.asked["agi_callerid"] == "+74950000001"
        mark = len(scene.ami.messages)
        await keypad.do(f'SET VARIABLE TELLERLINE_SERVED "{word}"')
        keypad.let_go()
        if outcome:
            assert (await scene.event(outcome, since=mark))["Uniqueid"] == caller.call
        else:
            assert "BYE" in await gone(caller.phone, timeout=3)


async def test_what_a_caller_writes_into_his_name_stays_a_name(
    scene: Scene, agi: AgiServer
) -> None:
    """Both libraries take the name `hangup` for a hang-up, when it comes as a variable's value."""
    name = r"hangup%0aagi_network_script: other\"'"
    originated = await scene.ami.action(
        "Originate",
        Channel="Local/talk@tellerline-customer/n",
        Context="tellerline-in",
        Exten="4100",
        Priority="1",
        CallerID=f"{name} <+7495%0a>",
        ChannelId="pbx1-8.1",
        Async="true",
    )
    assert originated["Response"] == "Success"
    await scene.event("TellerlineArrived")
    await scene.redirect("pbx1-8.1", "tellerline-ivr", "flow_main")
    keypad = await agi.keypad()
    assert keypad.asked["agi_network_script"] == "main"
    assert keypad.asked["agi_callerid"] == "+74950a"
    assert keypad.asked["agi_calleridname"].startswith("hangup%0a")
    await scene.ami.action("Hangup", Channel="pbx1-8.1", Cause="16")


@pytest.mark.parametrize("doing", ["", LONG, LISTEN], ids=["idle", "telling", "listening"])
async def test_caller_hangs_up_and_no_channel_is_left(
    scene: Scene, agi: AgiServer, doing: str
) -> None:
    caller, keypad = await at_keypad(scene, agi)
    if doing:
        keypad.say(doing)
    await asyncio.sleep(0.1)
    caller.phone.hang_up()
    await scene.ami.event("Hangup", Uniqueid=caller.call, timeout=1)
    lines = [await keypad.answer() for _ in range(3 if doing else 2)]
    assert [line.partition(" ")[0] for line in lines] == ["200"][: bool(doing)] + ["HANGUP"] * 2
    assert await keypad.answer() == "", "Asterisk waits for nobody's good-bye"


async def test_caller_is_taken_from_his_keypad_and_cut_off_by_no_clock_of_its(
    scene: Scene, agi: AgiServer
) -> None:
    caller, keypad = await at_keypad(scene, agi)
    await keypad.do("SET AUTOHANGUP 1")
    keypad.say(LONG)
    agent = await scene.agent()
    call, _ = await scene.talk(caller, agent)
    heard = caller.phone.audio.received
    async with asyncio.timeout(5):
        while caller.phone.audio.received < heard + 75:
            await asyncio.sleep(0.1)
    assert not caller.phone.ended.is_set() and not call.ended.is_set()


# ── A server that is not there any more ─────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "doing", ["", LONG, LISTEN, RECORD], ids=["idle", "telling", "listening", "recording"]
)
async def test_server_is_killed_and_the_caller_is_in_the_queue_at_once(
    scene: Scene, agi: AgiServer, doing: str, tmp_path: Path
) -> None:
    """A recording Asterisk lets go at the end of its slice."""
    caller, keypad = await at_keypad(scene, agi)
    if doing:
        keypad.say(doing.format(file=tmp_path / "said-0"))
    await asyncio.sleep(0.1)
    mark, killed = len(scene.ami.messages), time.monotonic()
    keypad.die()
    await falls_back(scene, caller, mark)
    assert time.monotonic() - killed < AT_ONCE


async def test_server_falls_silent_in_the_middle(scene: Scene, agi: AgiServer) -> None:
    caller, keypad = await at_keypad(scene, agi)
    await keypad.do("SET AUTOHANGUP 1")
    mark = len(scene.ami.messages)
    keypad.say(LONG)
    await falls_back(scene, caller, mark)


@pytest.mark.parametrize(
    ("deaf", "within"), [(True, SILENT + AT_ONCE), (False, AT_ONCE)], ids=["frozen", "refused"]
)
async def test_server_does_not_answer_from_the_beginning(
    scene: Scene, deaf: bool, within: float
) -> None:
    """A frozen process accepts nobody; its kernel does, so Asterisk has a connection."""
    with closing(socket.socket()) as never:
        never.bind(("127.0.0.1", 0))
        if deaf:
            never.listen(5)
        await served_at(scene.ami, f"127.0.0.1:{never.getsockname()[1]}")
        caller = await scene.caller()
        mark, led = len(scene.ami.messages), time.monotonic()
        await scene.redirect(caller.call, "tellerline-ivr", "flow_main")
        await falls_back(scene, caller, mark)
        assert time.monotonic() - led < within
    await served_at(scene.ami, "")


async def test_without_an_address_he_goes_to_the_queue(scene: Scene) -> None:
    caller = await scene.caller()
    await served_at(scene.ami, "")
    mark = len(scene.ami.messages)
    await scene.redirect(caller.call, "tellerline-ivr", "flow_main")
    await falls_back(scene, caller, mark)


# ── What is keyed is nobody's business ──────────────────────────────────────────────────────


async def test_keys_reach_the_server_and_nobody_else(
    scene: Scene, agi: AgiServer, tmp_path: Path
) -> None:
    """No event of the application's link and no line of Asterisk's log has them, nor the keys that
    he still presses in the first seconds after it."""
    caller = await call_in(scene.ami, scene.pbx.options, tmp_path)
    scene.stack.push_async_callback(caller.hang_up)
    await scene.event("TellerlineWaiting")
    await scene.redirect(caller.call, "tellerline-ivr", "flow_main")
    keypad = await agi.keypad()
    mark, told = len(scene.ami.received), len(scene.ami.messages)
    assert await keyed(caller, keypad, "7391") == "7391"
    await keypad.do('SET VARIABLE TELLERLINE_SERVED "wait"')
    keypad.let_go()
    await scene.event("TellerlineWaiting", since=told)
    await caller.press("8")
    await asyncio.sleep(0.5)  # its whole tone, and what the dialplan would say of it
    await scene.give(caller.call, "TELLERLINE_TYPED", "0")  # as if it were long ago
    await caller.press("5")
    await scene.event("TellerlineKey", since=told)
    events = bytes(scene.ami.received[mark:])
    assert b"Event: DTMF" not in events and b"Event: AGIExec" not in events
    assert b"Key: 8" not in events and b"Key: 5" in events
    log = (scene.pbx.options.layout.log / "messages").read_text()
    assert "DTMF" not in log and "result=" not in log


async def keyed(caller: RecordedCaller, keypad: Keypad, digits: str) -> str:
    """What the server reads of what he presses."""
    read = ""
    for digit in digits:
        keypad.say(LISTEN)
        await caller.press(digit)
        read += chr(int((await keypad.answer()).partition("result=")[2]))
    return read


# ── A survey ────────────────────────────────────────────────────────────────────────────────


async def test_caller_stays_for_a_survey_and_is_hung_up_after_it(
    scene: Scene, agi: AgiServer
) -> None:
    caller, agent = await scene.caller(), await scene.agent()
    await scene.give(caller.call, "TELLERLINE_SURVEY", "0f01_how_was_it")
    call, _ = await scene.talk(caller, agent)
    mark, hung_up = len(scene.ami.messages), time.monotonic()
    call.hang_up()
    assert (await scene.event("TellerlineSurvey", since=mark))["Uniqueid"] == caller.call
    assert time.monotonic() - hung_up < AT_ONCE
    keypad = await agi.keypad()
    assert keypad.asked["agi_network_script"] == "how_was_it"
    await keypad.do("SET AUTOHANGUP 10")
    assert (await keypad.do(SHORT)).startswith("200 result=0")
    assert not caller.phone.ended.is_set()
    keypad.let_go()
    assert "BYE" in await gone(caller.phone, timeout=3)


@pytest.mark.parametrize("why", ["no_survey", "another_offer", "nobody_serves"])
async def test_call_ends_with_its_agent_where_nobody_asks(
    scene: Scene, agi: AgiServer, why: str
) -> None:
    caller, agent = await scene.caller(), await scene.agent()
    if why != "no_survey":
        offer = "0f00" if why == "another_offer" else "0f01"
        await scene.give(caller.call, "TELLERLINE_SURVEY", f"{offer}_how_was_it")
    if why == "nobody_serves":
        await served_at(scene.ami, "")
    call, _ = await scene.talk(caller, agent)
    call.hang_up()
    assert "BYE" in await gone(caller.phone, timeout=3)
