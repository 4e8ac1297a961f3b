"""A supervisor beside a call, on the real Asterisk: who hears whom, told by tones.

Each of the three says a tone of his own all the time; what each hears is measured.
"""

import asyncio
from dataclasses import dataclass

import pytest

from tests.parts.softphone import PhoneCall, gone
from tests.parts.tones import HEARD, loudness, tone
from tests.scenarios.pbx.conftest import Caller, Scene

pytestmark = [pytest.mark.asterisk, pytest.mark.usefixtures("living")]

CUSTOMER, AGENT, SUPERVISOR = 500, 850, 1250
"""What each says, Hz."""
LISTEN, WHISPER, BARGE = "l", "w", "b"


@dataclass(frozen=True, slots=True)
class Three:
    """A call with a supervisor beside it. `leg` is the agent's channel, `ear` the supervisor's."""

    scene: Scene
    caller: Caller
    agent: PhoneCall
    leg: str
    supervisor: PhoneCall
    ear: str

    async def switch(self, mode: str) -> None:
        mark = len(self.scene.ami.messages)
        await self.scene.redirect(self.ear, "tellerline-monitor", f"{mode}_{await self.heard()}")
        await self.scene.event("TellerlineMonitoring", since=mark)

    async def heard(self) -> str:
        """The unique id of the agent's leg."""
        return await leg_id(self.scene, self.leg)

    async def until(self, **heard: set[int]) -> None:
        """Wait until customer, agent and supervisor hear exactly these tones."""
        sides = {"customer": self.caller.phone, "agent": self.agent, "supervisor": self.supervisor}
        for _ in range(80):
            now = {name: tones(sides[name]) for name in heard}
            if now == heard:
                return
            await asyncio.sleep(0.1)
        assert now == heard


def tones(call: PhoneCall) -> set[int]:
    """Which of the three this side hears now."""
    frames = list(call.audio.heard)
    return {hz for hz in (CUSTOMER, AGENT, SUPERVISOR) if loudness(frames, hz) > HEARD}


async def leg_id(scene: Scene, channel: str) -> str:
    shown = await scene.ami.list("CoreShowChannels")
    return next(c["Uniqueid"] for c in shown if c["Channel"] == channel)


async def three(scene: Scene, mode: str) -> Three:
    """Customer and agent talk, and a supervisor's phone has answered by itself."""
    caller = await scene.caller()
    agent, leg = await scene.talk(caller, await scene.agent())
    phone = await scene.agent()
    mark = len(scene.ami.messages)
    ear = f"{caller.call}-m1"
    await scene.ami.action(
        "Originate",
        Channel=f"PJSIP/{phone.user}",
        Context="tellerline-monitor",
        Exten=f"{mode}_{await leg_id(scene, leg)}",
        Priority="1",
        ChannelId=ear,
        Timeout="8000",
        Async="true",
        Variable="PJSIP_HEADER(add,Call-Info)=<sip:localhost>;answer-after=0",
    )
    supervisor = await phone.rings()
    assert "answer-after=0" in supervisor.header("Call-Info")
    supervisor.answer()
    started = await scene.event("TellerlineMonitoring", since=mark)
    assert started["Uniqueid"] == ear
    for call, hz in ((caller.phone, CUSTOMER), (agent, AGENT), (supervisor, SUPERVISOR)):
        call.audio.says = tone(hz)
    return Three(scene, caller, agent, leg, supervisor, ear)


async def test_who_listens_hears_both_and_is_heard_by_nobody(scene: Scene) -> None:
    call = await three(scene, LISTEN)
    await call.until(customer={AGENT}, agent={CUSTOMER}, supervisor={CUSTOMER, AGENT})


async def test_whisper_is_heard_by_the_agent_alone(scene: Scene) -> None:
    call = await three(scene, WHISPER)
    await call.until(customer={AGENT}, agent={CUSTOMER, SUPERVISOR}, supervisor={CUSTOMER, AGENT})


async def test_barge_is_heard_by_both(scene: Scene) -> None:
    call = await three(scene, BARGE)
    await call.until(
        customer={AGENT, SUPERVISOR}, agent={CUSTOMER, SUPERVISOR}, supervisor={CUSTOMER, AGENT}
    )


async def test_modes_change_without_ringing_again(scene: Scene) -> None:
    call = await three(scene, LISTEN)
    await call.until(customer={AGENT}, agent={CUSTOMER}, supervisor={CUSTOMER, AGENT})
    await call.switch(BARGE)
    await call.until(customer={AGENT, SUPERVISOR}, agent={CUSTOMER, SUPERVISOR})
    await call.switch(WHISPER)
    await call.until(customer={AGENT}, agent={CUSTOMER, SUPERVISOR})
    await call.switch(LISTEN)
    await call.until(customer={AGENT}, agent={CUSTOMER}, supervisor={CUSTOMER, AGENT})
    assert not call.supervisor.ended.is_set()


@pytest.mark.parametrize("mode", [LISTEN, WHISPER, BARGE])
async def test_he_who_leaves_ends_nothing(scene: Scene, mode: str) -> None:
    call = await three(scene, mode)
    call.supervisor.hang_up()
    await call.until(customer={AGENT}, agent={CUSTOMER})
    assert not call.caller.phone.ended.is_set()


async def test_he_hears_on_after_a_hold(scene: Scene) -> None:
    call = await three(scene, BARGE)
    await scene.hold(call.caller, call.leg)
    await scene.join(call.caller, call.leg)
    await call.until(
        customer={AGENT, SUPERVISOR}, agent={CUSTOMER, SUPERVISOR}, supervisor={CUSTOMER, AGENT}
    )


async def test_he_waits_a_little_for_the_next_agent_of_the_call(scene: Scene) -> None:
    call = await three(scene, LISTEN)
    mark = len(scene.ami.messages)
    await scene.redirect(call.caller.call, "tellerline-wait")
    await scene.event("TellerlineMonitorIdle", since=mark)
    second, leg = await scene.talk(call.caller, await scene.agent())
    second.audio.says = tone(AGENT)
    await scene.redirect(call.ear, "tellerline-monitor", f"l_{await leg_id(scene, leg)}")
    await call.until(customer={AGENT}, supervisor={CUSTOMER, AGENT})


async def test_the_calls_end_ends_his_listening(scene: Scene) -> None:
    call = await three(scene, LISTEN)
    mark = len(scene.ami.messages)
    call.caller.phone.hang_up()
    await scene.event("TellerlineMonitorIdle", since=mark)
    await scene.ami.action("Hangup", Channel=call.ear, Cause="16")
    await gone(call.supervisor)


async def test_taking_over_gives_him_the_customer_and_lets_the_agent_go(scene: Scene) -> None:
    call = await three(scene, LISTEN)
    await scene.join(call.caller, await scene.name_of(call.ear))
    await gone(call.agent)
    await call.until(customer={SUPERVISOR}, supervisor={CUSTOMER})
    call.supervisor.hang_up()
    await gone(call.caller.phone, timeout=3)
