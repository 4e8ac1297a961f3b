"""Without the application calls go on: the native queue, on the real Asterisk."""

import pytest

from tests.parts.softphone import Softphone, gone
from tests.scenarios.pbx.conftest import Scene

pytestmark = pytest.mark.asterisk
QUEUE = "tellerline-fallback"


async def on_shift(scene: Scene, *, rtp_timeout: int = 10) -> Softphone:
    phone = await scene.agent(rtp_timeout=rtp_timeout)
    interface = f"PJSIP/{phone.user}"
    await scene.ami.action("QueueAdd", Queue=QUEUE, Interface=interface)
    scene.stack.push_async_callback(
        scene.ami.action, "QueueRemove", Queue=QUEUE, Interface=interface
    )
    return phone


@pytest.mark.usefixtures("dead")
async def test_caller_of_a_dead_application_reaches_an_agent(scene: Scene) -> None:
    agent = await on_shift(scene)
    caller = await scene.caller()
    call = await agent.rings()
    assert call.header("X-Tellerline-Offer") == "fallback"
    call.answer()
    await scene.ami.event("AgentConnect")
    call.hang_up()
    await gone(caller.phone, timeout=3)


@pytest.mark.usefixtures("dead")
async def test_lost_agent_of_the_queue_leaves_the_caller_in_it(scene: Scene) -> None:
    agent = await on_shift(scene, rtp_timeout=2)
    caller = await scene.caller()
    call = await agent.rings()
    call.answer()
    await scene.ami.event("AgentConnect")
    call.mute_network()
    await scene.event("TellerlineLegLost")
    (await agent.rings()).answer()
    assert not caller.phone.ended.is_set()


@pytest.mark.usefixtures("living")
async def test_waiting_and_held_callers_fall_back_when_the_heart_stops(scene: Scene) -> None:
    waiting = await scene.caller("+74950000002")
    held = await scene.caller("+74950000003")
    _, leg = await scene.talk(held, await scene.agent())
    await scene.hold(held, leg)
    await scene.redirect(held.call, "tellerline-held")
    mark = len(scene.ami.messages)
    # a heart that beat 40 s ago; the living one is drowned by writing faster than it
    fell: set[str] = set()
    while {waiting.call, held.call} - fell:
        await scene.ami.action("Setvar", Variable="TELLERLINE_HEARTBEAT", Value="1")
        event = await next_fallback(scene, mark)
        if event is not None:
            fell.add(event)
            mark = len(scene.ami.messages)
    assert not waiting.phone.ended.is_set()
    assert not held.phone.ended.is_set()


async def next_fallback(scene: Scene, since: int) -> str | None:
    try:
        return (await scene.event("TellerlineFallback", since=since, timeout=0.2))["Uniqueid"]
    except TimeoutError:
        return None


@pytest.mark.usefixtures("dead")
async def test_a_living_application_takes_the_caller_out_of_the_queue(scene: Scene) -> None:
    in_queue, ours = await on_shift(scene), await scene.agent()
    caller = await scene.caller()
    ringing = await in_queue.rings()
    call = await scene.offer(caller, ours)
    assert "CANCEL" in await gone(ringing)
    call.answer()
    await scene.ami.event("BridgeEnter", Uniqueid=caller.call)
