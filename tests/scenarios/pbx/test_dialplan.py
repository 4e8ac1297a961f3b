"""The dialplan on the real Asterisk, told by hand what the application would tell it."""

import asyncio

import pytest

from tests.parts.softphone import gone
from tests.scenarios.pbx.conftest import Caller, Scene

pytestmark = [pytest.mark.asterisk, pytest.mark.usefixtures("living")]


async def test_caller_waits_with_music(scene: Scene) -> None:
    caller = await scene.caller()
    await heard(caller, packets=25)
    assert await scene.where(caller.channel) == "tellerline-wait"


async def heard(caller: Caller, *, packets: int) -> None:
    before = caller.phone.audio.received
    async with asyncio.timeout(5):
        while caller.phone.audio.received < before + packets:
            await asyncio.sleep(0.02)


async def test_offer_carries_its_id_and_rings_without_answering_by_itself(scene: Scene) -> None:
    call = await scene.offer(await scene.caller(), await scene.agent())
    assert call.header("X-Tellerline-Offer") == "0f01"
    assert call.header("Alert-Info") == call.header("Call-Info") == ""
    assert "+74950000001" in call.header("From")


async def test_automatic_answer_is_asked_for_by_both_usual_headers(scene: Scene) -> None:
    call = await scene.offer(await scene.caller(), await scene.agent(), mode="auto")
    assert "alert-autoanswer" in call.header("Alert-Info")
    assert "answer-after=0" in call.header("Call-Info")


@pytest.mark.parametrize("resumed", [False, True])
async def test_agent_hangs_up_and_the_call_is_over(scene: Scene, resumed: bool) -> None:
    caller = await scene.caller()
    call, leg = await scene.talk(caller, await scene.agent())
    if resumed:
        await scene.hold(caller, leg)
        await scene.join(caller, leg)
    call.hang_up()
    assert "BYE" in await gone(caller.phone, timeout=3)


@pytest.mark.parametrize("resumed", [False, True])
async def test_lost_agent_leaves_the_caller_waiting(scene: Scene, resumed: bool) -> None:
    caller = await scene.caller()
    call, leg = await scene.talk(caller, await scene.agent(rtp_timeout=2))
    if resumed:
        await scene.hold(caller, leg)
        await scene.join(caller, leg)
    mark = len(scene.ami.messages)
    call.mute_network()
    lost = await scene.event("TellerlineLegLost", since=mark)
    assert (lost["Leg"], lost["Cause"]) == (leg, "44")
    assert await scene.where(caller.channel) == "tellerline-wait"
    assert not caller.phone.ended.is_set()


async def test_agent_who_is_silent_is_not_lost_while_his_customer_is_held(scene: Scene) -> None:
    caller = await scene.caller()
    _, leg = await scene.talk(caller, await scene.agent(rtp_timeout=2))
    await scene.hold(caller, leg)
    await heard(caller, packets=150)
    assert await scene.where(leg) == "tellerline-agent"
    assert await scene.where(caller.channel) == "tellerline-held"


@pytest.mark.parametrize("status", ["486 Busy Here", "603 Decline", "480 Temporarily Unavailable"])
async def test_refused_offer_brings_the_caller_back_to_wait(scene: Scene, status: str) -> None:
    caller = await scene.caller()
    ringing = await scene.offer(caller, await scene.agent())
    mark = len(scene.ami.messages)
    ringing.reject(status)
    ended = await scene.event("TellerlineOfferEnded", since=mark)
    assert ended["Status"] != "ANSWER"
    await scene.event("TellerlineWaiting", since=mark)
    assert await scene.where(caller.channel) == "tellerline-wait"


async def test_warm_transfer_leaves_the_caller_alone_at_no_time(scene: Scene) -> None:
    caller = await scene.caller()
    first, leg = await scene.talk(caller, await scene.agent())
    await scene.hold(caller, leg)
    colleague = await scene.agent()
    mark = len(scene.ami.messages)
    await scene.redirect(leg, "tellerline-consult", f"{colleague.user}_0f02_20")
    second = await colleague.rings()
    second.answer()
    answered = await scene.ami.event("DialEnd", DialStatus="ANSWER", since=mark)
    await scene.join(caller, answered["DestChannel"])
    await scene.event("TellerlineConsultEnded", since=mark)
    await scene.ami.action("Hangup", Channel=leg, Cause="16")
    await gone(first)
    assert not caller.phone.ended.is_set()
    second.hang_up()
    await gone(caller.phone, timeout=3)


async def test_the_first_agents_end_is_not_taken_for_the_seconds(scene: Scene) -> None:
    caller = await scene.caller()
    _, leg = await scene.talk(caller, await scene.agent())
    await scene.hold(caller, leg)
    colleague = await scene.agent(rtp_timeout=2)
    mark = len(scene.ami.messages)
    await scene.redirect(leg, "tellerline-consult", f"{colleague.user}_0f02_20")
    second = await colleague.rings()
    second.answer()
    answered = await scene.ami.event("DialEnd", DialStatus="ANSWER", since=mark)
    await scene.join(caller, answered["DestChannel"])
    await scene.ami.action("Hangup", Channel=leg, Cause="16")
    second.mute_network()
    lost = await scene.event("TellerlineLegLost", since=mark)
    assert lost["Leg"] == answered["DestChannel"]
    assert await scene.where(caller.channel) == "tellerline-wait"


async def test_join_to_a_leg_that_is_gone_waits(scene: Scene) -> None:
    caller = await scene.caller()
    await scene.redirect(caller.call, "tellerline-join", "PJSIP/d0000000000ff-0000ffff")
    assert (await scene.event("TellerlineJoinEnded"))["Result"] == "NONEXISTENT"
    assert await scene.where(caller.channel) == "tellerline-wait"


async def test_registered_phone_is_seen_and_an_absent_one_too(scene: Scene) -> None:
    phone = await scene.agent()
    device = f"PJSIP/{phone.user}"
    mark = 0
    for expires, state in ((300, "NOT_INUSE"), (0, "UNAVAILABLE"), (300, "NOT_INUSE")):
        await phone.register(expires=expires)
        await scene.ami.event("DeviceStateChange", Device=device, State=state, since=mark)
        mark = len(scene.ami.messages)
